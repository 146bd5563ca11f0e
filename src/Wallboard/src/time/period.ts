import { startOfDay } from './format'

export const periods = ['hour', 'today', 'yesterday'] as const
export type Period = (typeof periods)[number]

/** [from, to) in epoch milliseconds. */
export function rangeOf(period: Period, now: number): [number, number] {
  const midnight = startOfDay(now)
  switch (period) {
    case 'hour': return [now - 3_600_000, now]
    case 'today': return [midnight, now]
    case 'yesterday': return [startOfDay(midnight - 1), midnight]
  }
}
