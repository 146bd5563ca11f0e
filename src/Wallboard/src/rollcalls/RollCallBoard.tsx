import './rollcalls.css'
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import type { Answer } from '../session/http'
import { allows, allowsEverywhere } from '../session/rights'
import { shortClock } from '../time/format'
import { createAim } from '../wall/aim'
import { turnPages } from '../wall/fitting'
import { PageMark } from '../wall/PageMark'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import { calledStates, countdown, inOrder, leftOf, takesAnswers, type Called, type RollCall } from './rollCall'
import { centreName, nameOf, rollCallWords } from './texts'

/** A roll call while it runs, and a while afterwards: what is left of the time, and who has answered. A press puts an answer down, or takes it back. */
export function RollCallBoard(props: { readonly call: RollCall }) {
  const wall = useWall()
  const [problem, setProblem] = createSignal<string | null>(null)
  /** Whose answer the next press takes back, or the roll call with `null`: what one press too many has undone would be done again as late. */
  const [armed, setArmed] = createSignal<{ readonly called: string | null }>()
  const isArmed = (called: string | null) => armed()?.called === called
  // What was said or armed of one is not of the next.
  createEffect(on(() => props.call.key, () => { setProblem(null); setArmed() }, { defer: true }))
  const byKey = createMemo(() => new Map(props.call.called.map((called) => [called.key, called])))
  const aim = createAim(() => inOrder(props.call.called).map((called) => called.key), (key) => key)
  let list: HTMLElement | undefined
  const pages = turnPages(() => list)
  const mayAnswer = () => allows(wall.rights(), 'roll-calls.answer') && takesAnswers(props.call, wall.now())

  async function change(answer: Promise<Answer<RollCall>>): Promise<void> {
    const what = await answer
    setProblem(what.kind === 'ok' ? null : what.kind === 'denied' ? rollCallWords().denied
      : what.kind === 'refused' && what.status === 409 ? rollCallWords().conflict : rollCallWords().failed)
    if (what.kind === 'ok') {
      wall.rollCalls.put(what.value)
    }
  }
  function takeBack(called: string | null, how: () => Promise<Answer<RollCall>>): void {
    if (isArmed(called)) {
      void change(how())
      setArmed()
    } else {
      setArmed({ called })
    }
  }
  function press(called: Called): void {
    if (called.at === null) {
      setArmed()
      void change(calls.put(props.call.key, 'answer', called.key))
    } else {
      takeBack(called.key, () => calls.put(props.call.key, 'take-back', called.key))
    }
  }

  return (
    <section class="panel roll-call" aria-label={rollCallWords().rollCall} data-state={props.call.state} data-roll-call={props.call.key}>
      <header class="panel-head">
        <h2>{props.call.title}</h2>
        <PageMark of={pages} />
        <time class="roll-call-time">{timeOf(props.call, wall.now())}</time>
      </header>
      <p class="roll-call-line">
        <Show when={props.call.caller !== centreName}><span>{rollCallWords().calledBy(nameOf(props.call.caller))}</span></Show>
        <For each={calledStates.filter((state) => props.call.counts[state] > 0)}>
          {(state) => <span data-called={state}>{rollCallWords().state[state]} <b>{props.call.counts[state]}</b></span>}
        </For>
        <Show when={props.call.state === 'running' && allowsEverywhere(wall.rights(), 'roll-calls.write')}>
          <button type="button" class="quiet" onClick={() => { takeBack(null, () => calls.withdraw(props.call.key)) }} onBlur={() => setArmed()}>{isArmed(null) ? rollCallWords().withdrawSure : rollCallWords().withdraw}</button>
        </Show>
      </p>
      <Show when={problem()}>{(text) => <p class="roll-call-problem" role="alert">{text()}</p>}</Show>
      <ul class="roll-call-list" ref={(element) => { list = element }} {...aim.handlers}>
        <For each={aim.rows()}>
          {(key) => (
            <Show when={byKey().get(key)}>
              {(called) => (
                <li data-called={called().state} data-key={key}>
                  <Show when={mayAnswer()} fallback={<Name called={called()} />}>
                    <button type="button" title={titleOf(called())} onClick={() => { press(called()) }} onBlur={() => setArmed()}>
                      <Name called={called()} isArmed={isArmed(key)} />
                    </button>
                  </Show>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
      <For each={wall.rollCalls.others()}>
        {(other) => (
          <button type="button" class="roll-call-other" data-state={other.state} onClick={() => { wall.rollCalls.pick(other.key) }}>
            <span>{other.title}</span><time>{timeOf(other, wall.now())}</time>
          </button>
        )}
      </For>
    </section>
  )
}

function timeOf(call: RollCall, now: number): string {
  return call.state === 'running' ? rollCallWords().left(countdown(leftOf(call, now))) : rollCallWords().over(shortClock(Date.parse(call.due)))
}

function titleOf(called: Called): string {
  return called.at === null ? rollCallWords().answer(nameOf(called.name)) : rollCallWords().takeBack(nameOf(called.name))
}

function Name(props: { readonly called: Called; readonly isArmed?: boolean }) {
  const when = () => (props.isArmed === true ? rollCallWords().takeBackSure : props.called.at === null ? rollCallWords().state[props.called.state] : [shortClock(Date.parse(props.called.at)), props.called.note].filter(Boolean).join(' · '))
  return <><strong>{nameOf(props.called.name)}</strong><span>{when()}</span></>
}
