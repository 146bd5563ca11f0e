import { createMemo, For, Show } from 'solid-js'
import { windOf } from '../geo/degrees'
import { count, words } from '../text/language'
import { speed } from '../text/quantities'
import { age, moment } from '../time/format'
import { KindIcon } from '../units/KindIcon'
import { formatPlate } from '../units/plate'
import type { Unit } from '../units/unit'
import { useWall } from '../wall/wall'

const namesListed = 40

/** What the chosen unit did at the instant. */
export function PastUnitCard() {
  const wall = useWall()
  const unit = createMemo(() => wall.replay.units().find((each) => each.id === wall.selectedUnit()))
  return <Show when={unit()}>{(chosen) => <Card unit={chosen()} />}</Show>
}

function Card(props: { unit: Unit }) {
  const wall = useWall()
  const squadName = () => wall.summary()?.squads.find((squad) => squad.key === props.unit.squad)?.name ?? words().noSquad
  const isGap = () => props.unit.state === 'offline'
  const inside = () => {
    const frame = wall.replay.frame()
    if (frame === null) {
      return words().unknownValue
    }
    const names = frame.zones.filter((zone) => zone.occupants.includes(props.unit.id)).map((zone) => zone.name || words().unnamedZone)
    return names.length === 0 ? words().noZones : names.join(words().listSeparator)
  }
  const position = () => {
    const { time } = props.unit
    return time === null ? words().notYetSeen : isGap() ? age(wall.shownNow() - time, words()) : words().positionKnown
  }
  return (
    <section class="card past" aria-label={props.unit.name}>
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
        <Show when={props.unit.plate}>{(plate) => <div class="wide"><dt>{words().plate}</dt><dd>{formatPlate(plate())}</dd></div>}</Show>
        <div><dt>{words().speed}</dt><dd>{props.unit.speed === null ? words().unknownValue : speed(props.unit.speed, words())}</dd></div>
        <div><dt>{words().heading}</dt><dd>{props.unit.heading === null ? words().unknownValue : words().winds[windOf(props.unit.heading)]!}</dd></div>
        <div class="wide">
          <dt>{isGap() ? words().lastSeen : words().positionThen}</dt>
          <dd>{position()}<Show when={isGap() && props.unit.time}>{(time) => <small>{moment(time(), wall.shownNow())}</small>}</Show></dd>
        </div>
        <div class="wide"><dt>{words().insideZones}</dt><dd>{inside()}</dd></div>
      </dl>
    </section>
  )
}

/** Who was in the chosen zone at the instant. */
export function PastZoneCard() {
  const wall = useWall()
  const zone = createMemo(() => {
    const chosen = wall.selection()
    return chosen?.kind === 'zone' ? wall.shownZones().find((each) => each.key === chosen.key) : undefined
  })
  const occupants = createMemo(() => wall.replay.frame()?.zones.find((each) => each.key === zone()?.key)?.occupants ?? [])
  return (
    <Show when={zone()}>
      {(chosen) => (
        <section class="card past" aria-label={chosen().name}>
          <header class="card-head">
            <i class="swatch" data-level={chosen().level} />
            <div>
              <h2>{chosen().name}</h2>
              <p>{words().occupantsThen} {count(occupants().length)}</p>
            </div>
            <Show when={wall.marks().zones.has(chosen().key)}><span class="state-word" data-state="alarm">{words().zoneInBreach}</span></Show>
            <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
          </header>
          <Show when={occupants().length > 0} fallback={<p class="card-note">{words().nobodyInside}</p>}>
            <ul class="past-occupants">
              <For each={occupants().slice(0, namesListed)}>
                {(id) => <li><button type="button" onClick={() => { wall.showUnit(id) }}>{wall.nameOf(id)}</button></li>}
              </For>
              <Show when={occupants().length > namesListed}><li class="dim">{words().moreUnits(count(occupants().length - namesListed))}</li></Show>
            </ul>
          </Show>
        </section>
      )}
    </Show>
  )
}
