import { createEffect, createMemo, createSignal, For, Index, on, onCleanup, Show } from 'solid-js'
import { allows, allowsEverywhere } from '../session/rights'
import type { Answer } from '../session/http'
import { words } from '../text/language'
import { age } from '../time/format'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import { answersTo, sentTo, stateSince, type Action, type Incident, type IncidentOrder } from './incident'
import { IncidentIcon } from './IncidentIcon'
import { NearestUnits } from './NearestUnits'
import { kindWord, whereText } from './texts'
import { TimeLine } from './TimeLine'

export function IncidentCard() {
  const wall = useWall()
  const key = createMemo(() => {
    const chosen = wall.selection()
    return chosen?.kind === 'incident' ? chosen.key : null
  })
  const [read, setRead] = createSignal<Incident | null>(null)
  const [failed, setFailed] = createSignal(false)
  const isListed = createMemo(() => key() !== null && wall.incidents.find(key()!) !== undefined)

  // The hub tells of open ones alone: one that was closed, or is not listed, is read.
  createEffect(on([key, isListed], ([chosen, listed]) => {
    setFailed(false)
    if (read()?.key !== chosen) {
      setRead(null)
    }
    if (chosen === null || listed) {
      return
    }
    const abort = new AbortController()
    void calls.readIncident(chosen, abort.signal).then((answer) => {
      setFailed(answer.kind !== 'ok')
      if (answer.kind === 'ok') {
        setRead(answer.value)
      }
    }, () => undefined) // Only an abort throws.
    onCleanup(() => { abort.abort() })
  }))
  const incident = () => {
    const chosen = key()
    const known = read()
    return chosen === null ? undefined : wall.incidents.find(chosen) ?? (known?.key === chosen ? known : undefined)
  }
  return (
    <>
      <Show when={incident()}>{(chosen) => <Show when={key()} keyed><Card incident={chosen()} onRead={setRead} /></Show>}</Show>
      <Show when={incident() === undefined && failed()}><p class="card card-note" role="alert">{words().incidentGone}</p></Show>
    </>
  )
}

function Card(props: { incident: Incident; onRead: (incident: Incident) => void }) {
  const wall = useWall()
  const [sending, setSending] = createSignal(false)
  const [said, setSaid] = createSignal<'note' | 'close' | null>(null)
  const [note, setNote] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string | null>(null)
  const isOpen = () => props.incident.state !== 'closed'
  const mayDispatch = () => isOpen() && allows(wall.rights(), 'dispatch')
  const mayClose = () => isOpen() && allowsEverywhere(wall.rights(), 'dispatch')
  const mayNote = () => isOpen() && allowsEverywhere(wall.rights(), 'incidents.write')

  async function take(asked: Promise<Answer<Incident>>): Promise<void> {
    setBusy(true)
    setProblem(null)
    const answer = await asked
    setBusy(false)
    if (answer.kind === 'ok') {
      props.onRead(answer.value)
      setSaid(null)
      setNote('')
      return
    }
    setProblem(answer.kind === 'denied' ? words().notAllowed : answer.kind === 'refused' && answer.status === 409 ? words().noLongerPossible : words().unsaid)
  }

  return (
    <section class="card incident-card" aria-label={props.incident.title} data-level={props.incident.level}>
      <header class="card-head">
        <IncidentIcon level={props.incident.level} state={props.incident.state} />
        <div>
          <h2>{props.incident.title}</h2>
          <p>{kindWord(props.incident.kind)} · {words().incidentLevel[props.incident.level]}</p>
        </div>
        <span class="incident-word">
          {words().incidentState[props.incident.state]}
          <small>{age(Math.max(0, wall.now() - stateSince(props.incident)), words())}</small>
        </span>
        <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
      </header>
      <div class="incident-body">
        <dl class="facts">
          <div class="wide"><dt>{words().incidentPlace}</dt><dd>{whereText(props.incident)}</dd></div>
          <Show when={props.incident.note}>{(text) => <div class="wide"><dt>{words().incidentNote}</dt><dd class="incident-note">{text()}</dd></div>}</Show>
        </dl>
        <Show when={sentTo(props.incident).length > 0 || mayDispatch()}>
          <div class="incident-part">
            <p class="incident-part-head">
              <span class="dim">{words().orders}</span>
              <Show when={sentTo(props.incident).length === 0}><span>{words().nobodySent}</span></Show>
              <Show when={mayDispatch()}>
                <button type="button" class="toggle" aria-expanded={sending()} onClick={() => setSending(!sending())}>{words().sendUnits}</button>
              </Show>
            </p>
            <Index each={sentTo(props.incident)}>
              {(order) => <Order incident={props.incident} order={order()} busy={busy()} take={(asked) => void take(asked)} />}
            </Index>
            <Show when={sending() && mayDispatch()}><NearestUnits incident={props.incident} /></Show>
          </div>
        </Show>
        <Show when={mayNote() || mayClose()}>
          <div class="incident-part">
            <Show
              when={said()}
              fallback={(
                <p class="errand-buttons">
                  <Show when={mayNote()}><button type="button" class="toggle" onClick={() => setSaid('note')}>{words().remark}</button></Show>
                  <Show when={mayClose()}><button type="button" class="toggle" onClick={() => setSaid('close')}>{words().closeIncident}</button></Show>
                </p>
              )}
            >
              {(what) => (
                <form
                  class="incident-say" onSubmit={(event) => { event.preventDefault(); void take(calls.say(props.incident.key, what(), note())) }}
                  onKeyDown={(event) => { if (event.key === 'Escape') setSaid(null) }}
                >
                  <input
                    ref={(input) => { queueMicrotask(() => { input.focus() }) }} maxlength="1000" required={what() === 'note'} value={note()}
                    placeholder={what() === 'note' ? words().remarkHint : words().closingHint} aria-label={what() === 'note' ? words().remarkHint : words().closingHint}
                    onInput={(event) => setNote(event.currentTarget.value)}
                  />
                  <Show when={what() === 'close' && sentTo(props.incident).length > 0}>
                    <p class="dim">{words().closingFrees(sentTo(props.incident).length)}</p>
                  </Show>
                  <p class="errand-buttons">
                    <button type="submit" class="primary" disabled={busy()}>{what() === 'note' ? words().remarkSave : words().confirmClosing}</button>
                    <button type="button" class="toggle" onClick={() => setSaid(null)}>{words().cancel}</button>
                  </p>
                </form>
              )}
            </Show>
          </div>
        </Show>
        <Show when={problem()}>{(text) => <p class="breach-problem" role="alert">{text()}</p>}</Show>
        <TimeLine incident={props.incident} now={wall.now()} />
      </div>
    </section>
  )
}

/** An open order, and what can be said of it. */
function Order(props: { incident: Incident; order: IncidentOrder; busy: boolean; take: (asked: Promise<Answer<Incident>>) => void }) {
  const wall = useWall()
  const say = (action: Action | 'withdraw') => { props.take(calls.answerFor(props.incident.key, props.order.unit, action)) }
  return (
    <div class="incident-order" data-unit={props.order.unit}>
      <p>
        <button type="button" class="incident-unit" onClick={() => { wall.showUnit(props.order.unit) }}>{props.order.name}</button>
        <b data-step={props.order.step}>{words().orderStep[props.order.step]}</b>
      </p>
      <p class="errand-buttons">
        <Show when={allows(wall.rights(), 'orders.answer')}>
          <For each={answersTo(props.order)}>
            {(action) => (
              <button
                type="button" class="toggle" disabled={props.busy} aria-label={words().answerFor(words().answerAction[action], props.order.name)}
                onClick={() => { say(action) }}
              >
                {words().answerAction[action]}
              </button>
            )}
          </For>
        </Show>
        <Show when={allows(wall.rights(), 'dispatch')}>
          <button type="button" class="toggle withdraw" disabled={props.busy} aria-label={words().withdrawFor(props.order.name)} onClick={() => { say('withdraw') }}>
            {words().withdraw}
          </button>
        </Show>
      </p>
    </div>
  )
}
