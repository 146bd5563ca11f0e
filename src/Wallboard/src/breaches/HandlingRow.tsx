import { createSignal, For, Show } from 'solid-js'
import type { Handling } from '../hub/protocol'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { useWall } from '../wall/wall'
import { act, breachOf, countOf, noting, offered, type Action, type Target } from './handling'
import { handledText } from './Reasons'

interface Props {
  readonly target: Target
  /** What was done about all of it, or null. */
  readonly handled: Handling | null
  readonly isOpen: boolean
  readonly expanded: boolean
  readonly onWhy: () => void
}

/** The reasons' switch, what was done, and what can be done: for one breach, or for a whole line with one confirmation. */
export function HandlingRow(props: Props) {
  const wall = useWall()
  const [choosing, setChoosing] = createSignal<{ readonly id: string; readonly action: Action } | null>(null)
  const [note, setNote] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string | null>(null)
  const id = () => breachOf(props.target).id
  /** Another breach may have taken this line's place meanwhile: what was begun was not about that one. */
  const chosen = () => {
    const now = choosing()
    return now !== null && now.id === id() ? now.action : null
  }
  const isCorrected = () => breachOf(props.target).state === 'retracted'
  const may = () => allows(wall.rights(), 'breaches.handle')
  const wordOf = (action: Action) => {
    switch (action) {
      case 'acknowledge': return words().acknowledge
      case 'handle': return words().handle
      case 'false-alarm': return words().falseAlarm
    }
  }
  const confirmation = (action: Action) => {
    const count = countOf(props.target)
    return count > 1 ? words().confirmAll(wordOf(action), count) : words().confirmAction(wordOf(action))
  }

  async function take(action: Action, said: string): Promise<void> {
    setBusy(true)
    const answer = await act(props.target, action, said)
    setBusy(false)
    if (answer.kind === 'ok') {
      setChoosing(null)
      setNote('')
      setProblem(null)
      return
    }
    setProblem(answer.kind === 'denied' ? words().actionDenied : words().actionFailed)
  }

  return (
    <>
      <div class="breach-row">
        <button type="button" class="link" aria-expanded={props.expanded} onClick={() => { props.onWhy() }}>{words().why}</button>
        <Show when={props.handled}>{(done) => <span class="breach-handled">{handledText(done(), wall.now())}</span>}</Show>
        <Show when={may() && chosen() === null}>
          <span class="breach-actions">
            <Show when={props.isOpen}>
              <For each={offered(props.target)}>
                {(action) => <button type="button" onClick={() => { setProblem(null); setChoosing({ id: id(), action }) }}>{wordOf(action)}</button>}
              </For>
            </Show>
            <Show when={isCorrected()}>
              <button type="button" disabled={busy()} onClick={() => void take(noting(props.target), '')}>{words().takeNote}</button>
            </Show>
          </span>
        </Show>
      </div>
      <Show when={props.handled?.note}>{(text) => <p class="breach-said" title={text()}><q>{text()}</q></p>}</Show>
      <Show when={chosen()}>
        {(action) => (
          <form class="breach-note" onSubmit={(event) => { event.preventDefault(); void take(action(), note()) }} onKeyDown={(event) => { if (event.key === 'Escape') setChoosing(null) }}>
            <input ref={(input) => { queueMicrotask(() => { input.focus() }) }} maxlength="500" placeholder={words().note} aria-label={words().note} value={note()} onInput={(event) => setNote(event.currentTarget.value)} />
            <button type="submit" class="primary" disabled={busy()}>{confirmation(action())}</button>
            <button type="button" class="quiet" onClick={() => setChoosing(null)}>{words().cancel}</button>
          </form>
        )}
      </Show>
      <Show when={problem()}>{(text) => <p class="breach-problem" role="alert">{text()}</p>}</Show>
    </>
  )
}
