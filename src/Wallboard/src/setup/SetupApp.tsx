import './setup.css'
import { createSignal, For, Show, type JSX } from 'solid-js'
import { ScreensPanel } from '../screens/ScreensPanel'
import { screenWords } from '../screens/texts'
import { allows, type Right } from '../session/rights'
import type { Session } from '../session/session'
import { SignedIn } from '../session/SignedIn'
import { PlainPage } from '../wall/PlainPage'
import { ImportPanel } from './ImportPanel'
import { setupWords } from './texts'
import { UnclaimedPanel } from './UnclaimedPanel'

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
  return <SignedIn>{(session, onLeave) => <Parts session={session} onLeave={onLeave} />}</SignedIn>
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
