import type { BreachesMessage, BreachLine, HandlingState } from '../hub/protocol'

/** The wall never shows more lines than a person can take in. */
export const mostLines = 20

/** Folds a message of the hub into the lines shown: newest first, one a key, at most {@link mostLines}. Pure. */
export function foldBreaches(lines: readonly BreachLine[], message: BreachesMessage): readonly BreachLine[] {
  const next = new Map(message.reset ? [] : lines.map((line) => [line.key, line]))
  for (const key of message.removed) {
    next.delete(key)
  }
  for (const line of message.lines) {
    next.set(line.key, line)
  }
  return [...next.values()].sort(newestFirst).slice(0, mostLines)
}

/** Whether the line still wants somebody: neither handled nor corrected away. */
export function isOpen(line: BreachLine): boolean {
  const handling = line.breach.handling?.state ?? 'open'
  return line.breach.state !== 'retracted' && (handling === 'open' || handling === 'acknowledged')
}

/** How far people have come with all of the line: as far as with the one they have come least. */
export function handlingOf(line: BreachLine): HandlingState {
  return line.unacknowledged > 0 ? 'open' : line.breach.handling?.state ?? 'open'
}

/** Whether it is going on right now. */
export function isOngoing(line: BreachLine): boolean {
  return isOpen(line) && line.breach.endedAt === null
}

function newestFirst(a: BreachLine, b: BreachLine): number {
  return Date.parse(b.breach.startedAt) - Date.parse(a.breach.startedAt) || a.key.localeCompare(b.key)
}
