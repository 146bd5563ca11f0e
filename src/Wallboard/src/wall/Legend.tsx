import { createMemo, createSignal, For, Show } from 'solid-js'
import { unitKinds } from '../hub/protocol'
import { words } from '../text/language'
import { length } from '../text/quantities'
import { CameraIcon } from '../cameras/CameraIcon'
import { IncidentIcon } from '../incidents/IncidentIcon'
import { KindIcon } from '../units/KindIcon'
import { fitLine } from './fitting'
import { leastText } from './hall'
import { useWall } from './wall'

const shownStates = ['moving', 'stopped', 'idle', 'offline', 'offDuty'] as const
/** What positions alone tell, and what is drawn, in a replay. */
const pastStates = ['moving', 'stopped', 'offline'] as const

/** What shapes and colours mean, and what the map stands on. */
export function Legend() {
  const wall = useWall()
  const [open, setOpen] = createSignal(true)
  let line: HTMLDivElement | undefined
  fitLine(() => line, ['[data-of=kinds]', '[data-of=ages]', '[data-of=zones]', '[data-of=states]'])
  return (
    <div class="legend" ref={line}>
      <Show when={wall.basemap.isShown()} fallback={<span class="legend-sketch" title={words().sketchHint}>{words().sketch}</span>}>
        <span class="legend-sketch" title={wall.basemap.chosen()!.attribution ?? undefined}>{wall.basemap.chosen()!.label ?? words().baseMap}</span>
      </Show>
      <Show when={wall.basemap.chosen() !== null && !wall.basemap.isShown()}>
        <small class="badge basemap-gone" role="status" title={words().baseMapGoneHint}>{words().baseMapGone}</small>
      </Show>
      <Show when={open()}>
        <span class="legend-group" data-of="kinds">
          <For each={unitKinds}>{(kind) => <span><KindIcon kind={kind} state="unknown" />{words().kind[kind]}</span>}</For>
          <Show when={!wall.replay.isOn()}>
            <span><IncidentIcon level="warning" state="new" />{words().incident}</span>
            <span><CameraIcon online />{words().cameraOnline}</span>
            <span title={words().coneHint}><CameraIcon online={false} />{words().cameraOffline}</span>
          </Show>
        </span>
        <span class="legend-group" data-of="states">
          <For each={wall.replay.isOn() ? pastStates : shownStates}>{(state) => <span><i class="dot" data-state={state} />{words().state[state]}</span>}</For>
        </span>
        <Show when={!wall.replay.isOn()}>
          <span class="legend-group" data-of="ages">
            <span><i class="age-mark" data-age="live" />{words().ageLive}</span>
            <span><i class="age-mark" data-age="late" />{words().ageLate}</span>
            <span><i class="age-mark" data-age="old" />{words().ageOld}</span>
          </span>
        </Show>
        <span class="legend-group" data-of="zones">
          <span><i class="swatch" data-level="info" />{words().zoneInfo}</span>
          <span><i class="swatch" data-level="warning" />{words().zoneWarning}</span>
          <span><i class="swatch" data-level="critical" />{words().zoneCritical}</span>
          <span><i class="swatch" data-level="alarm" />{words().zoneInBreach}</span>
        </span>
      </Show>
      <button type="button" class="quiet" aria-expanded={open()} onClick={() => setOpen(!open())}>{words().legend}</button>
    </div>
  )
}

/** A round length, and how wide it is on the map. */
export function ScaleBar() {
  const wall = useWall()
  const metresPerPixel = () => {
    const area = wall.area()
    return area === null ? null : (78_271.517 * Math.cos((((area.north + area.south) / 2) * Math.PI) / 180)) / 2 ** area.zoom
  }
  const metres = createMemo(() => {
    const widest = (metresPerPixel() ?? 1) * Math.max(110, 9 * leastText()) // Its number has to have room upon it.
    const power = 10 ** Math.floor(Math.log10(widest))
    return power * ([5, 2, 1].find((step) => step * power <= widest) ?? 1)
  })
  return (
    <Show when={metresPerPixel()}>
      {(scale) => <div class="scale-bar" style={{ width: `${metres() / scale()}px` }}>{length(metres(), words())}</div>}
    </Show>
  )
}
