import { createMemo, createSignal } from 'solid-js'
import { now } from '../time/clock'
import { currentOf, type RollCall, type RollCallsMessage } from './rollCall'

/** The roll calls of the last hours, as the hub tells them. */
export function createRollCalls() {
  const [list, setList] = createSignal<readonly RollCall[]>([])
  const [picked, pick] = createSignal<string | null>(null)
  const current = createMemo(() => currentOf(list(), now()))
  /** What walls show; the same one as long as nothing changes. */
  const shown = createMemo(() => current().find((call) => call.key === picked()) ?? current()[0] ?? null)
  const others = () => current().filter((call) => call !== shown())
  const take = (message: RollCallsMessage): void => {
    if (message.items.some((call) => call.state === 'running' && list().every((before) => before.key !== call.key))) {
      pick(null) // A new one is seen, whatever was looked at.
    }
    setList(message.items)
  }
  /** What the host answered to a change made here: the hub's message comes a moment later. */
  const put = (changed: RollCall): void => { setList((before) => before.map((call) => (call.key === changed.key ? changed : call))) }
  return {
    list, shown, take, put,
    /** Those that concern a wall as well. */
    others,
    /** Shows another of them instead. */
    pick: (key: string): void => { pick(key) },
  }
}

export type RollCalls = ReturnType<typeof createRollCalls>
