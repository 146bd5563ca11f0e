import './screens.css'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { call, type Answer } from '../session/http'
import { keepReading } from '../session/reading'
import { count, words } from '../text/language'
import { now } from '../time/clock'
import { shortMoment } from '../time/format'
import { screenWords } from './texts'

interface Place {
  readonly stage: string
  readonly stageName: string
  readonly screen: string
  readonly screenName: string
}

interface ScreenRow {
  readonly key: string
  readonly name: string
  readonly stage: string | null
  readonly screen: string | null
  readonly approvedAt: string
  readonly approvedBy: string
  readonly connected: number
}

interface ScreenList {
  readonly items: readonly ScreenRow[]
  readonly places: readonly Place[]
}

const refreshMs = 4000
const placeKey = (stage: string, screen: string) => `${stage}/${screen}`

interface Props {
  /** Only the places of this stage are offered. */
  readonly stage?: string
}

/** Approves the screens of walls by the digits that they show, and withdraws them. Stands by itself: anything that may lay out walls can show it. */
export function ScreensPanel(props: Props) {
  const [list, setList] = createSignal<ScreenList | null>(null)
  const [failed, setFailed] = createSignal(false)
  const [code, setCode] = createSignal('')
  const [name, setName] = createSignal('')
  const [place, setPlace] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [message, setMessage] = createSignal<{ readonly good: boolean; readonly text: string } | null>(null)
  const [sureOf, setSureOf] = createSignal<string | null>(null)
  let codeInput!: HTMLInputElement

  const places = createMemo(() => (list()?.places ?? []).filter((each) => props.stage === undefined || each.stage === props.stage))

  function take(answer: Answer<ScreenList>): void {
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setList(answer.value)
    }
  }
  const refresh = async () => { take(await call<ScreenList>('/api/screens')) }
  keepReading(refreshMs, (signal) => call<ScreenList>('/api/screens', { signal }), take)

  const tell = (good: boolean, text: string) => { setMessage({ good, text }) }

  async function approve(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const digits = code().replace(/\s/g, '')
    if (!/^\d{6}$/.test(digits)) {
      tell(false, screenWords().needCode)
      codeInput.focus()
      return
    }
    if (name().trim() === '') {
      tell(false, screenWords().needName)
      return
    }
    const [stage, screen] = place() === '' ? [] : place().split('/')
    setBusy(true)
    const answer = await call<ScreenRow>('/api/screens/approvals', {
      method: 'POST', body: { code: digits, name: name().trim(), ...(stage === undefined ? {} : { stage, screen }) },
    })
    setBusy(false)
    if (answer.kind !== 'ok') {
      tell(false, refusalText(answer))
      codeInput.select()
      return
    }
    tell(true, screenWords().approved(name().trim()))
    setCode('')
    setName('')
    setPlace('')
    codeInput.focus() // A wall has several: the next one is typed at once.
    await refresh()
  }

  async function withdraw(key: string): Promise<void> {
    setSureOf(null)
    const answer = await call(`/api/screens/${key}`, { method: 'DELETE' })
    if (answer.kind !== 'ok' && !(answer.kind === 'refused' && answer.status === 404)) {
      tell(false, refusalText(answer))
    }
    await refresh()
  }

  return (
    <div class="screens">
      <p class="screens-hint">{screenWords().panelHint}</p>
      <form class="screens-approve" onSubmit={(event) => void approve(event)}>
        <h2>{screenWords().approveTitle}</h2>
        <label class="screens-code">
          <span>{screenWords().code}</span>
          <input
            ref={codeInput} name="code" inputmode="numeric" autocomplete="off" maxlength="7" placeholder="000 000" value={code()}
            onInput={(event) => { setCode(event.currentTarget.value); setMessage(null) }}
          />
        </label>
        <label>
          <span>{screenWords().name}</span>
          <input name="name" autocomplete="off" maxlength="100" placeholder={screenWords().nameHint} value={name()} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label>
          <span>{screenWords().place}</span>
          <select name="place" value={place()} onChange={(event) => setPlace(event.currentTarget.value)}>
            <option value="">{screenWords().noPlace}</option>
            <For each={places()}>
              {(each) => <option value={placeKey(each.stage, each.screen)}>{screenWords().placeOf(each.stageName, each.screenName)}</option>}
            </For>
          </select>
        </label>
        <button type="submit" class="primary" disabled={busy()}>{busy() ? screenWords().approving : screenWords().approve}</button>
        <p class="screens-message" role="alert" data-good={message()?.good}>{message()?.text}</p>
      </form>
      <section>
        <h2>{screenWords().list(list() === null ? '–' : count(list()!.items.length))}</h2>
        <Show when={failed()}><p class="screens-message" role="status">{screenWords().listFailed}</p></Show>
        <ul>
          <For each={list()?.items} fallback={<li class="dim">{list() !== null ? screenWords().noScreens : failed() ? '' : words().loading}</li>}>
            {(each) => (
              <li class="screen-row">
                <i class="dot" data-state={each.connected > 0 ? 'moving' : 'offline'} />
                <div>
                  <strong>{each.name}</strong>
                  <span>{placeText(each, list()!.places)} · {each.connected > 0 ? screenWords().online : screenWords().offline}</span>
                </div>
                <span class="dim">{screenWords().approvedBy(each.approvedBy, shortMoment(Date.parse(each.approvedAt), now()))}</span>
                <Show
                  when={sureOf() === each.key}
                  fallback={<button type="button" class="quiet" onClick={() => setSureOf(each.key)}>{screenWords().withdraw}</button>}
                >
                  <button type="button" class="quiet" onClick={() => setSureOf(null)}>{screenWords().keep}</button>
                  <button type="button" class="danger" onClick={() => void withdraw(each.key)}>{screenWords().withdrawSure}</button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
    </div>
  )
}

function placeText(row: ScreenRow, places: readonly Place[]): string {
  if (row.stage === null) {
    return screenWords().noPlace
  }
  const found = places.find((each) => each.stage === row.stage && each.screen === row.screen)
  return found === undefined ? screenWords().gonePlace : screenWords().placeOf(found.stageName, found.screenName)
}

function refusalText(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): string {
  switch (answer.kind) {
    case 'signed-out':
    case 'denied': return screenWords().denied
    case 'unreachable': return screenWords().noHost
    case 'refused':
      switch (answer.status) {
        case 404: return screenWords().wrongCode
        case 409: return screenWords().taken
        case 429: return screenWords().slowDown
        default: return screenWords().failed
      }
  }
}
