import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from 'solid-js'
import { windOf } from '../geo/degrees'
import { UnitOrders } from '../incidents/UnitOrders'
import { ReplayStart } from '../replay/ReplayStart'
import { call } from '../session/http'
import { allows } from '../session/rights'
import { count, words } from '../text/language'
import { length, speed } from '../text/quantities'
import { age, moment } from '../time/format'
import { useWall } from '../wall/wall'
import { KindIcon } from './KindIcon'
import { formatPlate } from './plate'
import { trailHours } from './trail'
import type { Unit, UnitRow } from './unit'

const zonesRefreshMs = 10_000

export function UnitCard() {
  const wall = useWall()
  const unit = createMemo(() => {
    const id = wall.selectedUnit()
    return id === null ? undefined : wall.register.units().find((each) => each.id === id)
  })
  return <Show when={unit()}>{(chosen) => <Card unit={chosen()} />}</Show>
}

function Card(props: { unit: Unit }) {
  const wall = useWall()
  const zones = createInside(() => props.unit.id)
  const squadName = () => wall.summary()?.squads.find((squad) => squad.key === props.unit.squad)?.name ?? words().noSquad
  const inside = () => {
    const names = zones()
    if (names === null) {
      return words().unknownValue
    }
    return names.length === 0 ? words().noZones : names.join(words().listSeparator)
  }
  const isStill = () => props.unit.state === 'offline' || props.unit.state === 'offDuty'

  return (
    <section class="card" aria-label={props.unit.name}>
      <header class="card-head">
        <KindIcon kind={props.unit.kind} state={props.unit.state} />
        <div>
          <h2>{props.unit.name}</h2>
          <p>{words().kind[props.unit.kind]} · {squadName()}</p>
        </div>
        <span class="state-word" data-state={props.unit.state}>{words().state[props.unit.state]}</span>
        <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
      </header>
      <dl class="facts">
        <Show when={props.unit.plate}>{(plate) => <Fact what={words().plate} value={formatPlate(plate())} />}</Show>
        <Show when={props.unit.kind === 'officer' && props.unit.key !== ''}><Fact what={words().badge} value={props.unit.key} wide /></Show>
        <Fact what={words().speed} value={isStill() || props.unit.speed === null ? words().unknownValue : speed(props.unit.speed, words())} />
        <Fact what={words().heading} value={isStill() || props.unit.heading === null ? words().unknownValue : words().winds[windOf(props.unit.heading)]!} />
        <Fact
          what={words().fixAge}
          value={props.unit.time === null ? words().neverSeen : age(wall.now() - props.unit.time, words())}
          detail={props.unit.time === null ? '' : moment(props.unit.time, wall.now())}
          wide={props.unit.kind === 'officer' || props.unit.plate === null}
        />
        <Fact what={isStill() ? words().lastInsideZones : words().insideZones} value={inside()} wide />
      </dl>
      <UnitOrders id={props.unit.id} name={props.unit.name} lon={props.unit.lon} lat={props.unit.lat} />
      <Show when={allows(wall.rights(), 'tracks.read')} fallback={<p class="card-note">{words().trailDenied}</p>}>
        <div class="card-trail">
          <span>{words().trail}</span>
          <div class="segmented small">
            <For each={trailHours}>
              {(hours) => (
                <button type="button" aria-pressed={wall.hours() === hours} onClick={() => { wall.setHours(hours) }}>{words().trailHours(hours)}</button>
              )}
            </For>
            <button type="button" aria-pressed={wall.hours() === null} onClick={() => { wall.setHours(null) }}>{words().trailOff}</button>
          </div>
          <button type="button" class="toggle" aria-pressed={wall.following()} onClick={() => { wall.setFollowing(!wall.following()) }}>{words().follow}</button>
        </div>
        <TrailNote />
        <ReplayStart target={{ kind: 'unit', id: props.unit.id, name: props.unit.name }} />
      </Show>
    </section>
  )
}

function TrailNote() {
  const wall = useWall()
  const note = () => {
    const state = wall.trail()
    switch (state.kind) {
      case 'off': return ''
      case 'loading': return words().loading
      case 'denied': return words().trailDenied
      case 'failed': return words().trailFailed
      case 'ready': {
        const { points, metres, gaps } = state.trail
        if (points === 0) {
          return words().trailEmpty
        }
        const main = words().trailPoints(count(points), length(metres, words()))
        return gaps === 0 ? main : `${main} · ${words().trailGaps(gaps)}`
      }
    }
  }
  return <p class="card-note">{note()}</p>
}

function Fact(props: { what: string; value: string; detail?: string; wide?: boolean }) {
  return (
    <div classList={{ wide: props.wide === true }}>
      <dt>{props.what}</dt>
      <dd>{props.value}<Show when={props.detail}><small>{props.detail}</small></Show></dd>
    </div>
  )
}

/** Names of the zones that the unit is in; null while not known. */
function createInside(unitId: () => string) {
  const wall = useWall()
  const [zones, setZones] = createSignal<readonly string[] | null>(null)
  createEffect(on(unitId, (id) => {
    const abort = new AbortController()
    const load = async () => {
      const answer = await call<UnitRow>(`/api/units/${id.split('/').map(encodeURIComponent).join('/')}`, { signal: abort.signal })
      if (answer.kind === 'ok') {
        wall.register.takeRow(answer.value)
      }
      setZones(answer.kind === 'ok' ? (answer.value.zones ?? []).map((key) => wall.zones.nameOf(key) ?? words().unnamedZone) : null)
    }
    const quietly = () => void load().catch(() => undefined) // only an abort throws
    setZones(null)
    quietly()
    const timer = setInterval(quietly, zonesRefreshMs)
    onCleanup(() => {
      abort.abort()
      clearInterval(timer)
    })
  }))
  return zones
}
