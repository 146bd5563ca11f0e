import { words } from '../text/language'
import { length } from '../text/quantities'
import { span } from '../time/format'
import { isPlaced, type Incident, type Preview } from './incident'

/** What a kind is called; one that the wall does not know is written as it is. */
export const kindWord = (kind: string): string => words().incidentKinds[kind] ?? kind

/** What is written beside the title: the kind, unless the title says the same, and the address, or that nobody knows the place. */
export function besideTitle(incident: Incident): string {
  const { kind, title, address } = incident
  return [kindWord(kind) === title ? null : kindWord(kind), address ?? (isPlaced(incident) ? null : words().placeUnknown)].filter((part) => part !== null && part !== '').join(' · ')
}

export const sourceWord = (source: string): string => words().incidentSources[source] ?? source

/** How far it is, and how long that takes: straight, which is said beside it. */
export function estimateText({ distance, estimatedArrival }: Pick<Preview, 'distance' | 'estimatedArrival'>): string {
  return distance === null || estimatedArrival === null ? words().noPosition
    : words().estimate(length(distance, words()), span(Math.max(60, estimatedArrival) * 1000, words()))
}

export const whereText = (incident: Incident): string =>
  incident.address ?? (isPlaced(incident) ? placeText(incident.lon, incident.lat) : words().placeUnknown)

/** Places that nobody has given an address. */
export const placeText = (lon: number, lat: number): string => `${lon.toFixed(5)}, ${lat.toFixed(5)}`

