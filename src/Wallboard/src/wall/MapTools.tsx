import { For, Show } from 'solid-js'
import { cellMetres, heatGradient } from '../heat/heat'
import { getResolution } from 'h3-js'
import { ReplayMenu } from '../replay/ReplayList'
import { allows } from '../session/rights'
import { CastMenu } from '../stage/CastMenu'
import { words } from '../text/language'
import { ThemeMenu } from '../themes/ThemeMenu'
import { periods } from '../time/period'
import { videoWords } from '../video/texts'
import { useWall } from './wall'

/** Layers and camera of the map, unless other screens choose them, and what the heat layer's colours mean while it is on. */
export function MapTools(props: { readonly isDriven: boolean; readonly onVideo: () => void }) {
  const wall = useWall()
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
        <Show when={!wall.replay.isOn() && allows(wall.rights(), 'records.read')}><ThemeMenu /></Show>
        <Show when={!wall.replay.isOn() && allows(wall.rights(), 'heat.read')}>
          <div class="segmented" role="group" aria-label={words().heatTitle}>
            <span class="segmented-title">{words().heat}</span>
            <button type="button" aria-pressed={wall.heatPeriod() === null} onClick={() => { wall.setHeatPeriod(null) }}>{words().heatOff}</button>
            <For each={periods}>
              {(period) => (
                <button type="button" aria-pressed={wall.heatPeriod() === period} onClick={() => { wall.setHeatPeriod(period) }}>{words().period[period]}</button>
              )}
            </For>
          </div>
        </Show>
        <Show when={!wall.replay.isOn() && allows(wall.rights(), 'video.watch')}><div class="segmented"><button type="button" onClick={() => { props.onVideo() }}>{videoWords().video}</button></div></Show>
        <Show when={allows(wall.rights(), 'tracks.read')}><ReplayMenu /></Show>
        <Show when={allows(wall.rights(), 'stages.lead')}><CastMenu /></Show>
        <div class="segmented">
          <button type="button" aria-label={words().zoomIn} onClick={() => { wall.setFlight({ kind: 'zoom', by: 1 }) }}>＋</button>
          <button type="button" aria-label={words().zoomOut} onClick={() => { wall.setFlight({ kind: 'zoom', by: -1 }) }}>－</button>
          <button type="button" onClick={() => { wall.setFlight({ kind: 'home' }) }}>{words().wholeView}</button>
        </div>
      </div></Show>
      <HeatLegend />
      <Show when={!wall.replay.isOn() && wall.cells()?.[0]}>
        {(first) => <p class="tool-note">{words().aggregated(cellMetres(getResolution(first()[0])))}</p>}
      </Show>
      <Show when={!wall.replay.isOn() && wall.cameras.failed() && wall.camerasWanted()}><p class="tool-note warn">{words().camerasFailed}</p></Show>
      <Show when={wall.zones.failed()}><p class="tool-note warn">{words().zonesFailed}</p></Show>
    </div>
  )
}

function HeatLegend() {
  const wall = useWall()
  const note = () => {
    const heat = wall.heat()
    switch (heat.kind) {
      case 'off': return null
      case 'loading': return words().loading
      case 'denied': return words().heatDenied
      case 'failed': return words().heatFailed
      case 'ready': return heat.cells.length === 0 ? words().heatEmpty : words().heatGrid(cellMetres(heat.resolution))
    }
  }
  return (
    <Show when={note()}>
      <div class="heat-legend">
        <span>{words().heatUnit}</span>
        <span class="dim">{words().heatLess}</span>
        <i style={{ background: heatGradient }} />
        <span class="dim">{words().heatMore}</span>
        <span>{note()}</span>
      </div>
    </Show>
  )
}
