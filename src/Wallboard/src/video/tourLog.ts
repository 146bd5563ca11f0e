import { logTours } from './calls'
import type { TourLogItem } from './protocol'

/** A body that has to reach the host while the page goes away may have 64 kB. */
const batch = 20
/** Hours of a page a quarter minute; before that is lost, somebody has seen that the host is away. */
const keptAtMost = 2000
const retryMs = 10_000

/** Brings what was shown to the host, again and again until it has it: it knows what it has by its id. */
export function createTourLog() {
  let waiting: TourLogItem[] = []
  let isSending = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function send(): Promise<void> {
    clearTimeout(timer)
    if (isSending) {
      return
    }
    isSending = true
    while (waiting.length > 0) {
      const items = waiting.slice(0, batch)
      const answer = await logTours(items)
      if (answer.kind === 'unreachable' || answer.kind === 'signed-out' || (answer.kind === 'refused' && (answer.status >= 500 || answer.status === 429))) {
        timer = setTimeout(() => void send(), retryMs)
        break
      }
      waiting = waiting.filter((item) => !items.includes(item)) // What the host does not take it will not take later either.
    }
    isSending = false
  }

  return {
    add(item: TourLogItem | null): void {
      if (item !== null) {
        waiting = [...waiting, item].slice(-keptAtMost)
        void send()
      }
    },
    stop(): void { clearTimeout(timer) },
  }
}
