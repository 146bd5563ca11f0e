import { createSignal, For, Show } from 'solid-js'
import { call, type Answer } from '../session/http'
import { keepReading } from '../session/reading'
import { count, words } from '../text/language'
import { now } from '../time/clock'
import { age } from '../time/format'
import { formatPlate } from '../units/plate'
import { setupWords } from './texts'

const refreshMs = 3000
const kinds = ['officer', 'vehicle', 'drone'] as const
type Kind = (typeof kinds)[number]

/** A registered unit. */
interface Known {
  readonly unit: string
  readonly name: string
}

/** What is wrong with the form, for the form to say. */
type Fault = { readonly kind: 'needed' | 'wrong-key' } | { readonly kind: 'registered'; readonly by: Known }

interface Terminal {
  readonly protocol: string
  readonly number: string
  readonly lastHeard: string
  readonly count: number
  readonly plate: string | null
  readonly suggested: Known | null
  readonly lon: number | null
  readonly lat: number | null
}

interface Unclaimed {
  readonly items: readonly Terminal[]
  readonly squads: readonly { readonly key: string; readonly name: string }[]
}

interface NewUnit {
  readonly kind: Kind
  readonly key: string
  readonly name: string
  readonly squad?: string
  readonly plate?: string
}

const idOf = (terminal: Terminal) => `${terminal.protocol}/${terminal.number}`
const pathOf = (terminal: Terminal) => `/api/terminals/unclaimed/${terminal.protocol}/${encodeURIComponent(terminal.number)}`

/** Terminals that nobody registered, and whose they are to be. */
export function UnclaimedPanel() {
  const [list, setList] = createSignal<Unclaimed | null>(null)
  const [failed, setFailed] = createSignal(false)
  const [open, setOpen] = createSignal<string | null>(null)
  const [message, setMessage] = createSignal<{ readonly good: boolean; readonly text: string } | null>(null)

  function take(answer: Answer<Unclaimed>): void {
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setList(answer.value)
    }
  }
  keepReading(refreshMs, (signal) => call<Unclaimed>('/api/terminals/unclaimed', { signal }), take)
  const refresh = async () => { take(await call<Unclaimed>('/api/terminals/unclaimed')) }

  /** Adopts a terminal; gives what is for the form to say. */
  async function claim(terminal: Terminal, unit: string | NewUnit): Promise<Fault | null> {
    const answer = await call<{ readonly name: string }>(`${pathOf(terminal)}/adopt`, { method: 'POST', body: { unit } })
    if (answer.kind === 'ok') {
      setMessage({ good: true, text: setupWords().claimed(answer.value.name) })
      setOpen(null)
      await refresh()
      return null
    }
    if (answer.kind === 'refused' && answer.status === 400) {
      return { kind: 'wrong-key' }
    }
    const { registered } = (answer.kind === 'refused' ? answer.body ?? {} : {}) as { registered?: Known }
    if (registered !== undefined) {
      return { kind: 'registered', by: registered }
    }
    setMessage({ good: false, text: refusalText(answer) })
    await refresh()
    return null
  }

  async function ignore(terminal: Terminal): Promise<void> {
    await call(pathOf(terminal), { method: 'DELETE' })
    await refresh()
  }

  return (
    <div class="unclaimed">
      <p class="setup-hint">{setupWords().unclaimedHint}</p>
      <p class="setup-message" role="alert" data-good={message()?.good}>{failed() ? setupWords().listFailed : message()?.text}</p>
      <ul>
        <For each={list()?.items.map(idOf)} fallback={<li class="dim">{list() !== null ? setupWords().noUnclaimed : failed() ? '' : words().loading}</li>}>
          {(id) => {
            const terminal = () => list()!.items.find((each) => idOf(each) === id)!
            return (
              <li class="unclaimed-row">
                <div class="unclaimed-who">
                  <strong>{terminal().number}</strong>
                  <span>{setupWords().protocol[terminal().protocol]}<Show when={terminal().plate}>{(plate) => <> · {formatPlate(plate())}</>}</Show></span>
                </div>
                <div class="unclaimed-heard">
                  <span>{setupWords().heard(age(now() - Date.parse(terminal().lastHeard), words()), count(terminal().count))}</span>
                  <span class="dim">{terminal().lon === null ? setupWords().noPlace : setupWords().placeAt(terminal().lon!.toFixed(5), terminal().lat!.toFixed(5))}</span>
                </div>
                <div class="unclaimed-actions">
                  <OneTap terminal={terminal()} onClaim={(unit) => void claim(terminal(), unit)} />
                  <button type="button" class="quiet" aria-expanded={open() === id} onClick={() => setOpen(open() === id ? null : id)}>{setupWords().claimOther}</button>
                  <button type="button" class="quiet" onClick={() => void ignore(terminal())}>{setupWords().ignore}</button>
                </div>
                <Show when={open() === id}>
                  <ClaimForm terminal={terminal()} squads={list()!.squads} onClaim={(unit) => claim(terminal(), unit)} onCancel={() => setOpen(null)} />
                </Show>
              </li>
            )
          }}
        </For>
      </ul>
    </div>
  )
}

/** What is most likely, in one tap: the vehicle of the plate that the terminal introduced itself with. */
function OneTap(props: { terminal: Terminal; onClaim: (unit: string | NewUnit) => void }) {
  return (
    <Show
      when={props.terminal.suggested}
      fallback={
        <Show when={props.terminal.plate}>
          {(plate) => (
            <button type="button" class="primary" onClick={() => { props.onClaim({ kind: 'vehicle', key: plate(), name: formatPlate(plate()), plate: plate() }) }}>
              {setupWords().claimNew(formatPlate(plate()))}
            </button>
          )}
        </Show>
      }
    >
      {(unit) => <button type="button" class="primary" onClick={() => { props.onClaim(unit().unit) }}>{setupWords().claimFor(unit().name)}</button>}
    </Show>
  )
}

interface FormProps {
  readonly terminal: Terminal
  readonly squads: Unclaimed['squads']
  readonly onClaim: (unit: string | NewUnit) => Promise<Fault | null>
  readonly onCancel: () => void
}

function ClaimForm(props: FormProps) {
  const [kind, setKind] = createSignal<Kind>(props.terminal.protocol === 'jt808' ? 'vehicle' : 'officer')
  const [key, setKey] = createSignal(props.terminal.plate ?? '')
  const [name, setName] = createSignal(props.terminal.plate === null ? '' : formatPlate(props.terminal.plate))
  const [squad, setSquad] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [fault, setFault] = createSignal<Fault | null>(null)

  async function claim(unit: string | NewUnit): Promise<void> {
    setBusy(true)
    const found = await props.onClaim(unit)
    setBusy(false)
    setFault(found)
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    if (key().trim() === '' || name().trim() === '') {
      setFault({ kind: 'needed' })
      return
    }
    void claim({
      kind: kind(), key: key().trim(), name: name().trim(),
      ...(squad() === '' ? {} : { squad: squad() }), ...(kind() === 'vehicle' && props.terminal.plate !== null ? { plate: props.terminal.plate } : {}),
    })
  }

  const registered = () => {
    const found = fault()
    return found?.kind === 'registered' ? found.by : null
  }

  return (
    <form class="setup-form" onSubmit={submit}>
      <label>
        <span>{setupWords().kind}</span>
        <select name="kind" value={kind()} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
          <For each={kinds}>{(each) => <option value={each}>{words().kind[each]}</option>}</For>
        </select>
      </label>
      <label>
        <span>{setupWords().key}</span>
        <input name="key" autocomplete="off" maxlength="100" placeholder={setupWords().keyHint[kind()]} value={key()} onInput={(event) => { setKey(event.currentTarget.value); setFault(null) }} />
      </label>
      <label>
        <span>{setupWords().name}</span>
        <input name="name" autocomplete="off" maxlength="100" value={name()} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label>
        <span>{setupWords().squad}</span>
        <select name="squad" value={squad()} onChange={(event) => setSquad(event.currentTarget.value)}>
          <option value="">{setupWords().noSquad}</option>
          <For each={props.squads}>{(each) => <option value={each.key}>{each.name}</option>}</For>
        </select>
      </label>
      <button type="submit" class="primary" disabled={busy()}>{setupWords().claim}</button>
      <button type="button" class="quiet" onClick={() => { props.onCancel() }}>{setupWords().cancel}</button>
      <Show when={fault()}>
        {(found) => <p class="setup-message" role="alert">{faultText(found())}</p>}
      </Show>
      <Show when={registered()}>
        {(by) => <button type="button" class="primary" disabled={busy()} onClick={() => void claim(by().unit)}>{setupWords().claimForKnown(by().name)}</button>}
      </Show>
    </form>
  )
}

function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'needed': return setupWords().fieldsNeeded
    case 'wrong-key': return setupWords().wrongKey
    case 'registered': return setupWords().keyTaken(fault.by.name)
  }
}

function refusalText(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): string {
  switch (answer.kind) {
    case 'signed-out':
    case 'denied': return setupWords().denied
    case 'unreachable': return setupWords().noHost
    case 'refused': return answer.status === 409 ? setupWords().goneTo : answer.status === 404 ? setupWords().goneAway : setupWords().failed
  }
}
