import './incidents.css'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { allows } from '../session/rights'
import { count, words } from '../text/language'
import { age, moment } from '../time/format'
import { createAim } from '../wall/aim'
import { turnPages } from '../wall/fitting'
import { PageMark } from '../wall/PageMark'
import { hasMap, useWall } from '../wall/wall'
import { incidentStates, sentTo, stateSince, type Incident, type IncidentState } from './incident'
import { IncidentIcon } from './IncidentIcon'
import { besideTitle } from './texts'

export function IncidentPanel() {
  const wall = useWall()
  const [only, setOnly] = createSignal<IncidentState | null>(null)
  const all = () => wall.incidents.list()
  const counts = createMemo(() => incidentStates.map((state) => ({ state, count: all().filter((incident) => incident.state === state).length }))
    .filter((each) => each.count > 0 || each.state === only()))
  const shown = createMemo(() => (only() === null ? all() : all().filter((incident) => incident.state === only())))
  /** By key, so that a row keeps its place on the page when others come. */
  const aim = createAim(() => shown().map((incident) => incident.key), (key) => key)
  let list: HTMLElement | undefined
  const pages = turnPages(() => list)
  const mayReport = () => allows(wall.rights(), 'incidents.write')
  const reportAtCentre = () => {
    const area = wall.area()
    if (area !== null) {
      wall.select({ kind: 'report', lon: (area.west + area.east) / 2, lat: (area.south + area.north) / 2 })
    }
  }

  return (
    <section class="panel incidents" aria-label={words().incidents}>
      <header class="panel-head">
        <h2>{words().incidents}</h2>
        <PageMark of={pages} />
        <span class="incidents-head">
          <span class="dim">{words().unitsCount(count(all().length + wall.incidents.board().more))}</span>
          <Show when={mayReport()}>
            <button type="button" class="quiet" title={words().reportHere} onClick={reportAtCentre}>＋ {words().reportSend}</button>
          </Show>
        </span>
      </header>
      <Show when={counts().length > 1 || only() !== null}>
        <div class="chips incident-chips">
          <For each={counts()}>
            {(each) => (
              <button type="button" aria-pressed={only() === each.state} onClick={() => setOnly(only() === each.state ? null : each.state)}>
                {words().incidentState[each.state]} <b>{count(each.count)}</b>
              </button>
            )}
          </For>
        </div>
      </Show>
      <div class="incident-list" ref={(element) => { list = element }} {...aim.handlers}>
        <For
          each={aim.rows()}
          fallback={(
            <Show when={wall.incidents.board().known}>
              <p class="empty">{words().noIncidents}<small>{mayReport() && hasMap(wall.linkage.role()) ? words().incidentsHint : words().incidentsHintReadOnly}</small></p>
            </Show>
          )}
        >
          {(key) => <Show when={wall.incidents.find(key)}>{(incident) => <Row incident={incident()} />}</Show>}
        </For>
        <Show when={wall.incidents.board().more > 0}><p class="breach-unlisted">{words().incidentsUnlisted(count(wall.incidents.board().more))}</p></Show>
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
  const isTarget = () => {
    const target = wall.dragging.drag()?.target
    return target?.kind === 'incident' && target.key === props.incident.key
  }
  const who = () => sentTo(props.incident).map((order) => order.name).join(words().listSeparator)
  const last = () => props.incident.orders.filter((order) => order.step === 'done').map((order) => order.name).join(words().listSeparator)
  return (
    <button
      type="button" class="incident-row" aria-pressed={isChosen()} data-level={props.incident.level} data-state={props.incident.state} data-incident={props.incident.key}
      classList={{ target: isTarget() }} onClick={() => { wall.showIncident(props.incident.key) }}
    >
      <IncidentIcon level={props.incident.level} state={props.incident.state} />
      <span class="incident-title" title={props.incident.title}>{props.incident.title}</span>
      <time>{moment(Date.parse(props.incident.reportedAt), wall.now())}</time>
      <span class="incident-kind">{besideTitle(props.incident)}</span>
      <span class="incident-state">{words().incidentSince(words().incidentState[props.incident.state], age(Math.max(0, wall.now() - stateSince(props.incident)), words()))}</span>
      <span class="incident-who">{who() || last() || words().nobodySent}</span>
    </button>
  )
}
