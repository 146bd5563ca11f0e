import { startOfDay } from './format'

export const periods = ['hour', 'today', 'yesterday', 'week', 'month'] as const
export type Period = (typeof periods)[number]

/** Those that a tool bar has room for. */
export const shortPeriods: readonly Period[] = ['hour', 'today', 'yesterday']

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** [from, to) in epoch milliseconds. */
export function rangeOf(period: Period, now: number): [number, number] {
  const midnight = startOfDay(now)
  switch (period) {
    case 'hour': return [now - hourMs, now]
    case 'today': return [midnight, now]
    case 'yesterday': return [startOfDay(midnight - 1), midnight]
    case 'week': return [startOfDay(midnight - 6 * dayMs), now]
    case 'month': return [startOfDay(midnight - 29 * dayMs), now]
  }
}

/** Whether what is counted of it can no longer grow. */
export const isPast = (period: Period): boolean => period === 'yesterday'

/** With which earlier time a period is compared: the same stretch one period, a day or a week before. */
export const earliers = ['before', 'day', 'week'] as const
export type Earlier = (typeof earliers)[number]

/** Those that are not the same thing under two names. */
export function earliersOf(period: Period): readonly Earlier[] {
  switch (period) {
    case 'hour': return ['before', 'day', 'week']
    case 'today':
    case 'yesterday': return ['day', 'week']
    case 'week':
    case 'month': return ['before']
  }
}

/** The one that was chosen, or, where there is no such one, the first that there is. */
export const earlierOf = (period: Period, chosen: Earlier): Earlier => (earliersOf(period).includes(chosen) ? chosen : earliersOf(period)[0]!)

/** How far back the other time lies. */
export function earlierMs(period: Period, chosen: Earlier): number {
  switch (earlierOf(period, chosen)) {
    case 'day': return dayMs
    case 'week': return 7 * dayMs
    case 'before': return period === 'hour' ? hourMs : period === 'week' ? 7 * dayMs : 30 * dayMs
  }
}
