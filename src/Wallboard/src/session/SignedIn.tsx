import { createSignal, Match, onCleanup, Switch, type JSX } from 'solid-js'
import { words } from '../text/language'
import { setTimeZone } from '../time/format'
import { SignIn } from './SignIn'
import { signOut, whoAmI, type Session, type Standing } from './session'

const retryMs = 4000

/** A page for who is signed in; everybody else is asked to, with nothing of the page's weight. */
export function SignedIn(props: { readonly children: (session: Session, onLeave: (byChoice: boolean) => void) => JSX.Element }) {
  const [standing, setStanding] = createSignal<Standing>({ kind: 'unknown' })
  const [ended, setEnded] = createSignal(false)
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

  const session = (): Session | null => {
    const now = standing()
    return now.kind === 'signed-in' ? now.session : null
  }
  const offer = () => {
    const now = standing()
    return now.kind === 'stranger' ? now : { demo: false, posts: [] }
  }

  void ask()
  onCleanup(() => { clearTimeout(retry) })

  return (
    <Switch>
      <Match when={session()}>{(signedIn) => props.children(signedIn(), leave)}</Match>
      <Match when={standing().kind === 'stranger' || standing().kind === 'unreachable'}>
        <SignIn demo={offer().demo} posts={offer().posts} ended={ended()} unreachable={standing().kind === 'unreachable'} onSignedIn={() => { setEnded(false); void ask() }} />
      </Match>
      <Match when={true}><p class="waiting">{words().loading}</p></Match>
    </Switch>
  )
}
