import { createSignal, For, Index, Show } from 'solid-js'
import type { Breach, Handling } from '../hub/protocol'
import { words } from '../text/language'
import { shortMoment } from '../time/format'
import { useWall } from '../wall/wall'
import { reasons, type Reason } from './why'

/** `周敏 14:32 已处置`. */
export function handledText({ state, by, at }: Handling, now: number): string {
  const word = words().handlingState[state]
  return by === null || at === null ? word : words().handledBy(word, by, shortMoment(Date.parse(at), now))
}

/** What a breach rests on, and what was said about it, in full. */
export function Reasons(props: { breach: Breach }) {
  const wall = useWall()
  return (
    <dl class="why">
      {/* By place: a span that grows with the clock must not close what is open. */}
      <Index each={reasons(props.breach, wall.now(), words())}>{(reason) => <Fact reason={reason()} />}</Index>
      <Show when={props.breach.handling}>
        {(handling) => (
          <Show when={handling().note}>
            {(note) => <div class="wide"><dt>{handledText(handling(), wall.now())}</dt><dd class="note">{note()}</dd></div>}
          </Show>
        )}
      </Show>
    </dl>
  )
}

/** A number of units opens to who they are; a tap on one shows where. */
function Fact(props: { reason: Reason }) {
  const wall = useWall()
  const [open, setOpen] = createSignal(false)
  return (
    <div classList={{ wide: open() }}>
      <dt>{props.reason.what}</dt>
      <dd>
        <Show when={props.reason.units} fallback={props.reason.value}>
          {(units) => (
            <>
              <button type="button" class="why-count" aria-expanded={open()} onClick={() => setOpen(!open())}>{props.reason.value}</button>
              <Show when={open()}>
                <ul class="why-units">
                  <For each={units()}>
                    {(id) => <li><button type="button" onClick={() => { wall.showUnit(id) }}>{wall.nameOf(id)}</button></li>}
                  </For>
                </ul>
              </Show>
            </>
          )}
        </Show>
      </dd>
    </div>
  )
}
