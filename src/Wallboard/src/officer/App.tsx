import { createEffect, createSignal, Match, onCleanup, Show, Switch } from 'solid-js'
import { signOut, whoAmI, type Session, type Standing } from '../session/session'
import { words } from '../text/language'
import { setTimeZone } from '../time/format'
import { OfficerPage } from './OfficerPage'
import { SignIn } from './SignIn'
import { own } from './text'

const retryMs = 4000
const lockName = 'vantage-officer'

/** Signed in: the officer's page. It is in use in one tab at a time, as two would measure and send everything twice. */
export function App() {
  const [standing, setStanding] = createSignal<Standing>({ kind: 'unknown' })
  const [ended, setEnded] = createSignal(false)
  const [isElsewhere, setElsewhere] = createSignal(false)
  let retry: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    clearTimeout(retry)
    const next = await whoAmI()
    if (next.kind === 'signed-in') {
      setTimeZone(next.session.timeZone)
    }
    setStanding(next)
    if (next.kind === 'unreachable') {
      retry = setTimeout(() => void ask(), retryMs)
    }
  }

  function leave(byChoice: boolean): void {
    setEnded(!byChoice)
    void (byChoice ? signOut() : Promise.resolve()).then(ask)
  }

  function hold(steal: boolean): void {
    if (!('locks' in navigator)) {
      return // Not over HTTPS: there is no position either.
    }
    setElsewhere(false)
    navigator.locks.request(lockName, steal ? { steal } : { ifAvailable: true }, (lock) => {
      setElsewhere(lock === null)
      return lock === null ? null : new Promise(() => undefined) // Held until the page goes.
    }).catch(() => { setElsewhere(true) }) // Another tab has taken it.
  }

  const session = (): Session | null => {
    const now = standing()
    return now.kind === 'signed-in' ? now.session : null
  }
  const offer = () => {
    const now = standing()
    return now.kind === 'stranger' ? now : { demo: false, officers: [] }
  }

  createEffect(() => { document.title = own().title })
  hold(false)
  void ask()
  onCleanup(() => { clearTimeout(retry) })

  return (
    <Switch>
      <Match when={isElsewhere()}>
        <main class="officer-middle">
          <p>{own().elsewhere}</p>
          <button type="button" class="big primary" onClick={() => { hold(true) }}>{own().useHere}</button>
        </main>
      </Match>
      <Match when={session()}>{(signedIn) => <Show keyed when={signedIn().user}><OfficerPage session={signedIn()} onLeave={leave} /></Show>}</Match>
      <Match when={standing().kind === 'stranger' || standing().kind === 'unreachable'}>
        <SignIn demo={offer().demo} officers={offer().officers} ended={ended()} unreachable={standing().kind === 'unreachable'} onSignedIn={() => { setEnded(false); void ask() }} />
      </Match>
      <Match when={true}><main class="officer-middle"><p>{words().loading}</p></main></Match>
    </Switch>
  )
}
