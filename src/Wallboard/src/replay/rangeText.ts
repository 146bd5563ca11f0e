import { dayOf, shortClock } from '../time/format'
import type { Span } from './clock'

/** `11-26 08:00 – 17:30`, with both days when they differ; midnight at the end of a day is its 24:00. */
export function rangeText({ from, to }: Span): string {
  const isMidnight = shortClock(to) === '00:00' && dayOf(to - 1) !== dayOf(to)
  const lastDay = dayOf(isMidnight ? to - 1 : to)
  const end = isMidnight ? '24:00' : shortClock(to)
  const begin = `${dayOf(from).slice(5)} ${shortClock(from)}`
  return lastDay === dayOf(from) ? `${begin} – ${end}` : `${begin} – ${lastDay.slice(5)} ${end}`
}
