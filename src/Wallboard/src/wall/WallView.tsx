import './wall.css'
import { onCleanup, onMount, Show } from 'solid-js'
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
import { ReplayBar, ReplayEnded } from '../replay/ReplayBar'
import { Timeline } from '../replay/Timeline'
import type { Session } from '../session/session'
import { UnitCard } from '../units/UnitCard'
import { UnitPanel } from '../units/UnitPanel'
import { ZoneCard } from '../zones/ZoneCard'
import { ConnectionBanner } from './ConnectionBanner'
import { FilterBar } from './FilterBar'
import { Header } from './Header'
import { Legend, ScaleBar } from './Legend'
import { MapTools } from './MapTools'
import { SquadStrip } from './SquadStrip'
import { createWall, WallContext } from './wall'

interface Props {
  readonly session: Session
  readonly onLeave: (byChoice: boolean) => void
}

export function WallView(props: Props) {
  const wall = createWall(props.session, (byChoice) => { props.onLeave(byChoice) })

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
      <div class="wall" classList={{ 'is-lost': wall.link().kind === 'lost', 'in-replay': wall.replay.isOn() }}>
        <Header />
        <Show when={wall.replay.open()} fallback={<SquadStrip />}>{(replay) => <ReplayBar replay={replay()} />}</Show>
        <UnitPanel />
        <main class="stage">
          <WallMap />
          <ConnectionBanner />
          <div class="stage-top">
            <FilterBar />
            <MapTools />
          </div>
          <div class="stage-bottom">
            <div class="stage-cards">
              <Show when={wall.replay.isOn()} fallback={<><UnitCard /><CameraCard /><ZoneCard /><IncidentCard /><ReportCard /></>}>
                <PastUnitCard />
                <PastZoneCard />
              </Show>
            </div>
            <Legend />
          </div>
          <ScaleBar />
          <ReplayEnded />
          <ErrandStack />
        </main>
        <div class="side">
          <Show when={wall.replay.isOn()} fallback={<><IncidentPanel /><BreachPanel /></>}><PastBreaches /></Show>
        </div>
        <Show when={wall.replay.open()}>{(replay) => <Timeline replay={replay()} />}</Show>
        <DragView />
      </div>
    </WallContext.Provider>
  )
}
