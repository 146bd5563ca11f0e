/** A page that was asleep for so long measures its sleep. */
const mostSeconds = 60

/**
 * How long fixes take from their arrival at the host to this screen. The host's clock is known from what it sends, which comes a little late: by so much, a
 * thousandth of a second or two on a local network, the figure is too small.
 */
export function createLatency(hostNow: () => number) {
  let newest: number | null = null
  let isWaiting = false

  return {
    /** A frame came whose first new fix arrived then. Returns what is to be called in the animation frame in which it is drawn, if that counts. */
    received(arrived: number | null): (() => void) | null {
      // A hidden page paints nothing, and what it paints when it is seen again is no measure.
      if (arrived === null || isWaiting || document.hidden) {
        return null
      }
      isWaiting = true
      return () => {
        setTimeout(() => {
          isWaiting = false
          const seconds = Math.max(0, hostNow() - arrived) / 1000
          newest = seconds < mostSeconds ? seconds : null
        })
      }
    },
    /** Seconds of the newest that was painted since the last time; null: none was. */
    take(): number | null {
      const taken = newest
      newest = null
      return taken
    },
  }
}
