import { createMemo, createSignal, For, Show } from 'solid-js'
import { distanceMetres } from '../geo/degrees'
import { isPlaced, type Action, type Incident } from '../incidents/incident'
import { kindWord, whereText } from '../incidents/texts'
import { words } from '../text/language'
import { length } from '../text/quantities'
import { now } from '../time/clock'
import { moment, shortMoment } from '../time/format'
import type { Overview, OwnOrder } from './api'
import { AnswerForm } from './AnswerForm'
import type { Officer } from './officer'
import { answersNow, answersWaiting } from './outbox'
import { own } from './text'

/** What the unit has to do, and below it what was over of late. */
export function Orders(props: { officer: Officer; overview: Overview }) {
  const idOf = (order: OwnOrder) => `${order.incident} ${order.number}`
  const open = createMemo(() => props.overview.orders.filter((order) => order.open))
  const past = createMemo(() => props.overview.orders.filter((order) => !order.open))
  /** By id, so that a form that is open stays open when others come. */
  const openIds = createMemo(() => open().map(idOf))
  const find = (id: string) => props.overview.orders.find((order) => idOf(order) === id)
  const incidentOf = (order: OwnOrder) => props.overview.incidents.find((incident) => incident.key === order.incident)
  return (
    <>
      <section class="officer-orders" aria-label={own().orders}>
        <h2>{own().orders} <b>{open().length > 0 ? open().length : ''}</b></h2>
        <For each={openIds()} fallback={<p class="officer-empty">{own().noOrders}<small>{own().noOrdersHint}</small></p>}>
          {(id) => (
            <Show when={find(id)}>
              {(order) => <Show when={incidentOf(order())}>{(incident) => <OrderCard officer={props.officer} unit={props.overview.unit} order={order()} incident={incident()} />}</Show>}
            </Show>
          )}
        </For>
      </section>
      <Show when={past().length > 0}>
        <details class="officer-past">
          <summary>{own().past} <b>{past().length}</b></summary>
          <ul>
            <For each={past()}>
              {(order) => (
                <Show when={incidentOf(order)}>
                  {(incident) => (
                    <li data-step={order.step}>
                      <span>{incident().title}</span>
                      <b>{own().step[order.step]}</b>
                      <time>{shortMoment(Date.parse(momentsOf(incident(), props.overview.unit, order).at(-1)?.at ?? incident().reportedAt), now())}</time>
                    </li>
                  )}
                </Show>
              )}
            </For>
          </ul>
        </details>
      </Show>
    </>
  )
}

function momentsOf(incident: Incident, unit: string, order: OwnOrder) {
  return incident.orders.find((other) => other.unit === unit && other.number === order.number)?.moments ?? []
}

function OrderCard(props: { officer: Officer; unit: string; order: OwnOrder; incident: Incident }) {
  const [asking, setAsking] = createSignal<'finish' | 'decline' | null>(null)
  const waiting = () => answersWaiting(props.officer.entries(), props.order.incident, props.order.number)
  const offered = () => answersNow(props.order.step, waiting())
  const moments = () => momentsOf(props.incident, props.unit, props.order)
  const instruction = () => moments()[0]?.note ?? null
  const distance = () => {
    const [fix, incident] = [props.officer.lastFix(), props.incident]
    return fix === null || !isPlaced(incident) ? null : distanceMetres(fix.lon, fix.lat, incident.lon, incident.lat)
  }
  const kind = () => (kindWord(props.incident.kind) === props.incident.title ? null : kindWord(props.incident.kind))

  function press(action: Action): void {
    if (action === 'finish' || action === 'decline') {
      setAsking(action)
    } else {
      void props.officer.answer(props.incident, props.order, action, '', null)
    }
  }

  async function submit(action: 'finish' | 'decline', note: string, picture: Blob | null): Promise<void> {
    if (await props.officer.answer(props.incident, props.order, action, note, picture)) {
      setAsking(null)
    }
  }

  return (
    <article class="officer-order" data-level={props.incident.level} data-incident={props.incident.key}>
      <header>
        <h3>{props.incident.title}</h3>
        <b class="officer-step" data-step={props.order.step}>{own().step[props.order.step]}</b>
      </header>
      <p class="officer-order-what">
        <span class="officer-level" data-level={props.incident.level}>{words().incidentLevel[props.incident.level]}</span>
        <Show when={kind()}>{(text) => <span>{text()}</span>}</Show>
      </p>
      <p class="officer-order-where">
        <span>{whereText(props.incident)}</span>
        <Show when={distance()}>{(metres) => <span class="officer-distance">{own().straight(length(metres(), words()))}</span>}</Show>
      </p>
      <Show when={props.incident.note}>{(text) => <p class="officer-order-note">{text()}</p>}</Show>
      <Show when={instruction()}>{(text) => <p class="officer-order-note"><b>{own().instruction}</b> {text()}</p>}</Show>
      <For each={waiting()}>{(answer) => <p class="officer-waiting">{own().waiting(own().answer[answer.action])}</p>}</For>
      <Show
        when={asking()}
        fallback={(
          <div class="officer-answers">
            <For each={offered()}>
              {(action, index) => (
                <button type="button" class={index() === 0 ? 'big primary' : 'big plain-button'} data-action={action} onClick={() => { press(action) }}>{own().answer[action]}</button>
              )}
            </For>
          </div>
        )}
      >
        {(action) => <AnswerForm action={action()} onSubmit={(note, picture) => void submit(action(), note, picture)} onCancel={() => setAsking(null)} />}
      </Show>
      <ol class="officer-line">
        <For each={moments()}>
          {(each) => (
            <li>
              <time>{moment(Date.parse(each.saidAt ?? each.at), now())}</time>
              <span>{own().moments[each.step]}</span>
              <small>{each.by ?? words().bySystem}</small>
            </li>
          )}
        </For>
      </ol>
    </article>
  )
}
