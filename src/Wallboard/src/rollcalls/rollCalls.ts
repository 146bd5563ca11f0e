import { createMemo, createSignal } from 'solid-js'
import { now } from '../time/clock'
import { shownOf, type RollCall, type RollCallsMessage } from './rollCall'

/** The roll calls of the last hours, as the hub tells them. */
export function createRollCalls() {
  const [list, setList] = createSignal<readonly RollCall[]>([])
  /** What walls show; the same one as long as nothing changes. */
  const shown = createMemo(() => shownOf(list(), now()))
  const take = (message: RollCallsMessage): void => { setList(message.items) }
  /** What the host answered to a change made here: the hub's message comes a moment later. */
  const put = (changed: RollCall): void => { setList((before) => before.map((call) => (call.key === changed.key ? changed : call))) }
  return { list, shown, take, put }
}

export type RollCalls = ReturnType<typeof createRollCalls>
