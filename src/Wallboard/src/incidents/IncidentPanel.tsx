import './incidents.css'
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from 'solid-js'
import { isTemporary } from '../session/http'
import { allows } from '../session/rights'
import { count, words } from '../text/language'
import { age, moment } from '../time/format'
import { createAim } from '../wall/aim'
import { turnPages } from '../wall/fitting'
import { PageMark } from '../wall/PageMark'
import { hasMap, useWall } from '../wall/wall'
import { mostClosed, readClosed } from './calls'
import { incidentStates, sentTo, stateSince, type Incident, type IncidentState } from './incident'
import { IncidentIcon } from './IncidentIcon'
import { besideTitle } from './texts'

export function IncidentPanel() {
  const wall = useWall()
  const [only, setOnly] = createSignal<IncidentState | null>(null)
  const all = () => wall.incidents.list()
  const closed = createClosed(() => only() === 'closed')
  const counts = createMemo(() => openStates.map((state) => ({ state, count: all().filter((incident) => incident.state === state).length }))
    .filter((each) => each.count > 0 || each.state === only()))
  const shown = createMemo(() => (only() === null ? all() : only() === 'closed' ? wall.incidents.closed() : all().filter((incident) => incident.state === only())))
  const find = (key: string) => (only() === 'closed' ? wall.incidents.closed().find((incident) => incident.key === key) : wall.incidents.find(key))
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
      <div class="chips incident-chips">
        <For each={counts()}>
          {(each) => (
            <button type="button" aria-pressed={only() === each.state} onClick={() => setOnly(only() === each.state ? null : each.state)}>
              {words().incidentState[each.state]} <b>{count(each.count)}</b>
            </button>
          )}
        </For>
        <button type="button" aria-pressed={only() === 'closed'} onClick={() => setOnly(only() === 'closed' ? null : 'closed')}>{words().incidentState.closed}</button>
      </div>
      <div class="incident-list" ref={(element) => { list = element }} {...aim.handlers}>
        <For
          each={aim.rows()}
          fallback={(
            <Show when={only() !== 'closed' && wall.incidents.board().known} fallback={<Show when={only() === 'closed'}><p class="empty">{words().closedIncidents[closed()]}</p></Show>}>
              <p class="empty">{words().noIncidents}<small>{mayReport() && hasMap(wall.linkage.role()) ? words().incidentsHint : words().incidentsHintReadOnly}</small></p>
            </Show>
          )}
        >
          {(key) => <Show when={find(key)}>{(incident) => <Row incident={incident()} />}</Show>}
        </For>
        <Show when={only() === 'closed' && shown().length >= mostClosed}><p class="breach-unlisted">{words().incidentsLastClosed(mostClosed)}</p></Show>
        <Show when={only() !== 'closed' && wall.incidents.board().more > 0}><p class="breach-unlisted">{words().incidentsUnlisted(count(wall.incidents.board().more))}</p></Show>
      </div>
    </section>
  )
}

const openStates = incidentStates.filter((state) => state !== 'closed')
/** Several are closed at a time, when a case is. */
const closedSettleMs = 1000
const closedRetryMs = 5000

/** Reads the closed ones while they are looked at: at once, and again when there are others. */
function createClosed(isWanted: () => boolean): () => 'reading' | 'read' | 'failed' {
  const { incidents } = useWall()
  const [state, setState] = createSignal<'reading' | 'read' | 'failed'>('reading')
  createEffect(on(isWanted, (wanted) => {
    if (!wanted) {
      return
    }
    let abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = () => {
      timer = undefined
      abort.abort()
      abort = new AbortController()
      void readClosed(abort.signal).then((answer) => {
        setState(answer.kind === 'ok' ? 'read' : 'failed')
        if (answer.kind === 'ok') {
          incidents.setClosed(answer.value)
        } else if (isTemporary(answer)) {
          timer ??= setTimeout(read, closedRetryMs)
        }
      }, () => undefined) // Only an abort throws.
    }
    setState('reading')
    read()
    createEffect(on(incidents.howManyClosed, () => {
      timer ??= setTimeout(read, closedSettleMs)
    }, { defer: true }))
    onCleanup(() => {
      clearTimeout(timer)
      abort.abort()
      incidents.setClosed([])
    })
  }))
  return state
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
