import { createSignal } from 'solid-js'

/**
 * How far the host's clock is ahead of this machine's, in milliseconds. Messages only ever arrive late,
 * so the largest difference seen is the best; it ages a little so that a stepped clock is followed.
 */
export class HostClock {
  #ahead = 0
  #known = false

  /** Takes a time that the host stamped and this machine's time on receiving it. */
  hear(hostTime: number, localTime: number): void {
    const ahead = hostTime - localTime
    if (!this.#known || Math.abs(ahead - this.#ahead) > 60_000) {
      this.#ahead = ahead
      this.#known = true
      return
    }
    this.#ahead = ahead > this.#ahead ? ahead : this.#ahead + (ahead - this.#ahead) * 0.02
  }

  /** This machine's clock was set: the host's was not. */
  jumped(by: number): void {
    this.#ahead -= by
  }

  at(localTime: number): number {
    return localTime + this.#ahead
  }
}

export const hostClock = new HostClock()

const [now, setNow] = createSignal(hostClock.at(Date.now()))

/** The host's time, epoch milliseconds; reactive, moves once a second on the second. */
export { now }

/** A machine's clock that was set, or a machine that has slept. */
export interface ClockJump {
  /** How far, in milliseconds; back is negative. */
  readonly by: number
  /** Of the monotonic clock, which nobody sets. */
  readonly at: number
}

const [clockJump, setClockJump] = createSignal<ClockJump | null>(null)
export { clockJump }

/** A busy page is seconds late, and both clocks are then. */
const leastJumpMs = 5_000

/** Watches this machine's clock against one that nobody sets. */
export function createJumpWatch(first: { local: number; monotonic: number }): (local: number, monotonic: number) => number | null {
  let last = first
  return (local, monotonic) => {
    const by = local - last.local - (monotonic - last.monotonic)
    last = { local, monotonic }
    return Math.abs(by) >= leastJumpMs ? by : null
  }
}

export function startClock(): void {
  const watch = createJumpWatch({ local: Date.now(), monotonic: performance.now() })
  const tick = () => {
    const by = watch(Date.now(), performance.now())
    if (by !== null) {
      hostClock.jumped(by)
      setClockJump({ by, at: performance.now() })
    }
    const time = hostClock.at(Date.now())
    setNow(time)
    setTimeout(tick, 1000 - (time % 1000) + 5)
  }
  tick()
}
