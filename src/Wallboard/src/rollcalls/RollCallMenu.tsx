import './rollcalls.css'
import { createMemo, createResource, createSignal, For, onCleanup, Show } from 'solid-js'
import { reasonOf } from '../session/http'
import { newId } from '../session/ids'
import { allowsEverywhere } from '../session/rights'
import { shortClock } from '../time/format'
import { language } from '../text/language'
import { ToolMenu } from '../wall/ToolMenu'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import { callers, centreName, nameOf, rollCallWords } from './texts'

const choices = [3, 5, 10, 15, 30] as const
const ledgerMs = 30 * 86_400_000

/** Whether there is something in the menu for who has these rights. */
export const isForRollCalls = (rights: readonly string[]): boolean => mayCall(rights) || mayRead(rights)

const mayCall = (rights: readonly string[]) => allowsEverywhere(rights, 'roll-calls.write')
const mayRead = (rights: readonly string[]) => allowsEverywhere(rights, 'history.read')

/** 点名: calls the roll, and tells how often squads have answered. */
export function RollCallMenu() {
  const wall = useWall()
  return (
    <ToolMenu class="roll-call-menu" label={rollCallWords().rollCall} isOn={wall.rollCalls.shown()?.state === 'running'}>
      {(close) => (
        <>
          <Show when={mayCall(wall.rights())}><Form close={close} /></Show>
          <Show when={mayRead(wall.rights())}><Ledger /></Show>
        </>
      )}
    </ToolMenu>
  )
}

function Form(props: { readonly close: () => void }) {
  const wall = useWall()
  const abort = new AbortController()
  onCleanup(() => { abort.abort() })
  const [named] = createResource(async () => {
    const answer = await calls.readSquads(abort.signal).catch(() => null) // Only an abort throws.
    return answer?.kind === 'ok' ? answer.value.items : []
  })
  /** Those that have units, and those that have a name alone. */
  const squads = createMemo(() => [...new Map([...named.latest ?? [], ...wall.summary()?.squads ?? []].map(({ key, name }) => [key, { key, name }])).values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1)))
  const [caller, setCaller] = createSignal(centreName)
  const [left, setLeft] = createSignal<ReadonlySet<string>>(new Set<string>())
  const [minutes, setMinutes] = createSignal<number>(10)
  const [title, setTitle] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string | null>(null)
  /** Another that calls us calls the centre, not its squads. */
  const isOwn = () => caller() === centreName
  const suggested = () => (isOwn() ? rollCallWords().titleOf[dayPart(shortClock(wall.hostNow()))] : rollCallWords().radio)
  const chosen = () => squads().filter((squad) => !left().has(squad.key)).map((squad) => squad.key)
  const sent = { call: '', key: '' }
  /** What is sent again, when nobody knows what became of it, calls the same roll and not another. */
  const keyFor = (call: string) => {
    if (sent.call !== call) {
      Object.assign(sent, { call, key: newId() })
    }
    return sent.key
  }

  async function start(): Promise<void> {
    if (isOwn() && chosen().length === 0) {
      setProblem(rollCallWords().chooseOne)
      return
    }
    setBusy(true)
    const wanted = { title: title().trim() || suggested(), minutes: minutes(), caller: caller(), ...(isOwn() ? { squads: chosen() } : { others: [centreName] }) }
    const answer = await calls.open({ key: keyFor(JSON.stringify(wanted)), ...wanted })
    setBusy(false)
    if (answer.kind === 'ok') {
      props.close()
    } else {
      setProblem(answer.kind === 'denied' ? rollCallWords().denied : (answer.kind === 'refused' ? reasonOf(answer.body) : null) ?? rollCallWords().failed)
    }
  }

  const toggle = (key: string) => {
    const next = new Set(left())
    if (!next.delete(key)) {
      next.add(key)
    }
    setLeft(next)
  }

  return (
    <form class="roll-call-form" onSubmit={(event) => { event.preventDefault(); void start() }}>
      <h3>{rollCallWords().who}</h3>
      <div class="segmented small" role="group" aria-label={rollCallWords().who}>
        <For each={callers}>{(each) => <button type="button" aria-pressed={caller() === each} onClick={() => setCaller(each)}>{nameOf(each)}</button>}</For>
      </div>
      <label><span>{rollCallWords().titleLabel}</span><input maxLength={100} value={title()} placeholder={suggested()} onInput={(event) => setTitle(event.currentTarget.value)} /></label>
      <h3>{rollCallWords().within}</h3>
      <div class="segmented small" role="group" aria-label={rollCallWords().within}>
        <For each={choices}>{(each) => <button type="button" aria-pressed={minutes() === each} onClick={() => setMinutes(each)}>{rollCallWords().minutes(each)}</button>}</For>
      </div>
      <Show when={isOwn()}>
        <h3>{rollCallWords().squads}</h3>
        <div class="roll-call-squads">
          <For each={squads()} fallback={<p class="dim">{rollCallWords().noSquads}</p>}>
            {(squad) => <button type="button" class="toggle" aria-pressed={!left().has(squad.key)} onClick={() => { toggle(squad.key) }}>{squad.name}</button>}
          </For>
        </div>
      </Show>
      <Show when={problem()}>{(text) => <p class="tool-problem" role="alert">{text()}</p>}</Show>
      <button type="submit" class="primary" disabled={busy()}>{busy() ? rollCallWords().starting : rollCallWords().start}</button>
    </form>
  )
}

const dayPart = (time: string): 'morning' | 'day' | 'evening' => (time < '11' ? 'morning' : time < '16' ? 'day' : 'evening')

function Ledger() {
  const wall = useWall()
  const abort = new AbortController()
  onCleanup(() => { abort.abort() })
  const until = wall.hostNow()
  const [ledger] = createResource(async () => {
    const answer = await calls.readLedger(until - ledgerMs, until, abort.signal).catch(() => null) // Only an abort throws.
    return answer?.kind === 'ok' ? answer.value : null
  })
  const definition = () => { const known = ledger.latest; return known == null ? '' : language() === 'zh' ? known.definitionZh : known.definition }
  return (
    <Show when={!ledger.loading}>
      <h3 title={definition()}>{rollCallWords().ledger}</h3>
      <Show when={ledger.latest} fallback={<p class="tool-problem" role="alert">{rollCallWords().ledgerFailed}</p>}>
        {(known) => (
          <>
            <table class="roll-call-ledger">
              <Show when={known().items.length > 0} fallback={<caption class="dim">{rollCallWords().ledgerNone}</caption>}>
                <thead><tr><th /><th>{rollCallWords().state.answered}</th><th>{rollCallWords().state.late}</th><th>{rollCallWords().state.missed}</th></tr></thead>
              </Show>
              <tbody>
                <For each={known().items}>
                  {(row) => (
                    <tr>
                      <th scope="row" title={rollCallWords().ledgerRow(row.calls)}>{nameOf(row.name)}</th><td>{row.answered}</td>
                      <td data-called={row.late > 0 ? 'late' : undefined}>{row.late}</td><td data-called={row.missed > 0 ? 'missed' : undefined}>{row.missed}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <Show when={known().items.length > 0}><p class="cast-foot"><a href={calls.tableOf(until - ledgerMs, until)} download="">{rollCallWords().csv}</a></p></Show>
          </>
        )}
      </Show>
    </Show>
  )
}
