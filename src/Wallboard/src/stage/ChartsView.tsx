import { createMemo, createSignal, For, onCleanup, Show } from 'solid-js'
import '../heat/analysis.css'
import { legendTitle } from '../heat/facts'
import { createFigures } from '../heat/figures'
import type { HeatPicture } from '../heat/reading'
import { HoursOfDay } from '../heat/Rhythm'
import { incidentStates, type Incident } from '../incidents/incident'
import { RollCallBoard } from '../rollcalls/RollCallBoard'
import { callPages } from '../session/http'
import { count, words } from '../text/language'
import { startOfDay } from '../time/format'
import { turnPages } from '../wall/fitting'
import { PageMark } from '../wall/PageMark'
import { useWall } from '../wall/wall'

const readAgainMs = 15_000
const hourMs = 3_600_000

/** The day in figures, for a screen that hangs beside the map: who is on duty, and what has happened. */
export function ChartsView() {
  const wall = useWall()
  const [incidents, setIncidents] = createSignal<readonly Incident[] | null>(null)
  const [failed, setFailed] = createSignal(false)
  const read = async () => {
    const from = new Date(startOfDay(wall.hostNow())).toISOString()
    const answer = await callPages<Incident>(`/api/incidents?from=${encodeURIComponent(from)}`)
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setIncidents(answer.value)
    }
  }
  let kinds: HTMLElement | undefined
  const kindPages = turnPages(() => kinds)
  void read()
  const timer = setInterval(() => void read(), readAgainMs)
  onCleanup(() => { clearInterval(timer) })

  /** What the maps of the stage show as heat: its hours are worth more here than those of all incidents. */
  const heat = () => { const state = wall.analysis.state(); return state.kind === 'ready' ? state.picture : null }

  return (
    <div class="charts">
      <Show when={wall.rollCalls.shown()} fallback={<SquadsChart />}>{(call) => <RollCallBoard call={call()} />}</Show>
      <section class="panel chart" aria-label={words().chartIncidents}>
        <header class="panel-head"><h2>{words().chartIncidents}</h2><PageMark of={kindPages} /><b class="chart-total">{incidents() === null ? '–' : count(incidents()!.length)}</b></header>
        <Show when={failed()}><p class="chart-failed" role="alert">{words().chartFailed}</p></Show>
        <KindsChart ref={(element) => { kinds = element }} incidents={incidents() ?? []} isKnown={incidents() !== null} failed={failed()} />
      </section>
      <Show when={heat()} fallback={(
        <section class="panel chart" aria-label={words().chartHours}>
          <header class="panel-head"><h2>{words().chartHours}</h2></header>
          <Show when={incidents()}>{(known) => <HoursChart incidents={known()} />}</Show>
        </section>
      )}>
        {(picture) => <HeatHours picture={picture()} />}
      </Show>
      <section class="panel chart" aria-label={words().chartIncidentStates}>
        <header class="panel-head"><h2>{words().chartIncidentStates}</h2></header>
        <ul class="chart-states">
          <For each={incidentStates}>
            {(state) => (
              <li data-state={state}>
                <b>{incidents() === null ? '–' : count(incidents()!.filter((incident) => incident.state === state).length)}</b>
                <span>{words().incidentState[state]}</span>
              </li>
            )}
          </For>
        </ul>
      </section>
    </div>
  )
}

function HeatHours(props: { readonly picture: HeatPicture }) {
  const wall = useWall()
  const figures = createFigures(wall.analysis.state, () => null)
  const title = () => legendTitle(props.picture.choice, wall).join(' · ')
  return (
    <section class="panel chart" aria-label={words().analysis.byHour}>
      <header class="panel-head"><h2>{words().analysis.byHour}</h2><span class="dim">{title()}</span></header>
      <Show when={!figures.rhythm().failed} fallback={<p class="chart-failed" role="alert">{words().chartFailed}</p>}>
        <HoursOfDay layer={props.picture.choice.layer} rhythm={figures.rhythm().value} against={figures.against().value} />
      </Show>
    </section>
  )
}

/** A row a squad: of those registered, how many report. */
function SquadsChart() {
  const wall = useWall()
  const squads = createMemo(() => (wall.summary()?.squads ?? []).map((squad) => ({
    ...squad,
    online: squad.officers.online + squad.vehicles.online,
    registered: squad.officers.registered + squad.vehicles.registered,
  })))
  let list: HTMLElement | undefined
  const pages = turnPages(() => list)
  const most = () => Math.max(1, ...squads().map((squad) => squad.registered))
  return (
    <section class="panel chart" aria-label={words().chartSquads}>
      <header class="panel-head"><h2>{words().chartSquads}</h2><PageMark of={pages} /><span class="dim">{words().onlineOfRegistered}</span></header>
      <ol class="chart-rows" ref={(element) => { list = element }}>
        <For each={squads()} fallback={<li class="dim">{words().noData}</li>}>
          {(squad) => (
            <li>
              <span class="chart-name">{squad.name}</span>
              <span class="chart-bar"><i style={{ width: `${(100 * squad.registered) / most()}%` }}><u style={{ width: `${(100 * squad.online) / Math.max(1, squad.registered)}%` }} /></i></span>
              <span class="chart-figure"><b>{squad.online}</b>/{squad.registered}</span>
            </li>
          )}
        </For>
      </ol>
    </section>
  )
}

function KindsChart(props: { ref: (element: HTMLElement) => void; incidents: readonly Incident[]; isKnown: boolean; failed: boolean }) {
  const kinds = createMemo(() => {
    const counts = new Map<string, number>()
    for (const { kind } of props.incidents) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    return [...counts].map(([kind, number]) => ({ kind, number })).sort((a, b) => b.number - a.number || a.kind.localeCompare(b.kind))
  })
  return (
    <ol class="chart-rows" ref={props.ref}>
      <For each={kinds()} fallback={<li class="dim">{props.isKnown ? words().chartNoIncidents : props.failed ? '' : words().loading}</li>}>
        {({ kind, number }) => (
          <li>
            <span class="chart-name">{words().incidentKinds[kind] ?? kind}</span>
            <span class="chart-bar"><i class="full" style={{ width: `${(100 * number) / kinds()[0]!.number}%` }} /></span>
            <span class="chart-figure"><b>{count(number)}</b></span>
          </li>
        )}
      </For>
    </ol>
  )
}

/** A column an hour of the centre's day; hours to come are empty. */
function HoursChart(props: { incidents: readonly Incident[] }) {
  const wall = useWall()
  const hours = createMemo(() => {
    const midnight = startOfDay(wall.hostNow())
    const counts = new Array<number>(24).fill(0)
    for (const incident of props.incidents) {
      const hour = Math.floor((Date.parse(incident.reportedAt) - midnight) / hourMs)
      if (hour >= 0 && hour < counts.length) {
        counts[hour]!++
      }
    }
    return counts
  })
  const most = () => Math.max(1, ...hours())
  return (
    <ol class="chart-hours">
      <For each={hours()}>
        {(number, hour) => (
          <li title={words().chartCount(count(number))} data-most={number > 0 && hour() === hours().indexOf(most()) ? '' : undefined}>
            <small>{number === 0 ? '' : count(number)}</small>
            <i style={{ height: `${(100 * number) / most()}%` }} />
            <span>{hour() % 3 === 0 ? hour() : ''}</span>
          </li>
        )}
      </For>
    </ol>
  )
}
