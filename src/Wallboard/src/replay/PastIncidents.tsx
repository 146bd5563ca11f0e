import '../incidents/incidents.css'
import { createMemo, For, Show } from 'solid-js'
import { sentTo, stateSince, type Incident } from '../incidents/incident'
import { IncidentIcon } from '../incidents/IncidentIcon'
import { besideTitle, kindWord, whereText } from '../incidents/texts'
import { TimeLine } from '../incidents/TimeLine'
import { count, words } from '../text/language'
import { age, moment } from '../time/format'
import { useWall } from '../wall/wall'

/** The incidents that were open at the instant of a replay, as they were then. */
export function PastIncidents() {
  const wall = useWall()
  const keys = createMemo(() => wall.replay.incidents().map((incident) => incident.key))
  return (
    <section class="panel incidents past" aria-label={words().pastIncidents}>
      <header class="panel-head">
        <h2>{words().pastIncidents}</h2>
        <span class="dim">{words().unitsCount(count(keys().length))}</span>
      </header>
      <div class="incident-list">
        <For each={keys()} fallback={<p class="empty">{wall.replay.frame() === null ? words().loading : words().noPastIncidents}</p>}>
          {(key) => <Show when={wall.replay.incidents().find((each) => each.key === key)}>{(incident) => <Row incident={incident()} />}</Show>}
        </For>
      </div>
    </section>
  )
}

function Row(props: { incident: Incident }) {
  const wall = useWall()
  const isChosen = () => {
    const chosen = wall.selection()
    return chosen?.kind === 'incident' && chosen.key === props.incident.key
  }
  return (
    <button
      type="button" class="incident-row" aria-pressed={isChosen()} data-level={props.incident.level} data-state={props.incident.state}
      data-incident={props.incident.key} onClick={() => { wall.showIncident(props.incident.key) }}
    >
      <IncidentIcon level={props.incident.level} state={props.incident.state} />
      <span class="incident-title" title={props.incident.title}>{props.incident.title}</span>
      <time>{moment(Date.parse(props.incident.reportedAt), wall.shownNow())}</time>
      <span class="incident-kind">{besideTitle(props.incident)}</span>
      <span class="incident-state">{sinceText(props.incident, wall.shownNow())}</span>
      <span class="incident-who">{sentNames(props.incident) || words().nobodySent}</span>
    </button>
  )
}

/** The chosen incident as it was at the instant. What came later is not told, and nothing can be done to it. */
export function PastIncidentCard() {
  const wall = useWall()
  const incident = createMemo(() => {
    const chosen = wall.selection()
    return chosen?.kind === 'incident' ? wall.replay.incidents().find((each) => each.key === chosen.key) : undefined
  })
  return (
    <Show when={incident()}>
      {(chosen) => (
        <section class="card incident-card past" aria-label={chosen().title} data-level={chosen().level}>
          <header class="card-head">
            <IncidentIcon level={chosen().level} state={chosen().state} />
            <div>
              <h2>{chosen().title}</h2>
              <p>{kindWord(chosen().kind)} · {words().incidentLevel[chosen().level]}</p>
            </div>
            <span class="incident-word">
              {words().incidentState[chosen().state]}
              <small>{words().breachedThen}</small>
            </span>
            <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
          </header>
          <div class="incident-body">
            <dl class="facts">
              <div class="wide"><dt>{words().incidentPlace}</dt><dd>{whereText(chosen())}</dd></div>
              <Show when={chosen().note}>{(text) => <div class="wide"><dt>{words().incidentNote}</dt><dd class="incident-note">{text()}</dd></div>}</Show>
              <div class="wide"><dt>{words().orders}</dt><dd>{sentNames(chosen()) || words().nobodySent}</dd></div>
            </dl>
            <TimeLine incident={chosen()} now={wall.shownNow()} />
          </div>
        </section>
      )}
    </Show>
  )
}

const sinceText = (incident: Incident, now: number) =>
  words().incidentSince(words().incidentState[incident.state], age(Math.max(0, now - stateSince(incident)), words()))

const sentNames = (incident: Incident) => sentTo(incident).map((order) => order.name).join(words().listSeparator)
