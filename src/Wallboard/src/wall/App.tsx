import { createSignal, lazy, Match, onCleanup, Show, Suspense, Switch } from 'solid-js'
import { EquipmentView } from '../equipment/EquipmentView'
import { CodePage } from '../screens/CodePage'
import { isScreenAddress, isWallBrowser, rememberWallBrowser } from '../screens/place'
import { SignIn } from '../session/SignIn'
import { allows } from '../session/rights'
import { signOut, whoAmI, type Session, type Standing } from '../session/session'
import { words } from '../text/language'
import { setTimeZone } from '../time/format'
import { PlainPage } from './PlainPage'

const WallView = lazy(async () => ({ default: (await import('./WallView')).WallView }))
const retryMs = 4000
const dayMs = 86_400_000

/** Signed in: the wall. Otherwise the sign-in page, which needs nothing of the map's weight. */
export function App() {
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
    if (next.kind === 'signed-in' && location.pathname !== '/') {
      history.replaceState(null, '', '/')
    }
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
  /** A wall never runs on a person's session: opened as a screen it shows a code, whoever is signed in at this browser. */
  const needsCode = () => standing().kind !== 'unknown' && session()?.kind !== 'screen' && (isScreenAddress() || (session() === null && isWallBrowser()))
  const offer = () => {
    const now = standing()
    return now.kind === 'stranger' ? now : { demo: false, posts: [] }
  }

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
      <Match when={session()}>
        {(signedIn) => (
          <Show when={allows(signedIn().rights, 'live.read')} fallback={<NoWall session={signedIn()} onLeave={leave} />}>
            <Suspense fallback={<p class="waiting">{words().loading}</p>}>
              <WallView session={signedIn()} onLeave={leave} />
            </Suspense>
          </Show>
        )}
      </Match>
      <Match when={standing().kind === 'stranger' || standing().kind === 'unreachable'}>
        <SignIn demo={offer().demo} posts={offer().posts} ended={ended()} unreachable={standing().kind === 'unreachable'} onSignedIn={() => { setEnded(false); void ask() }} />
      </Match>
      <Match when={true}><p class="waiting">{words().loading}</p></Match>
    </Switch>
  )
}

/** A post without the live map sees how the equipment is, or is told that there is nothing for it, instead of being shown an empty wall. */
function NoWall(props: { session: Session; onLeave: (byChoice: boolean) => void }) {
  return (
    <Show
      when={allows(props.session.rights, 'cameras.read')}
      fallback={<PlainPage session={props.session} onLeave={props.onLeave}><p class="no-wall">{words().noLiveRight}</p></PlainPage>}
    >
      <EquipmentView session={props.session} onLeave={props.onLeave} />
    </Show>
  )
}
