import { levelColours, readable, signColours } from '../wall/palette'
import type { Zone } from '../zones/zone'
import type { Box, Declutter } from './declutter'
import { textWidth } from './declutter'

/** A zone's name on the map, above its area or below it: where its units are, they are not covered, and cover nothing. */
export interface ZoneName {
  readonly key: string
  readonly text: string
  readonly at: readonly [number, number]
  readonly above: boolean
  readonly colour: readonly [number, number, number, number]
}

interface Extent {
  readonly north: [number, number]
  readonly south: [number, number]
}

type Place = (lon: number, lat: number) => { readonly x: number; readonly y: number }

const extents = new WeakMap<Zone, Extent>()
export const zoneNamesFromZoom = 12.4
/** Between the edge and the name, in pixels. */
export const nameGap = 3

/** Names in alarm are always written; of the others, who finds no room goes without. */
export function placeZoneNames(zones: readonly Zone[], breached: ReadonlySet<string>, size: number, room: Declutter, place: Place): ZoneName[] {
  const names: ZoneName[] = []
  const inAlarm = (zone: Zone) => breached.has(zone.key)
  for (const zone of [...zones].sort((a, b) => Number(inAlarm(b)) - Number(inAlarm(a)))) {
    const { north, south } = extentOf(zone)
    const above = room.take(boxOf(zone.name, size, place(...north), true))
    if (above || room.take(boxOf(zone.name, size, place(...south), false), inAlarm(zone))) {
      names.push({ key: zone.key, text: zone.name, at: above ? north : south, above, colour: colourOf(zone, inAlarm(zone)) })
    }
  }
  return names
}

function boxOf(text: string, size: number, { x, y }: { readonly x: number; readonly y: number }, above: boolean): Box {
  const half = textWidth(text, size) / 2 + 2
  const height = size * 1.3
  const top = above ? y - nameGap - height : y + nameGap
  return { left: x - half, right: x + half, top, bottom: top + height }
}

function colourOf(zone: Zone, inAlarm: boolean): ZoneName['colour'] {
  if (inAlarm) {
    return [...signColours.alarmed, 255]
  }
  return [...readable(levelColours[zone.level]), 255]
}

/** The middle of the northern and of the southern edge of all that the zone is. */
export function extentOf(zone: Zone): Extent {
  const known = extents.get(zone)
  if (known !== undefined) {
    return known
  }
  const points = zone.polygons.flatMap((polygon) => polygon[0] ?? [])
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const middle = (Math.min(...lons) + Math.max(...lons)) / 2
  const extent: Extent = { north: [middle, Math.max(...lats)], south: [middle, Math.min(...lats)] }
  extents.set(zone, extent)
  return extent
}
