import './rollcalls.css'
import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { Answer } from '../session/http'
import { allows, allowsEverywhere } from '../session/rights'
import { shortClock } from '../time/format'
import { turnPages } from '../wall/fitting'
import { PageMark } from '../wall/PageMark'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import { calledStates, countdown, inOrder, leftOf, takesAnswers, type Called, type RollCall } from './rollCall'
import { callerName, centreName, rollCallWords } from './texts'

/** A roll call while it runs, and a while afterwards: what is left of the time, and who has answered. A press puts an answer down, or takes it back. */
export function RollCallBoard(props: { readonly call: RollCall }) {
  const wall = useWall()
  const [problem, setProblem] = createSignal<string | null>(null)
  const [isSure, setSure] = createSignal(false)
  // What was said or armed of one is not of the next.
  createEffect(on(() => props.call.key, () => { setProblem(null); setSure(false) }, { defer: true }))
  let list: HTMLElement | undefined
  const pages = turnPages(() => list)
  const mayAnswer = () => allows(wall.rights(), 'roll-calls.answer') && takesAnswers(props.call, wall.now())
  const time = () => {
    const left = leftOf(props.call, wall.now())
    return left > 0 || props.call.state === 'running' ? rollCallWords().left(countdown(left)) : rollCallWords().over(shortClock(Date.parse(props.call.due)))
  }

  async function change(answer: Promise<Answer<RollCall>>): Promise<void> {
    const what = await answer
    setProblem(what.kind === 'ok' ? null : what.kind === 'denied' ? rollCallWords().denied
      : what.kind === 'refused' && what.status === 409 ? rollCallWords().conflict : rollCallWords().failed)
    if (what.kind === 'ok') {
      wall.rollCalls.put(what.value)
    }
  }
  const press = (called: Called) => void change(calls.put(props.call.key, called.state === 'answered' || called.state === 'late' ? 'take-back' : 'answer', called.key))
  const withdraw = () => {
    if (isSure()) {
      void change(calls.withdraw(props.call.key))
    }
    setSure(!isSure())
  }

  return (
    <section class="panel roll-call" aria-label={rollCallWords().rollCall} data-state={props.call.state} data-roll-call={props.call.key}>
      <header class="panel-head">
        <h2>{props.call.title}</h2>
        <PageMark of={pages} />
        <time class="roll-call-time">{time()}</time>
      </header>
      <p class="roll-call-line">
        <Show when={props.call.caller !== centreName}><span>{rollCallWords().calledBy(callerName(props.call.caller))}</span></Show>
        <For each={calledStates.filter((state) => props.call.counts[state] > 0)}>
          {(state) => <span data-called={state}>{rollCallWords().state[state]} <b>{props.call.counts[state]}</b></span>}
        </For>
        <Show when={props.call.state === 'running' && allowsEverywhere(wall.rights(), 'roll-calls.write')}>
          <button type="button" class="quiet" onClick={withdraw} onBlur={() => { setSure(false) }}>{isSure() ? rollCallWords().withdrawSure : rollCallWords().withdraw}</button>
        </Show>
      </p>
      <Show when={problem()}>{(text) => <p class="roll-call-problem" role="alert">{text()}</p>}</Show>
      <ul class="roll-call-list" ref={(element) => { list = element }}>
        <For each={inOrder(props.call.called)}>
          {(called) => (
            <li data-called={called.state} data-key={called.key}>
              <Show when={mayAnswer()} fallback={<Name called={called} />}>
                <button type="button" title={titleOf(called)} onClick={() => { press(called) }}><Name called={called} /></button>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}

function titleOf(called: Called): string {
  return called.at === null ? rollCallWords().answer(called.name) : rollCallWords().takeBack(called.name)
}

function Name(props: { readonly called: Called }) {
  const when = () => (props.called.at === null ? rollCallWords().state[props.called.state] : [shortClock(Date.parse(props.called.at)), props.called.note].filter(Boolean).join(' · '))
  return <><strong>{props.called.name}</strong><span>{when()}</span></>
}
