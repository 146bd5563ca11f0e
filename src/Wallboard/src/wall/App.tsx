import { lazy, Show, Suspense } from 'solid-js'
import { EquipmentView } from '../equipment/EquipmentView'
import { allows } from '../session/rights'
import type { Session } from '../session/session'
import { SignedIn } from '../session/SignedIn'
import type { Place } from '../stage/linkage'
import { placeIn } from '../stage/place'
import { words } from '../text/language'
import { PlainPage } from './PlainPage'

const WallView = lazy(async () => ({ default: (await import('./WallView')).WallView }))

/** Signed in: the wall. */
export function App() {
  return (
    <SignedIn asWall>
      {(session, onLeave) => (
        <Show when={allows(session.rights, 'live.read')} fallback={<NoWall session={session} onLeave={onLeave} />}>
          <Suspense fallback={<p class="waiting">{words().loading}</p>}>
            <WallView session={session} place={placeOf(session)} onLeave={onLeave} />
          </Suspense>
        </Show>
      )}
    </SignedIn>
  )
}

/** A screen stands where it was approved for, whatever its address says. */
function placeOf({ kind, stage, screen }: Session): Place | null {
  return kind !== 'screen' ? placeIn(location.search) : stage === null || screen === null ? null : { stage, screen }
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
