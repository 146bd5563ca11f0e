import type { WireClock } from './protocol'

/** The clock that all screens of a replay share. Times are epoch milliseconds; `setAt` is the host's. */
export interface ReplayClock {
  readonly setTo: number
  readonly setAt: number
  /** Seconds of the replay in a second; negative runs backwards. */
  readonly rate: number
  readonly playing: boolean
}

/** [from, to] of a replay, epoch milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

export function clockOf(wire: WireClock): ReplayClock {
  return { setTo: Date.parse(wire.setTo), setAt: Date.parse(wire.setAt), rate: wire.rate, playing: wire.playing }
}

/** What time it is in the replay at a moment of the host (REP-2): it stops at either end. */
export function instantAt(clock: ReplayClock, span: Span, hostNow: number): number {
  return within(span, clock.setTo + (clock.playing ? (hostNow - clock.setAt) * clock.rate : 0))
}

export const within = (span: Span, time: number): number => Math.min(span.to, Math.max(span.from, time))

/** The answer to a setting and the hub's news of it may arrive in either order; the one that was set later counts. */
export function laterOf(known: ReplayClock | null, told: ReplayClock): ReplayClock {
  return known !== null && told.setAt < known.setAt ? known : told
}

/** Whether it will show something else by itself: it plays, and has not come to the end that it runs to. */
export function isRunning(clock: ReplayClock, span: Span, hostNow: number): boolean {
  const instant = instantAt(clock, span, hostNow)
  return clock.playing && (clock.rate > 0 ? instant < span.to : instant > span.from)
}

const rates = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]

/** The next rate that is offered, faster or slower, in the direction that it has; the same at either end. */
export function nextRate(rate: number, steps: 1 | -1): number {
  const size = Math.abs(rate)
  const next = steps > 0 ? rates.find((each) => each > size) : rates.findLast((each) => each < size)
  return Math.sign(rate) * (next ?? size)
}

/** `8×`, `½×`. */
export function rateText(rate: number): string {
  const size = Math.abs(rate)
  return `${size === 0.25 ? '¼' : size === 0.5 ? '½' : String(Math.round(size * 100) / 100)}×`
}
