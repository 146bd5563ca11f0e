import { createSignal, Index, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { shortMoment } from '../time/format'
import { useWall } from '../wall/wall'
import { holdMs, isPending, mayInsist, type Phase } from './errand'
import type { Errand } from './dispatching'
import { PreviewFacts } from './PreviewFacts'
import { refusalText } from './refusal'

const tickMs = 100

/** Units that are being sent: held with a countdown, sent, or refused with the reason. */
export function ErrandStack() {
  const wall = useWall()
  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && wall.dispatching.stopNewest()) {
        event.stopImmediatePropagation() // The card stays open.
      }
    }
    window.addEventListener('keydown', onKey, true)
    onCleanup(() => { window.removeEventListener('keydown', onKey, true) })
  })
  return (
    <div class="errands" role="log" aria-label={words().sendUnits}>
      <Index each={wall.dispatching.errands()}>{(errand) => <Card errand={errand()} />}</Index>
    </div>
  )
}

function Card(props: { errand: Errand }) {
  const wall = useWall()
  const { dispatching } = wall
  const id = () => props.errand.id
  const phase = () => props.errand.phase
  const held = () => {
    const now = phase()
    return now.kind === 'holding' || now.kind === 'asking' ? now : undefined
  }
  const refusal = () => {
    const now = phase()
    return now.kind === 'refused' ? now.refusal : undefined
  }
  const word = (): string => {
    const now = phase()
    switch (now.kind) {
      case 'checking': return words().errandChecking
      case 'asking': return now.why === 'busy' ? words().errandBusy : words().errandOffDuty
      case 'holding': return words().errandHolding
      case 'sending': return words().errandSending
      case 'given': return words().errandGiven
      case 'withdrawn': return words().errandWithdrawn
      case 'refused': return refusalText(now.refusal, (time) => shortMoment(time, wall.now()))
    }
  }
  return (
    <article class="errand" data-phase={phase().kind} aria-live="polite">
      <p class="errand-line">
        <strong>{word()}</strong>
        <Show when={phase().kind === 'holding'}><Countdown phase={phase()} /></Show>
      </p>
      <p class="errand-who">{words().errandTo(props.errand.name, props.errand.title)}</p>
      <Show when={held()}>
        {(now) => (
          <PreviewFacts preview={now().preview} onInstead={(better) => {
            dispatching.dismiss(id())
            dispatching.start({ id: better.unit, name: better.name }, { key: props.errand.incident, title: props.errand.title })
          }} />
        )}
      </Show>
      <p class="errand-buttons">
        <Switch>
          <Match when={phase().kind === 'asking'}>
            <button type="button" class="primary" onClick={() => { dispatching.insist(id()) }}>{words().insist}</button>
          </Match>
          <Match when={phase().kind === 'given' && allows(wall.rights(), 'dispatch')}>
            <button type="button" class="toggle" aria-label={words().withdrawFor(props.errand.name)} onClick={() => { dispatching.withdraw(id()) }}>{words().withdraw}</button>
          </Match>
          <Match when={refusal()}>
            {(why) => (
              <>
                <Show when={mayInsist(why())}>
                  <button type="button" class="primary" onClick={() => { dispatching.insist(id()) }}>{words().insist}</button>
                </Show>
                <Show when={why().kind === 'failed'}>
                  <button type="button" class="primary" onClick={() => { dispatching.retry(id()) }}>{words().retry}</button>
                </Show>
                <button type="button" class="toggle" onClick={() => { dispatching.dismiss(id()) }}>{words().dismiss}</button>
              </>
            )}
          </Match>
        </Switch>
        <Show when={isPending(phase())}>
          <button type="button" class="toggle" onClick={() => { dispatching.dismiss(id()) }}>{words().cancel}</button>
        </Show>
      </p>
    </article>
  )
}

function Countdown(props: { phase: Phase }) {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), tickMs)
  onCleanup(() => { clearInterval(timer) })
  const left = () => props.phase.kind === 'holding' ? Math.min(holdMs, Math.max(0, props.phase.until - now())) : 0
  return (
    <>
      <b class="errand-left">{words().errandSeconds(Math.ceil(left() / 1000))}</b>
      <i class="errand-bar" style={{ transform: `scaleX(${left() / holdMs})` }} />
    </>
  )
}
