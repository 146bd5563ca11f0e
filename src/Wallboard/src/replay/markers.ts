import type { Span } from './clock'

/** What begins at about the same place of the time line. */
export interface Marker<T> {
  /** When the first of it begins. */
  readonly time: number
  readonly all: readonly T[]
}

/** One marker for what would lie on top of each other; `parts` is how many fit side by side. All are in order of time. */
export function markersOf<T>(all: readonly T[], timeOf: (one: T) => number, span: Span, parts: number): Marker<T>[] {
  const markers: { time: number; all: T[] }[] = []
  const width = (span.to - span.from) / parts
  for (const one of all) {
    const time = timeOf(one)
    const last = markers.at(-1)
    if (time < span.from || time > span.to) {
      continue // It had begun before, or is the breach of a zone that judged it later.
    }
    if (last !== undefined && time - last.time < width) {
      last.all.push(one)
    } else {
      markers.push({ time, all: [one] })
    }
  }
  return markers
}
