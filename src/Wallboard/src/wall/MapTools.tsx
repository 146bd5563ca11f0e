import { For, Show } from 'solid-js'
import { AnalysisPanel } from '../heat/AnalysisPanel'
import { cellMetres } from '../heat/heat'
import { HeatLegend } from '../heat/HeatLegend'
import { getResolution } from 'h3-js'
import { isForRollCalls, RollCallMenu } from '../rollcalls/RollCallMenu'
import { ReplayMenu } from '../replay/ReplayList'
import { allows, allowsEverywhere } from '../session/rights'
import { CastMenu } from '../stage/CastMenu'
import { words } from '../text/language'
import { PointsMenu } from '../records/PointsMenu'
import { periodName, shortPeriods } from '../time/period'
import { videoWords } from '../video/texts'
import { useWall } from './wall'

/** Layers and camera of the map, unless other screens choose them, and what the heat layer's colours mean while it is on. */
export function MapTools(props: { readonly isDriven: boolean; readonly onVideo: () => void }) {
  const wall = useWall()
  /** One that was chosen where there is more room. */
  const longPeriod = () => { const period = wall.heatPeriod(); return period === null || shortPeriods.some((each) => each === period) ? null : period }
  const toggleAnalysis = () => {
    wall.analysis.setOpen(!wall.analysis.isOpen())
    if (wall.analysis.isOpen() && wall.heatPeriod() === null) {
      wall.setHeatPeriod('today')
    }
  }
  return (
    <div class="map-tools">
      <Show when={!props.isDriven}><div class="tool-row">
        <div class="segmented" role="group" aria-label={words().layers}>
          <button type="button" aria-pressed={wall.zonesWanted()} onClick={() => { wall.setZonesWanted(!wall.zonesWanted()) }}>{words().zones}</button>
          <Show when={!wall.replay.isOn() && allows(wall.rights(), 'zones.write')}>
            <button type="button" disabled={wall.zoneEditing.draft()?.version != null} aria-pressed={wall.zoneEditing.draft()?.version === null} onClick={() => { if (wall.zoneEditing.draft()?.version === null) { wall.zoneEditing.cancel() } else { wall.select(null); wall.zoneEditing.start() } }}>{words().drawZone}</button>
          </Show>
          <Show when={!wall.replay.isOn() && allows(wall.rights(), 'cameras.read')}>
            <button type="button" aria-pressed={wall.camerasWanted()} onClick={() => { wall.toggleCameras() }}>{words().cameras}</button>
          </Show>
        </div>
        <Show when={!wall.replay.isOn() && allows(wall.rights(), 'records.read')}><PointsMenu /></Show>
        <Show when={!wall.replay.isOn() && allows(wall.rights(), 'heat.read')}>
          <div class="segmented" role="group" aria-label={words().heatTitle}>
            <span class="segmented-title">{words().heat}</span>
            <button type="button" aria-pressed={wall.heatPeriod() === null} onClick={() => { wall.setHeatPeriod(null) }}>{words().heatOff}</button>
            <For each={shortPeriods}>
              {(period) => (
                <button type="button" aria-pressed={wall.heatPeriod() === period} onClick={() => { wall.setHeatPeriod(period) }}>{words().period[period]}</button>
              )}
            </For>
            <Show when={longPeriod()}>{(period) => <button type="button" aria-pressed={true}>{periodName(period(), words())}</button>}</Show>
            <button type="button" aria-expanded={wall.analysis.isOpen()} aria-pressed={wall.analysis.isOpen()} onClick={toggleAnalysis}>{words().analysis.open}</button>
          </div>
        </Show>
        <Show when={!wall.replay.isOn() && !allows(wall.rights(), 'heat.read') && allowsEverywhere(wall.rights(), 'records.read')}>
          <div class="segmented"><button type="button" aria-expanded={wall.analysis.isOpen()} aria-pressed={wall.analysis.isOpen()} onClick={() => { wall.analysis.setOpen(!wall.analysis.isOpen()) }}>{words().analysis.records}</button></div>
        </Show>
        <Show when={!wall.replay.isOn() && allows(wall.rights(), 'video.watch')}><div class="segmented"><button type="button" onClick={() => { props.onVideo() }}>{videoWords().video}</button></div></Show>
        <Show when={allows(wall.rights(), 'tracks.read')}><ReplayMenu /></Show>
        <Show when={!wall.replay.isOn() && isForRollCalls(wall.rights())}><RollCallMenu /></Show>
        <Show when={allows(wall.rights(), 'stages.lead')}><CastMenu /></Show>
        <div class="segmented">
          <button type="button" aria-label={words().zoomIn} onClick={() => { wall.setFlight({ kind: 'zoom', by: 1 }) }}>＋</button>
          <button type="button" aria-label={words().zoomOut} onClick={() => { wall.setFlight({ kind: 'zoom', by: -1 }) }}>－</button>
          <button type="button" onClick={() => { wall.setFlight({ kind: 'home' }) }}>{words().wholeView}</button>
        </div>
      </div></Show>
      <HeatLegend />
      <Show when={!props.isDriven}><AnalysisPanel /></Show>
      <Show when={!wall.replay.isOn() && wall.cells()?.[0]}>
        {(first) => <p class="tool-note">{words().aggregated(cellMetres(getResolution(first()[0])))}</p>}
      </Show>
      <Show when={!wall.replay.isOn() && wall.cameras.failed() && wall.camerasWanted()}><p class="tool-note warn">{words().camerasFailed}</p></Show>
      <Show when={wall.zones.failed()}><p class="tool-note warn">{words().zonesFailed}</p></Show>
    </div>
  )
}
