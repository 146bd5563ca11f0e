import { words } from '../text/language'
import { length } from '../text/quantities'
import { span } from '../time/format'
import type { Preview } from './incident'

/** What a kind is called; one that the wall does not know is written as it is. */
export const kindWord = (kind: string): string => words().incidentKinds[kind] ?? kind

export const sourceWord = (source: string): string => words().incidentSources[source] ?? source

/** How far it is, and how long that takes: straight, which is said beside it. */
export function estimateText({ distance, estimatedArrival }: Pick<Preview, 'distance' | 'estimatedArrival'>): string {
  return distance === null || estimatedArrival === null ? words().noPosition
    : words().estimate(length(distance, words()), span(Math.max(60, estimatedArrival) * 1000, words()))
}

/** Places that nobody has given an address. */
export const placeText = (lon: number, lat: number): string => `${lon.toFixed(5)}, ${lat.toFixed(5)}`

