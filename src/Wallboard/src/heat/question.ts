import { earlierMs, rangeOf, type Period } from '../time/period'
import type { Bounds } from '../stage/span'
import { dayFilters, hourFilters, isOfFixes, type Choice } from './choice'

const hourMs = 3_600_000

/** The false-discovery rate of the widest class of spots: see {@link spotClasses}. */
export const widestRate = 0.1

/** A range of time, and the one that it is compared with. */
export interface Ranges {
  readonly from: number
  readonly to: number
  readonly againstFrom: number
  readonly againstTo: number
}

/**
 * What is counted now. Fixes are counted by whole hours: an hour that has just begun would be compared with a whole one, and is left out of a comparison.
 */
export function rangesOf(choice: Choice, period: Period, now: number): Ranges {
  let [from, to] = rangeOf(period, now)
  if (choice.look === 'compare' && isOfFixes(choice.layer)) {
    const [first, last] = [Math.floor(from / hourMs) * hourMs, Math.floor(to / hourMs) * hourMs]
    ;[from, to] = last > first ? [first, last] : [from, to]
  }
  const shift = earlierMs(period, choice.earlier)
  return { from, to, againstFrom: from - shift, againstTo: to - shift }
}

/** The names that every question about a choice has. */
function common(choice: Choice, from: number, to: number, box: Bounds): URLSearchParams {
  const query = new URLSearchParams({
    from: new Date(from).toISOString(), to: new Date(to).toISOString(), bbox: [box.west, box.south, box.east, box.north].map((degrees) => degrees.toFixed(5)).join(','),
  })
  const [hours, days] = [hourFilters[choice.hours], dayFilters[choice.days]]
  if (hours !== null) {
    query.set('hours', hours)
  }
  if (days !== null) {
    query.set('days', days)
  }
  if (choice.theme !== null) {
    query.set('theme', choice.theme)
  }
  if (choice.squad !== null) {
    query.set('squad', choice.squad)
  }
  return query
}

const pathOf = (layer: string) => `/api/heatmaps/${encodeURIComponent(layer)}`

/** The path of the answer by cell. */
export function cellsPath(choice: Choice, ranges: Ranges, box: Bounds, resolution: number): string {
  const query = common(choice, ranges.from, ranges.to, box)
  query.set('resolution', String(resolution))
  switch (choice.look) {
    case 'density': return `${pathOf(choice.layer)}?${query}`
    case 'compare':
      query.set('againstFrom', new Date(ranges.againstFrom).toISOString())
      query.set('againstTo', new Date(ranges.againstTo).toISOString())
      return `${pathOf(choice.layer)}/compare?${query}`
    case 'hotspots':
      query.set('fdr', String(widestRate))
      return `${pathOf(choice.layer)}/hotspots?${query}`
    case 'uncovered': return `${pathOf(choice.layer)}/uncovered?${query}`
  }
}

export const rhythmPath = (choice: Choice, from: number, to: number, box: Bounds): string => `${pathOf(choice.layer)}/rhythm?${common(choice, from, to, box)}`

export function tablePath(choice: Choice, by: 'street' | 'squad', from: number, to: number, box: Bounds): string {
  const query = common(choice, from, to, box)
  query.set('by', by)
  return `${pathOf(choice.layer)}/table?${query}`
}
