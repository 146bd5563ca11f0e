import { handlingOf, isOngoing, isOpen } from '../breaches/board'
import type { BreachLine } from '../hub/protocol'

/** What the map marks of the alarms: zones and units with an open one, and those nobody has taken up yet. */
export interface AlarmMarks {
  /** Keys of zones with an open, ongoing breach. */
  readonly zones: ReadonlySet<string>
  /** Ids of units with one. */
  readonly units: ReadonlySet<string>
  /** Those of the zones that nobody has acknowledged: they pulse. */
  readonly calling: ReadonlySet<string>
}

export function marksOf(lines: readonly BreachLine[]): AlarmMarks {
  const zones = new Set<string>()
  const units = new Set<string>()
  const calling = new Set<string>()
  for (const line of lines) {
    const { breach } = line
    if (!isOpen(line)) {
      continue
    }
    if (breach.unit !== null) {
      units.add(breach.unit)
    }
    if (isOngoing(line)) {
      zones.add(breach.zone)
      if (handlingOf(line) === 'open') {
        calling.add(breach.zone)
      }
    }
  }
  return { zones, units, calling }
}
