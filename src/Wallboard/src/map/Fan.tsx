import { createSignal, For, onCleanup, onMount, Show } from 'solid-js'
import type { UnitKind } from '../hub/protocol'
import { count, words } from '../text/language'
import { shortAge } from '../time/format'
import { KindIcon } from '../units/KindIcon'
import { stateAt, type Unit } from '../units/unit'
import { useWall } from '../wall/wall'
import { oldMs } from './unitColumns'
import { fanPlaces, type Spot } from './spread'

/** Units that are drawn over each other, told apart: where they are on the map, and who they are. */
export interface SpreadOut {
  readonly lon: number
  readonly lat: number
  readonly units: readonly FanUnit[]
  /** There too, but too many to be spread out. */
  readonly more: number
}

export type FanUnit = Pick<Unit, 'id' | 'name' | 'state' | 'time'> & { readonly kind: UnitKind }

/** Room that one unit with its name takes, in parts of the text's size. */
const pitchRem = 4.75

/** Units of one spot in rings around it, each a button: for the mouse, for a finger, and for the keys. */
export function Fan(props: { readonly fan: SpreadOut; readonly at: Spot; readonly scale: number; readonly close: () => void }) {
  const wall = useWall()
  const places = () => fanPlaces(props.fan.units.length, pitchRem * 16 * props.scale)
  const reach = () => Math.max(...places().map(({ x, y }) => Math.hypot(x, y)))
  const [current, setCurrent] = createSignal(0)
  let group!: HTMLDivElement

  const focus = (index: number) => {
    const next = (index + props.fan.units.length) % props.fan.units.length
    setCurrent(next)
    group.querySelectorAll<HTMLButtonElement>('.fan-unit')[next]?.focus()
  }
  onMount(() => { focus(0) })
  onCleanup(() => {
    if (group.contains(document.activeElement)) {
      document.querySelector<HTMLElement>('.map .maplibregl-canvas')?.focus()
    }
  })

  function onKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      focus(current() + step)
    } else if (event.key === 'Escape') {
      event.stopPropagation() // What is chosen stays chosen.
      props.close()
    }
  }

  function ageOf({ state, time }: FanUnit): string {
    const age = time === null ? 0 : wall.shownNow() - time
    return state === 'offDuty' || age <= oldMs ? '' : shortAge(age, words())
  }
  const stateOf = (unit: FanUnit) => stateAt(unit, wall.shownNow(), wall.offlineAfterMs())

  return (
    <div
      class="fan" role="group" aria-label={words().onOneSpot(count(props.fan.units.length + props.fan.more))} ref={group}
      style={{ left: `${props.at.x}px`, top: `${props.at.y}px` }} onKeyDown={onKey}
    >
      <svg class="fan-legs" style={{ width: `${2 * reach()}px`, height: `${2 * reach()}px` }} viewBox={`${-reach()} ${-reach()} ${2 * reach()} ${2 * reach()}`} aria-hidden="true">
        <For each={places()}>{({ x, y }) => <path d={`M0,0 L${x},${y}`} />}</For>
        <circle r={4 * props.scale} />
      </svg>
      <For each={props.fan.units}>
        {(unit, index) => (
          <button
            type="button" class="fan-unit" tabindex={index() === current() ? 0 : -1} data-unit={unit.id} aria-pressed={unit.id === wall.selectedUnit()}
            style={{ transform: `translate(-50%, -50%) translate(${places()[index()]!.x}px, ${places()[index()]!.y}px)` }}
            onFocus={() => { setCurrent(index()) }} onClick={() => { wall.select({ kind: 'unit', id: unit.id }); props.close() }}
          >
            <KindIcon kind={unit.kind} state={stateOf(unit)} />
            <span>{unit.name}<Show when={ageOf(unit)}>{(age) => <small>{age()}</small>}</Show></span>
          </button>
        )}
      </For>
      <Show when={props.fan.more > 0}><p class="fan-more" style={{ top: `${reach() + 40 * props.scale}px` }}>{words().moreOnSpot(count(props.fan.more))}</p></Show>
    </div>
  )
}
