import './breaches.css'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { Breach, BreachLine, Handling } from '../hub/protocol'
import { call } from '../session/http'
import { allows } from '../session/rights'
import { count, words } from '../text/language'
import { moment, shortMoment, span } from '../time/format'
import { useWall } from '../wall/wall'
import { isOpen } from './board'
import { reasons, ruleWord } from './why'

const actions = ['acknowledge', 'handle', 'false-alarm'] as const
/** As many lines as the host gives. */
const mostLines = 20

type Action = (typeof actions)[number]

export function BreachPanel() {
  const wall = useWall()
  /** By key, so that a line keeps its place on the page, and what is being typed into it, when others come. */
  const keys = createMemo(() => wall.lines().map((line) => line.key))
  /** The host gives the newest lines; what is beyond them must not seem not to exist. */
  const unlisted = () => Math.max(0, (wall.summary()?.openBreaches ?? 0) - wall.lines().reduce((sum, line) => sum + line.count, 0))
  return (
    <section class="panel breaches" aria-label={words().breaches}>
      <header class="panel-head">
        <h2>{words().breaches}</h2>
        <Show when={wall.summary()}>
          {(summary) => <span class="dim">{words().openBreaches} <b>{count(summary().openBreaches)}</b></span>}
        </Show>
      </header>
      <div class="breach-list">
        <For
          each={keys()}
          fallback={<Show when={wall.linesKnown()}><p class="empty">{words().noBreaches}<small>{words().breachesHint}</small></p></Show>}
        >
          {(key) => (
            <Show when={wall.lines().find((line) => line.key === key)}>{(line) => <Line line={line()} />}</Show>
          )}
        </For>
        <Show when={keys().length >= mostLines && unlisted() > 0}><p class="breach-unlisted">{words().unlistedBreaches(count(unlisted()))}</p></Show>
      </div>
    </section>
  )
}

function Line(props: { line: BreachLine }) {
  const wall = useWall()
  const [openKey, setOpenKey] = createSignal<string | null>(null)
  const breach = () => props.line.breach
  const isExpanded = () => openKey() === breach().id
  const unitName = (id: string) => wall.register.unit(id)?.name ?? words().unknownValue
  const who = () => {
    const { unitName: name, units } = breach()
    return name ?? (units === null || units.length === 0 ? '' : units.length === 1 ? unitName(units[0]!) : words().severalUnits(units.length))
  }
  const lasting = () => {
    const { startedAt, endedAt, type } = breach()
    if (type === 'exit' || breach().state === 'retracted') {
      return ''
    }
    return endedAt === null ? words().ongoing : words().lasted(span(Date.parse(endedAt) - Date.parse(startedAt), words()))
  }
  const corrected = () => {
    const at = breach().retractedAt
    return at == null ? words().corrected : words().correctedByLateTrack(shortMoment(Date.parse(at), wall.now()))
  }

  function go(): void {
    const { unit, lon, lat } = breach()
    wall.select(unit === null ? { kind: 'zone', key: breach().zone } : { kind: 'unit', id: unit })
    if (lon !== null && lat !== null) {
      wall.setFlight({ kind: 'to', lon, lat, zoom: 15.2 })
    }
  }

  return (
    <article class="breach" data-state={breach().state} data-handling={breach().handling?.state ?? 'open'} data-level={breach().level} classList={{ open: isOpen(props.line) }}>
      <button type="button" class="breach-main" onClick={go}>
        <span class="breach-line">
          <span class="breach-rule">{ruleWord(breach(), words())}</span>
          <span class="breach-zone">{breach().zoneName || words().unnamedZone}</span>
          <Show when={props.line.count > 1}><span class="breach-count">{words().episodes(props.line.count)}</span></Show>
          <time>{moment(Date.parse(breach().startedAt), wall.now())}</time>
        </span>
        <span class="breach-line">
          <span class="breach-who">{who()}</span>
          <span class="breach-lasting">{lasting()}</span>
          <span class="breach-state">{words().breachState[breach().state]}</span>
        </span>
      </button>
      <Show when={breach().state === 'retracted'}>
        <p class="breach-corrected">{corrected()}<Show when={breach().supersededBy !== null}>{words().listSeparator}{words().supersededHint}</Show></p>
      </Show>
      <HandlingRow
        breach={breach()} expanded={isExpanded()} isOpen={isOpen(props.line)}
        onWhy={() => setOpenKey(isExpanded() ? null : breach().id)}
      />
      <Show when={isExpanded()}>
        <dl class="why">
          <For each={reasons(breach(), wall.now(), words(), unitName)}>
            {(reason) => <div><dt>{reason.what}</dt><dd>{reason.value}</dd></div>}
          </For>
        </dl>
      </Show>
    </article>
  )
}

function HandlingRow(props: { breach: Breach; expanded: boolean; isOpen: boolean; onWhy: () => void }) {
  const wall = useWall()
  const [choosing, setChoosing] = createSignal<{ readonly id: string; readonly action: Action } | null>(null)
  const [note, setNote] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string | null>(null)
  /** Another breach may have taken this line's place meanwhile: what was begun was not about that one. */
  const chosen = () => {
    const now = choosing()
    return now !== null && now.id === props.breach.id ? now.action : null
  }
  const handling = () => props.breach.handling
  const handled = () => {
    const done = handling()
    return done !== null && done.state !== 'open' ? done : null
  }
  const handledText = ({ state, by, at }: Handling) => {
    const word = words().handlingState[state]
    return by === null || at === null ? word : words().handledBy(word, by, shortMoment(Date.parse(at), wall.now()))
  }
  const mayHandle = () => props.isOpen && allows(wall.rights(), 'breaches.handle')
  const offered = () => actions.filter((action) => action !== 'acknowledge' || (handling()?.state ?? 'open') === 'open')
  const wordOf = (action: Action) => {
    switch (action) {
      case 'acknowledge': return words().acknowledge
      case 'handle': return words().handle
      case 'false-alarm': return words().falseAlarm
    }
  }

  async function act(action: Action): Promise<void> {
    setBusy(true)
    const text = note().trim()
    const answer = await call(`/api/breaches/${encodeURIComponent(props.breach.id)}/actions/${action}`, {
      method: 'POST', body: text === '' ? {} : { note: text },
    })
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
        <Show when={handled()}>
          {(done) => (
            <span class="breach-handled">
              {handledText(done())}
              <Show when={done().note}>{(text) => <q>{text()}</q>}</Show>
            </span>
          )}
        </Show>
        <Show when={mayHandle() && chosen() === null}>
          <span class="breach-actions">
            <For each={offered()}>
              {(action) => <button type="button" onClick={() => { setProblem(null); setChoosing({ id: props.breach.id, action }) }}>{wordOf(action)}</button>}
            </For>
          </span>
        </Show>
      </div>
      <Show when={chosen()}>
        {(action) => (
          <form class="breach-note" onSubmit={(event) => { event.preventDefault(); void act(action()) }} onKeyDown={(event) => { if (event.key === 'Escape') setChoosing(null) }}>
            <input ref={(input) => { queueMicrotask(() => { input.focus() }) }} maxlength="500" placeholder={words().note} aria-label={words().note} value={note()} onInput={(event) => setNote(event.currentTarget.value)} />
            <button type="submit" class="primary" disabled={busy()}>{words().confirmAction(wordOf(action()))}</button>
            <button type="button" class="quiet" onClick={() => setChoosing(null)}>{words().cancel}</button>
            <Show when={problem()}><p role="alert">{problem()}</p></Show>
          </form>
        )}
      </Show>
    </>
  )
}
