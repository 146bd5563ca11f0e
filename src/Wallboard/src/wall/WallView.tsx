import './wall.css'
import './hall.css'
import { createEffect, createSignal, onCleanup, onMount, Show } from 'solid-js'
import { BreachPanel } from '../breaches/BreachPanel'
import { CameraCard } from '../cameras/CameraCard'
import { DragView } from '../incidents/DragView'
import { ErrandStack } from '../incidents/ErrandStack'
import { IncidentCard } from '../incidents/IncidentCard'
import { IncidentPanel } from '../incidents/IncidentPanel'
import { ReportCard } from '../incidents/ReportCard'
import { WallMap } from '../map/WallMap'
import { PastBreaches } from '../replay/PastBreaches'
import { PastUnitCard, PastZoneCard } from '../replay/PastCards'
import { PastIncidentCard, PastIncidents } from '../replay/PastIncidents'
import { ReplayBar, ReplayEnded } from '../replay/ReplayBar'
import { Timeline } from '../replay/Timeline'
import { RollCallBoard } from '../rollcalls/RollCallBoard'
import type { Session } from '../session/session'
import { ChartsView } from '../stage/ChartsView'
import type { Place } from '../stage/linkage'
import { StageNote } from '../stage/StageBadge'
import { words } from '../text/language'
import { RecordCard } from '../records/RecordCard'
import { UnitCard } from '../units/UnitCard'
import { UnitPanel } from '../units/UnitPanel'
import { VideoView } from '../video/VideoView'
import { ZoneDone, ZoneEditor } from '../zones/edit/ZoneEditor'
import { ZoneCard } from '../zones/ZoneCard'
import { ConnectionBanner } from './ConnectionBanner'
import { FilterBar } from './FilterBar'
import { pitchIn, pitchOf, sizeByPitch } from './hall'
import { Header, MapCorner } from './Header'
import { Legend, ScaleBar } from './Legend'
import { MapTools } from './MapTools'
import { SquadStrip } from './SquadStrip'
import { followStage, isLeaving } from './visitors'
import { createWall, hasMap, WallContext } from './wall'

interface Props {
  readonly session: Session
  /** Which screen of a stage this is; null: of none. */
  readonly place: Place | null
  readonly onLeave: (byChoice: boolean) => void
}

export function WallView(props: Props) {
  const wall = createWall(props.session, props.place, (byChoice) => { props.onLeave(byChoice) })
  const [watching, setWatching] = createSignal(false)
  const alone = pitchIn(location.search)
  sizeByPitch(() => {
    const [stage, screen] = [wall.linkage.stage(), wall.linkage.own()]
    return stage === null || screen === null ? alone : pitchOf(stage, screen)
  }, () => props.session.kind !== 'screen' && (wall.linkage.own() === null || wall.linkage.leads()))

  // What this browser keeps of a stage's visitors is of no stage any more once it is on none; one that is not reached yet may have them.
  createEffect(() => {
    if (wall.linkage.standing() === 'joined') {
      followStage(wall.linkage.stage()!.visitors)
    } else if (wall.linkage.standing() !== 'joining') {
      followStage(false)
    }
  })

  /** Nothing but the map, to the screen's edges: pictures that span screens have to meet. */
  const isBare = () => wall.linkage.role() === 'map'

  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
      if (event.key === 'Escape' && !typing) {
        wall.select(null)
      } else if (event.key === '/' && !typing) {
        event.preventDefault()
        document.getElementById('unit-search')?.focus()
      }
    }
    window.addEventListener('keydown', onKey)
    onCleanup(() => { window.removeEventListener('keydown', onKey) })
  })

  return (
    <WallContext.Provider value={wall}>
      <div class="wall" data-role={wall.linkage.role() ?? 'joining'} classList={{ 'is-leaving': isLeaving(), 'is-lost': wall.link().kind === 'lost', 'in-replay': wall.replay.isOn() }}>
        <Show when={!isBare()}><Header /></Show>
        <Show when={wall.replay.open()} fallback={<Show when={wall.linkage.role() === 'free' || wall.linkage.role() === 'list'}><SquadStrip /></Show>}>{(replay) => <ReplayBar replay={replay()} />}</Show>
        <Show when={wall.linkage.role() === 'free' || wall.linkage.role() === 'list'}><UnitPanel /></Show>
        <Show when={hasMap(wall.linkage.role())}>
          <main class="stage">
            <WallMap />
            <ConnectionBanner />
            <div class="stage-top">
              <Show when={isBare()}><MapCorner /></Show>
              <FilterBar />
              <MapTools isDriven={isBare() && !wall.linkage.leads()} onVideo={() => { setWatching(true) }} />
            </div>
            <div class="stage-bottom">
              <div class="stage-cards">
                <Show when={wall.replay.isOn()} fallback={<Show when={wall.zoneEditing.draft() === null} fallback={<ZoneEditor />}><ZoneDone /><UnitCard /><CameraCard /><ZoneCard /><IncidentCard /><RecordCard /><ReportCard /></Show>}>
                  <PastUnitCard />
                  <PastZoneCard />
                  <PastIncidentCard />
                </Show>
              </div>
              <Legend />
            </div>
            <ScaleBar />
            <ReplayEnded />
            <ErrandStack />
            <Show when={watching() && !isBare()}><VideoView onBack={() => { setWatching(false) }} /></Show>
          </main>
        </Show>
        <Show when={wall.linkage.role() === null}><main class="stage"><ConnectionBanner /><p class="waiting">{words().joiningStage}</p></main></Show>
        <Show when={wall.linkage.role() === 'video'}><main class="stage"><ConnectionBanner /><VideoView /></main></Show>
        <Show when={wall.linkage.role() === 'charts'}><main class="stage charts-stage"><ConnectionBanner /><ChartsView /></main></Show>
        <Show when={wall.linkage.role() === 'free' || wall.linkage.role() === 'list'}>
          <div class="side">
            <Show when={wall.replay.isOn()} fallback={<><Show when={wall.rollCalls.shown()}>{(call) => <RollCallBoard call={call()} />}</Show><IncidentPanel /><BreachPanel /></>}><PastIncidents /><PastBreaches /></Show>
          </div>
        </Show>
        <Show when={(!isBare() || wall.linkage.leads()) && wall.replay.open()}>{(replay) => <Timeline replay={replay()} />}</Show>
        <Show when={wall.linkage.role() === 'list'}><ConnectionBanner /></Show>
        <StageNote />
        <DragView />
      </div>
    </WallContext.Provider>
  )
}
