import './setup.css'
import { createSignal, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js'
import { ScreensPanel } from '../screens/ScreensPanel'
import { screenWords } from '../screens/texts'
import { SignIn } from '../session/SignIn'
import { allows, type Right } from '../session/rights'
import { signOut, whoAmI, type Session, type Standing } from '../session/session'
import { words } from '../text/language'
import { setTimeZone } from '../time/format'
import { PlainPage } from '../wall/PlainPage'
import { ImportPanel } from './ImportPanel'
import { setupWords } from './texts'
import { UnclaimedPanel } from './UnclaimedPanel'

const retryMs = 4000

interface Part {
  readonly key: string
  readonly name: () => string
  readonly rights: readonly Right[]
  readonly show: (session: Session) => JSX.Element
}

const parts: readonly Part[] = [
  { key: 'screens', name: () => screenWords().panel, rights: ['stages.write'], show: () => <ScreensPanel /> },
  { key: 'unclaimed', name: () => setupWords().unclaimed, rights: ['units.write'], show: () => <UnclaimedPanel /> },
  { key: 'import', name: () => setupWords().import, rights: ['units.write', 'cameras.write', 'zones.write'], show: (session) => <ImportPanel session={session} /> },
]

/** The setup page: what is done once, and from a desk. */
export function SetupApp() {
  const [standing, setStanding] = createSignal<Standing>({ kind: 'unknown' })
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

  const session = () => {
    const now = standing()
    return now.kind === 'signed-in' ? now.session : null
  }
  const offer = () => {
    const now = standing()
    return now.kind === 'stranger' ? now : { demo: false, posts: [] }
  }
  const leave = (byChoice: boolean) => { void (byChoice ? signOut() : Promise.resolve()).then(ask) }

  void ask()
  onCleanup(() => { clearTimeout(retry) })

  return (
    <Switch>
      <Match when={session()}>{(signedIn) => <Parts session={signedIn()} onLeave={leave} />}</Match>
      <Match when={standing().kind !== 'unknown'}>
        <SignIn demo={offer().demo} posts={offer().posts} ended={false} unreachable={standing().kind === 'unreachable'} onSignedIn={() => void ask()} />
      </Match>
      <Match when={true}><p class="waiting">{words().loading}</p></Match>
    </Switch>
  )
}

function Parts(props: { session: Session; onLeave: (byChoice: boolean) => void }) {
  const offered = () => parts.filter((part) => part.rights.some((right) => allows(props.session.rights, right)))
  const [chosen, setChosen] = createSignal(location.hash.slice(1))
  const shown = () => offered().find((part) => part.key === chosen()) ?? offered()[0]

  function choose(key: string): void {
    history.replaceState(null, '', `#${key}`) // Reloaded, or sent to a colleague, it opens at the same place.
    setChosen(key)
  }

  return (
    <PlainPage session={props.session} onLeave={props.onLeave} title={setupWords().setup}>
      <Show when={shown()} fallback={<p class="no-wall">{setupWords().nothing}</p>} keyed>
        {(part) => (
          <>
            <nav class="segmented setup-parts">
              <For each={offered()}>
                {(each) => <button type="button" aria-pressed={each.key === part.key} onClick={() => { choose(each.key) }}>{each.name()}</button>}
              </For>
            </nav>
            {part.show(props.session)}
          </>
        )}
      </Show>
    </PlainPage>
  )
}
