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

  at(localTime: number): number {
    return localTime + this.#ahead
  }
}

export const hostClock = new HostClock()

const [now, setNow] = createSignal(hostClock.at(Date.now()))

/** The host's time, epoch milliseconds; reactive, moves once a second on the second. */
export { now }

export function startClock(): void {
  const tick = () => {
    const time = hostClock.at(Date.now())
    setNow(time)
    setTimeout(tick, 1000 - (time % 1000) + 5)
  }
  tick()
}
