/** How one that is called stands. */
export const calledStates = ['waiting', 'answered', 'late', 'missed'] as const
export type CalledState = (typeof calledStates)[number]

export interface Called {
  /** A squad's, or the name itself of whoever else is called. */
  readonly key: string
  readonly name: string
  readonly state: CalledState
  readonly at: string | null
  readonly by: string | null
  readonly note: string | null
}

/** A roll call (点名), as docs/api.md has it. */
export interface RollCall {
  readonly key: string
  readonly title: string
  readonly caller: string
  readonly state: 'running' | 'ended' | 'withdrawn'
  readonly openedAt: string
  readonly due: string
  readonly counts: Readonly<Record<CalledState, number>>
  readonly called: readonly Called[]
}

export interface RollCallsMessage {
  readonly items: readonly RollCall[]
}

/** For how long after its time a roll call stays on the wall. */
export const shownAfterMs = 30 * 60_000

/** Answers are taken that long after the due time; the host judges. */
const staysOpenMs = 12 * 3_600_000

/** Those that concern a wall: who runs, the sooner it ends the sooner; then who has ended not long ago, the latest first. */
export function currentOf(calls: readonly RollCall[], now: number): readonly RollCall[] {
  const running = calls.filter((call) => call.state === 'running').sort((a, b) => Date.parse(a.due) - Date.parse(b.due))
  const ended = calls.filter((call) => call.state === 'ended' && now < Date.parse(call.due) + shownAfterMs).sort((a, b) => Date.parse(b.due) - Date.parse(a.due))
  return [...running, ...ended]
}

/** What is left of the time to answer, in milliseconds; 0: it is over. */
export const leftOf = (call: RollCall, now: number): number => (call.state === 'running' ? Math.max(0, Date.parse(call.due) - now) : 0)

/** Whether answers are still put down. */
export const takesAnswers = (call: RollCall, now: number): boolean => call.state !== 'withdrawn' && now < Date.parse(call.due) + staysOpenMs

/** `4:05`, `1:02:03`: begun seconds count, so that the last one is seen. */
export function countdown(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** Who needs a look first: who has missed it, who is late, who is waited for; each in the order in which they are called. */
export function inOrder(called: readonly Called[]): readonly Called[] {
  const rank: Record<CalledState, number> = { missed: 0, waiting: 1, late: 2, answered: 3 }
  return [...called].sort((a, b) => rank[a.state] - rank[b.state])
}
