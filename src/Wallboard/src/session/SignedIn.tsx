import { createSignal, Match, onCleanup, Switch, type JSX } from 'solid-js'
import { CodePage } from '../screens/CodePage'
import { isScreenAddress, isWallBrowser, rememberWallBrowser } from '../screens/place'
import { words } from '../text/language'
import { setTimeZone } from '../time/format'
import { SignIn } from './SignIn'
import { signOut, whoAmI, type Session, type Standing } from './session'

const retryMs = 4000
const dayMs = 86_400_000

interface Props {
  /** The page is the wall, which a browser without a person may show. */
  readonly asWall?: boolean
  readonly children: (session: Session, onLeave: (byChoice: boolean) => void) => JSX.Element
}

/** A page for who is signed in; everybody else is asked to, with nothing of the page's weight. */
export function SignedIn(props: Props) {
  const [standing, setStanding] = createSignal<Standing>({ kind: 'unknown' })
  const [ended, setEnded] = createSignal(false)
  let retry: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    clearTimeout(retry)
    const next = await whoAmI()
    if (next.kind === 'signed-in') {
      setTimeZone(next.session.timeZone)
      if (next.session.kind === 'screen') {
        rememberWallBrowser(true)
      }
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

  /** A wall never runs on a person's session: opened as a screen it shows a code, whoever is signed in at this browser. */
  const needsCode = () => props.asWall === true && standing().kind !== 'unknown' && session()?.kind !== 'screen'
    && (isScreenAddress() || (session() === null && isWallBrowser()))

  void ask()
  // A wall stays open for years, and its browser keeps a cookie for one: asking keeps it.
  const daily = setInterval(() => { if (session()?.kind === 'screen') void whoAmI() }, dayMs)
  onCleanup(() => {
    clearTimeout(retry)
    clearInterval(daily)
  })

  return (
    <Switch>
      <Match when={needsCode()}><CodePage ended={ended()} onApproved={() => { setEnded(false); void ask() }} /></Match>
      <Match when={session()}>{(signedIn) => props.children(signedIn(), leave)}</Match>
      <Match when={standing().kind === 'stranger' || standing().kind === 'unreachable'}>
        <SignIn demo={offer().demo} posts={offer().posts} ended={ended()} unreachable={standing().kind === 'unreachable'} onSignedIn={() => { setEnded(false); void ask() }} />
      </Match>
      <Match when={true}><p class="waiting">{words().loading}</p></Match>
    </Switch>
  )
}
