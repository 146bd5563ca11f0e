import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import { keepReading } from '../session/reading'
import { words } from '../text/language'
import { KindIcon } from '../units/KindIcon'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import { isPlaced, sentTo, type Incident } from './incident'
import { estimateText } from './texts'

const listed = 6
const refreshMs = 10_000

/** Who is free and near; read anew while it is open. */
export function NearestUnits(props: { incident: Incident }) {
  const wall = useWall()
  const [units, setUnits] = createSignal<readonly calls.Near[] | null>(null)
  const [failed, setFailed] = createSignal(false)
  const at = createMemo(() => `${props.incident.key} ${props.incident.lon} ${props.incident.lat} ${sentTo(props.incident).map((order) => order.unit).join()}`)

  createEffect(on(at, () => {
    const incident = props.incident
    if (!isPlaced(incident)) {
      return
    }
    keepReading(refreshMs, (signal) => calls.nearest(incident.lon, incident.lat, listed, signal), (answer) => {
      setFailed(answer.kind !== 'ok')
      if (answer.kind === 'ok') {
        setUnits(answer.value.items)
      }
    })
  }))
  /** By id, so that a button stays the same while numbers change: nobody is to send another than he pressed. */
  const ids = createMemo(() => (units() ?? []).map((near) => near.unit.id))

  return (
    <div class="nearest">
      <p class="nearest-head"><span>{words().sendUnitsTitle}</span><small>{words().straight}</small></p>
      <Show when={failed()}><p class="preview-warning">{words().nearestFailed}</p></Show>
      <Show when={!isPlaced(props.incident)}><p class="preview-warning">{words().nearestOfNowhere}</p></Show>
      <Show when={isPlaced(props.incident) && units()?.length === 0}><p class="dim">{words().noneAvailable}</p></Show>
      <For each={ids()}>
        {(id) => (
          <Show when={units()?.find((near) => near.unit.id === id)}>
            {(near) => (
              <p class="nearest-unit">
                <KindIcon kind={near().unit.kind} state={near().unit.state} />
                <span class="nearest-name">{near().unit.name}</span>
                <small>{estimateText(near())}</small>
                <button
                  type="button" class="toggle" aria-label={words().sendNamed(near().unit.name)}
                  onClick={() => { wall.dispatching.start(near().unit, props.incident) }}
                >
                  {words().send}
                </button>
              </p>
            )}
          </Show>
        )}
      </For>
    </div>
  )
}
