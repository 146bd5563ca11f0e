import { createSignal, For, onCleanup, Show } from 'solid-js'
import { signIn, type OfferedPost, type SignInFailure } from '../session/session'
import { words } from '../text/language'
import { span } from '../time/format'
import mark from '../wall/mark.svg'
import { LanguageButton } from './LanguageButton'
import { own } from './text'

interface Props {
  readonly demo: boolean
  readonly officers: readonly OfferedPost[]
  readonly ended: boolean
  readonly unreachable: boolean
  readonly onSignedIn: () => void
}

export function SignIn(props: Props) {
  const [user, setUser] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<SignInFailure | { readonly kind: 'empty' } | null>(null)
  const [waiting, setWaiting] = createSignal(0)
  const countDown = setInterval(() => setWaiting((seconds) => Math.max(0, seconds - 1)), 1000)
  onCleanup(() => { clearInterval(countDown) })

  async function enter(name: string, secret: string | null): Promise<void> {
    setBusy(true)
    setFailure(null)
    const failed = await signIn(name, secret)
    setBusy(false)
    setFailure(failed)
    if (failed === null) {
      props.onSignedIn()
    } else if (failed.kind === 'locked') {
      setWaiting(failed.seconds ?? 0)
    }
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    if (user().trim() === '' || password() === '') {
      setFailure({ kind: 'empty' })
      return
    }
    void enter(user().trim(), password())
  }

  const message = (): string | null => {
    const failed = failure()
    switch (failed?.kind) {
      case undefined: return props.unreachable ? words().unreachable : props.ended ? words().sessionEnded : null
      case 'empty': return words().fieldsNeeded
      case 'wrong': return words().wrongPassword
      case 'locked': return waiting() > 0 ? words().lockedOut(span(waiting() * 1000, words())) : words().lockedOutUnknown
      case 'unreachable': return words().unreachable
      case 'fault': return words().serverFault
    }
  }

  return (
    <main class="officer-sign-in">
      <header>
        <img src={mark} alt="" />
        <h1>{own().signInTitle}</h1>
        <Show when={props.demo}><span class="badge demo">{words().demo}</span></Show>
        <LanguageButton />
      </header>
      <form onSubmit={submit}>
        <label>
          <span>{words().user}</span>
          <input name="user" autocomplete="username" autocapitalize="off" spellcheck={false} value={user()} onInput={(event) => setUser(event.currentTarget.value)} />
        </label>
        <label>
          <span>{words().password}</span>
          <input name="password" type="password" autocomplete="current-password" value={password()} onInput={(event) => setPassword(event.currentTarget.value)} />
        </label>
        <p class="officer-message" role="alert">{message()}</p>
        <button type="submit" class="big primary" disabled={busy()}>{busy() ? words().signingIn : words().signIn}</button>
      </form>
      <For each={props.officers}>
        {(officer) => <button type="button" class="big plain-button" disabled={busy()} onClick={() => void enter(officer.user, null)}>{own().demoOfficer}</button>}
      </For>
    </main>
  )
}
