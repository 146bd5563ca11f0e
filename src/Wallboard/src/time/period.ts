import type { Words } from '../text/zh'
import { dayOf, startOfDay, timeOfDay } from './format'

export const periods = ['hour', 'today', 'yesterday', 'week', 'month'] as const
type Named = (typeof periods)[number]
/** Whole days of one's own choice, the last included, as the host has them: `2026-11-03..2026-11-09`. */
export type Days = `${string}..${string}`
export type Period = Named | Days

export const mostDays = 366

/** Those that a tool bar has room for. */
export const shortPeriods: readonly Named[] = ['hour', 'today', 'yesterday']

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Days of one's own choice, in either order; null: they are none, or too many. */
export function daysBetween(one: string, other: string): Days | null {
  const [first, last] = one <= other ? [one, other] : [other, one]
  return isDay(first) && isDay(last) && dayCount(first, last) <= mostDays ? `${first}..${last}` : null
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text
const dayCount = (first: string, last: string) => Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1

/** What a host or another screen calls a period; null: a word of another version. */
export function periodOf(text: string | null): Period | null {
  return periods.find((each) => each === text) ?? (text === null ? null : daysBetween(...ends(text as Days)))
}

const ends = (days: Days): [string, string] => { const [first, last = ''] = days.split('..'); return [first!, last] }
const isNamed = (period: Period): period is Named => (periods as readonly string[]).includes(period)

/** The first and the last day of it, as of now. */
export function daysOf(period: Period, now: number): [string, string] {
  const [from, to] = rangeOf(period, now)
  return isNamed(period) ? [dayOf(from), dayOf(to - 1)] : ends(period)
}

export function periodName(period: Period, words: Words): string {
  if (isNamed(period)) {
    return words.period[period]
  }
  const [first, last] = ends(period)
  return first === last ? first : words.daysFromTo(first, last.slice(0, 5) === first.slice(0, 5) ? last.slice(5) : last)
}

/** [from, to) in epoch milliseconds. */
export function rangeOf(period: Period, now: number): [number, number] {
  if (!isNamed(period)) {
    const [first, last] = ends(period)
    const from = timeOfDay(first, 0)
    return [from, Math.max(from, Math.min(timeOfDay(last, 24), now))] // What is still to come has nothing.
  }
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
export const isPast = (period: Period, now: number): boolean => period === 'yesterday' || (!isNamed(period) && timeOfDay(ends(period)[1], 24) <= now)

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
    default: return dayCount(...ends(period)) < 7 ? ['before', 'week'] : ['before']
  }
}

/** The one that was chosen, or, where there is no such one, the first that there is. */
export const earlierOf = (period: Period, chosen: Earlier): Earlier => (earliersOf(period).includes(chosen) ? chosen : earliersOf(period)[0]!)

/** How far back the other time lies. */
export function earlierMs(period: Period, chosen: Earlier): number {
  switch (earlierOf(period, chosen)) {
    case 'day': return dayMs
    case 'week': return 7 * dayMs
    case 'before': return period === 'hour' ? hourMs : period === 'week' ? 7 * dayMs : isNamed(period) ? 30 * dayMs : dayCount(...ends(period)) * dayMs
  }
}
