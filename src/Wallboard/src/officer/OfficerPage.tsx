import { For, Match, Show, Switch } from 'solid-js'
import type { Session } from '../session/session'
import { words } from '../text/language'
import { now } from '../time/clock'
import { age } from '../time/format'
import mark from '../wall/mark.svg'
import { DutyBar } from './DutyBar'
import { LanguageButton } from './LanguageButton'
import { createOfficer, type Officer } from './officer'
import { Orders } from './Orders'
import { PhonePairing } from './PhonePairing'
import { SosButton } from './SosButton'
import { own } from './text'

export function OfficerPage(props: { session: Session; onLeave: (byChoice: boolean) => void }) {
  const officer = createOfficer(props.session, () => { props.onLeave(false) })
  return (
    <div class="officer">
      <header class="officer-head">
        <img src={mark} alt="" />
        <div>
          <h1>{officer.overview()?.name ?? props.session.name}</h1>
          <p>
            <span>{officer.overview()?.squad}</span>
            <Show when={props.session.demo}><span class="badge demo">{words().demo}</span></Show>
          </p>
        </div>
        <LanguageButton />
      </header>
      <Connection officer={officer} />
      <main>
        <For each={officer.notices()}>
          {(notice) => (
            <p class="officer-notice" role="alert">
              <span>{notice.text()}</span>
              <button type="button" aria-label={words().close} onClick={() => { officer.read(notice) }}>×</button>
            </p>
          )}
        </For>
        <Switch>
          <Match when={officer.standing() === 'no-unit'}><p class="officer-empty">{own().noUnit}</p></Match>
          <Match when={officer.overview()}>
            {(overview) => (
              <>
                <DutyBar officer={officer} overview={overview()} />
                <Orders officer={officer} overview={overview()} />
                <PhonePairing />
              </>
            )}
          </Match>
          <Match when={true}><p class="officer-empty">{officer.reached() ? words().loading : words().unreachable}</p></Match>
        </Switch>
        <button type="button" class="officer-leave" onClick={() => { props.onLeave(true) }}>{words().signOut}</button>
      </main>
      <Show when={officer.standing() !== 'no-unit'}><SosButton officer={officer} /></Show>
    </div>
  )
}

/** Whether the host is reached, and how much is not with it yet. */
function Connection(props: { officer: Officer }) {
  const waiting = () => props.officer.entries().length
  const state = () => (!props.officer.reached() ? 'offline' : waiting() > 0 ? 'sending' : 'online')
  const heard = () => {
    const at = props.officer.heardAt()
    return at === null ? null : own().heardAt(age(Math.max(0, now() - at), words()))
  }
  return (
    <div class="officer-connection" data-state={state()} role="status">
      <b>{state() === 'online' ? own().online : state() === 'sending' ? own().sending(waiting()) : waiting() > 0 ? own().offlineWaiting(waiting()) : own().offline}</b>
      <Show when={state() === 'offline'}>
        <span>{heard()}</span>
        <small>{own().offlineHint}</small>
      </Show>
    </div>
  )
}
