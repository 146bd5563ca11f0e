import type { Breach } from '../hub/protocol'
import type { Span } from './clock'

/** Breaches that begin at about the same place of the time line. */
export interface BreachMarker {
  /** When the first of them begins. */
  readonly time: number
  readonly breaches: readonly Breach[]
}

/** One marker for what would lie on top of each other; `parts` is how many fit side by side. Breaches are in order of time. */
export function markersOf(breaches: readonly Breach[], span: Span, parts: number): BreachMarker[] {
  const markers: { time: number; breaches: Breach[] }[] = []
  const width = (span.to - span.from) / parts
  for (const breach of breaches) {
    const time = Date.parse(breach.startedAt)
    const last = markers.at(-1)
    if (time < span.from || time > span.to) {
      continue // It had begun before, or the breach of a zone that judged it later.
    }
    if (last !== undefined && time - last.time < width) {
      last.breaches.push(breach)
    } else {
      markers.push({ time, breaches: [breach] })
    }
  }
  return markers
}
