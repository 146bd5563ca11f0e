import { Match, Show, Switch } from 'solid-js'
import { words } from '../text/language'
import { length } from '../text/quantities'
import { now } from '../time/clock'
import { age, shortMoment } from '../time/format'
import type { Overview } from './api'
import type { Officer } from './officer'
import { own } from './text'

/** On or off duty, by the officer's own word; and whether the position is being sent, which follows from it. */
export function DutyBar(props: { officer: Officer; overview: Overview }) {
  const isOn = () => props.officer.onDuty()
  const shown = () => (props.officer.waitingDuty() === null ? props.overview.duty : isOn() ? 'on' : 'off')
  const accuracy = () => props.officer.lastFix()?.accuracy
  return (
    <section class="officer-duty" data-duty={shown()} aria-label={own().duty[shown()]}>
      <div class="officer-duty-row">
        <p class="officer-duty-state">
          <i class="dot" data-state={isOn() ? 'moving' : 'offDuty'} />
          <b>{own().duty[shown()]}</b>
          <Show when={props.officer.waitingDuty() !== null}><small class="officer-waiting">{own().dutyWaiting}</small></Show>
          <Show when={shown() === 'off' ? props.overview.until : null}>{(until) => <small>{own().offUntil(shortMoment(Date.parse(until()), now()))}</small>}</Show>
        </p>
        <button type="button" class={isOn() ? 'big plain-button' : 'big primary'} onClick={() => void props.officer.changeDuty(!isOn())}>
          {isOn() ? own().goOff : own().goOn}
        </button>
      </div>
      <Switch>
        <Match when={!isOn()}><p>{own().silent}</p></Match>
        <Match when={props.officer.trouble() === 'insecure'}>
          <p class="officer-warning">{own().insecure} <a href="/m/install/">{own().insecureHow}</a></p>
        </Match>
        <Match when={props.officer.trouble() === 'denied'}><p class="officer-warning">{own().denied}</p></Match>
        <Match when={props.officer.trouble() === 'unavailable'}><p class="officer-warning">{own().unavailable}</p></Match>
        <Match when={props.officer.sentAt()}>
          {(at) => (
            <p>
              {own().reporting(age(Math.max(0, now() - at()), words()))}
              <Show when={accuracy()}>{(metres) => <span> · {own().measured(length(metres(), words()))}</span>}</Show>
            </p>
          )}
        </Match>
        <Match when={true}><p>{own().measuring}</p></Match>
      </Switch>
      <Show when={isOn()}><p>{own().lockHint} · <a href="#phone" onClick={() => { document.querySelector<HTMLDetailsElement>('#phone')?.setAttribute('open', '') }}>{own().keepGoing}</a></p></Show>
    </section>
  )
}
