import './units.css'
import { createEffect, createMemo, createSignal, For, Index, on, onCleanup, onMount, Show } from 'solid-js'
import { unitKinds, type UnitState } from '../hub/protocol'
import { mayUseSetup } from '../setup/SetupLink'
import { count, words } from '../text/language'
import { shortAge } from '../time/format'
import { createAim } from '../wall/aim'
import { pageMs } from '../wall/fitting'
import { isHall, leastText } from '../wall/hall'
import { PageMark } from '../wall/PageMark'
import { useWall } from '../wall/wall'
import { passes, toggled } from './filter'
import { KindIcon } from './KindIcon'
import { formatPlate } from './plate'
import { found } from './search'
import type { Unit } from './unit'

const offeredStates: readonly UnitState[] = ['moving', 'stopped', 'idle', 'offline', 'offDuty']
/** Positions of the past tell no more. */
const pastStates: readonly UnitState[] = ['moving', 'stopped', 'offline']
/** Rows drawn above and below what is seen. */
const spare = 6
const rowRem = 3.25

export function UnitPanel() {
  const wall = useWall()
  const [query, setQuery] = createSignal('')
  const [top, setTop] = createSignal(0)
  const [height, setHeight] = createSignal(600)
  let list!: HTMLDivElement

  const squadNames = createMemo(() => new Map((wall.summary()?.squads ?? []).map((squad) => [squad.key, squad.name])))
  const squadName = (unit: Unit) => (unit.squad === null ? '' : squadNames().get(unit.squad) ?? '')
  const aim = createAim(() => found(wall.shownUnits().filter((unit) => passes(wall.filter(), unit)), squadName, query()), (unit) => unit.id)
  const shown = aim.rows

  const row = () => rowRem * (leastText() || parseFloat(getComputedStyle(document.documentElement).fontSize))
  /** In a hall nobody scrolls: the list is turned page by page, from where the chosen one is. */
  const [turned, setTurned] = createSignal(0)
  const perPage = () => Math.max(1, Math.floor(height() / row()))
  const pages = () => (isHall() ? Math.max(1, Math.ceil(shown().length / perPage())) : 1)
  const page = () => Math.min(turned(), pages() - 1)
  const first = () => (isHall() ? page() * perPage() : Math.max(0, Math.floor(top() / row()) - spare))
  const slice = createMemo(() => shown().slice(first(), first() + (isHall() ? perPage() : Math.ceil(height() / row()) + 2 * spare)))
  const turning = setInterval(() => setTurned((page() + 1) % pages()), pageMs)
  onCleanup(() => { clearInterval(turning) })
  createEffect(on(wall.selectedUnit, (chosen) => {
    const at = shown().findIndex((unit) => unit.id === chosen)
    if (at >= 0) {
      setTurned(Math.floor(at / perPage()))
    }
  }))

  const isNew = () => !wall.replay.isOn() && wall.register.isRead() && wall.register.units().length === 0
  const emptyText = () => isNew() ? words().noneRegistered
    : wall.replay.isOn() || wall.register.isRead() ? words().noUnits : wall.register.failed() ? '' : words().loading

  onMount(() => {
    const observer = new ResizeObserver(() => setHeight(list.clientHeight))
    observer.observe(list)
    onCleanup(() => { observer.disconnect() })
  })

  function choose(unit: Unit): void {
    wall.select({ kind: 'unit', id: unit.id })
    if (unit.lon !== null && unit.lat !== null) {
      wall.setFlight({ kind: 'to', lon: unit.lon, lat: unit.lat, zoom: null })
    }
  }

  /** Arrow keys walk the list; the chosen row is kept in sight. */
  function walk(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || shown().length === 0) {
      return
    }
    event.preventDefault()
    const at = shown().findIndex((unit) => unit.id === wall.selectedUnit())
    const next = Math.min(shown().length - 1, Math.max(0, at + step))
    choose(shown()[next]!)
    const y = next * row()
    if (y < list.scrollTop || y + row() > list.scrollTop + list.clientHeight) {
      list.scrollTop = y - list.clientHeight / 2
    }
  }

  return (
    <section class="panel units" aria-label={words().units}>
      <header class="panel-head">
        <h2>{words().units}</h2>
        <PageMark of={{ page, pages }} />
        <span class="dim">{words().unitsCount(count(shown().length))}</span>
      </header>
      <div class="units-tools">
        <input
          id="unit-search" type="search" placeholder={words().search} aria-label={words().searchLabel} value={query()}
          onInput={(event) => { setQuery(event.currentTarget.value); list.scrollTop = 0 }}
          onKeyDown={walk}
        />
        <div class="chips">
          <For each={unitKinds}>
            {(kind) => (
              <button type="button" aria-pressed={wall.filter().kinds.has(kind)} onClick={() => { wall.setFilter({ ...wall.filter(), kinds: toggled(wall.filter().kinds, kind) }) }}>
                {words().kind[kind]}
              </button>
            )}
          </For>
        </div>
        <div class="chips states">
          <For each={wall.replay.isOn() ? pastStates : offeredStates}>
            {(state) => (
              <button type="button" aria-pressed={wall.filter().states.has(state)} onClick={() => { wall.setFilter({ ...wall.filter(), states: toggled(wall.filter().states, state) }) }}>
                <i class="dot" data-state={state} />{words().state[state]}
              </button>
            )}
          </For>
        </div>
        <Show when={wall.register.failed()}><p class="units-note">{words().registerFailed}</p></Show>
      </div>
      <div class="units-list" ref={list} tabindex="0" role="listbox" aria-label={words().units} onKeyDown={walk} onScroll={() => setTop(list.scrollTop)} {...aim.handlers}>
        <div style={{ height: `${(isHall() ? slice().length : shown().length) * rowRem}rem` }}>
          <div style={{ transform: isHall() ? 'none' : `translateY(${first() * rowRem}rem)` }}>
            <Index each={slice()}>
              {(unit) => (
                <button
                  type="button" class="unit-row" role="option" tabindex="-1" aria-selected={unit().id === wall.selectedUnit()}
                  data-state={unit().state} onClick={() => { choose(unit()) }}
                >
                  <KindIcon kind={unit().kind} state={unit().state} />
                  <span class="unit-name">{unit().name}</span>
                  <span class="unit-state">{words().state[unit().state]}</span>
                  <span class="unit-squad">{squadName(unit()) || words().noSquad}<Show when={unit().plate}>{(plate) => <> · {formatPlate(plate())}</>}</Show></span>
                  <span class="unit-age">{ageOf(unit())}</span>
                </button>
              )}
            </Index>
          </div>
        </div>
        <Show when={shown().length === 0}>
          <p class="empty">
            {emptyText()}
            <Show when={isNew() && mayUseSetup(wall.rights())}><small><a href="/setup/">{words().noneRegisteredHint}</a></small></Show>
          </p>
        </Show>
      </div>
    </section>
  )

  function ageOf(unit: Unit): string {
    if (unit.state === 'offDuty') {
      return ''
    }
    if (unit.time === null) {
      return wall.replay.isOn() ? words().notYetSeen : words().neverSeen
    }
    const age = Math.max(0, wall.shownNow() - unit.time)
    if (wall.replay.isOn()) {
      return unit.state === 'offline' ? shortAge(age, words()) : ''
    }
    if (age >= 60_000) {
      return shortAge(age, words())
    }
    return wall.register.isLive(unit.id) ? words().seconds(Math.floor(age / 1000)) : words().withinMinute
  }
}
