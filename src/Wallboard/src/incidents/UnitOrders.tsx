import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import { distanceMetres } from '../geo/degrees'
import { keepReading } from '../session/reading'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { length } from '../text/quantities'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import type { DutyOrder } from './incident'
import { IncidentIcon } from './IncidentIcon'

const refreshMs = 15_000

/** On a unit's card: what it has been told to do, and where else it can be sent. */
export function UnitOrders(props: { id: string; name: string; lon: number | null; lat: number | null }) {
  const wall = useWall()
  const [orders, setOrders] = createSignal<readonly DutyOrder[] | null>(null)
  const [failed, setFailed] = createSignal(false)
  const [choosing, setChoosing] = createSignal(false)

  const id = createMemo(() => props.id)
  createEffect(on(id, () => { setOrders(null); setChoosing(false) }))
  /** Grows with whatever the hub tells of its orders; the host is asked then, as it knows of incidents that are not listed, too. */
  const told = createMemo(() => wall.incidents.list().flatMap((incident) => incident.orders.filter((order) => order.unit === id()))
    .map((order) => `${order.number} ${order.step}`).join())
  createEffect(on([id, told], ([unit]) => {
    keepReading(refreshMs, (signal) => calls.dutiesOf(unit, signal), (answer) => {
      setFailed(answer.kind !== 'ok')
      if (answer.kind === 'ok') {
        setOrders(answer.value.orders)
      }
    })
  }))

  const mayDispatch = () => allows(wall.rights(), 'dispatch')
  const offered = createMemo(() => wall.incidents.list().filter((incident) => !(orders() ?? []).some((order) => order.incident === incident.key)))
  const away = (lon: number | null, lat: number | null) => props.lon === null || props.lat === null || lon === null || lat === null ? '' : length(distanceMetres(props.lon, props.lat, lon, lat), words())

  return (
    <div class="unit-orders">
      <p class="unit-orders-head">
        <span class="dim">{words().orders}</span>
        <Show when={orders()?.length === 0}><span>{words().noOrders}</span></Show>
        <Show when={failed() && orders() === null}><span class="dim">{words().ordersFailed}</span></Show>
        <Show when={mayDispatch()}>
          <button type="button" class="toggle" aria-expanded={choosing()} onClick={() => setChoosing(!choosing())}>{words().sendTo}</button>
        </Show>
      </p>
      <For each={orders() ?? []}>
        {(order) => (
          <button type="button" class="unit-order" onClick={() => { wall.showIncident(order.incident) }}>
            <span>{order.title ?? words().anotherIncident}</span><b data-step={order.step}>{words().orderStep[order.step]}</b>
          </button>
        )}
      </For>
      <Show when={choosing()}>
        <div class="unit-choices">
          <For each={offered()} fallback={<p class="dim">{words().noneToSendTo}</p>}>
            {(incident) => (
              <button
                type="button" class="unit-order" aria-label={words().errandTo(props.name, incident.title)}
                onClick={() => { setChoosing(false); wall.dispatching.start({ id: props.id, name: props.name }, incident) }}
              >
                <IncidentIcon level={incident.level} state={incident.state} />
                <span>{incident.title}</span>
                <small>{away(incident.lon, incident.lat)} {words().incidentState[incident.state]}</small>
              </button>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}
