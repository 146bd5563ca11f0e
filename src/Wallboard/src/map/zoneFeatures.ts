import type { Feature, FeatureCollection } from 'geojson'
import type { Zone } from '../zones/zone'
import type { AlarmMarks } from './alarms'
import { extentOf } from './zoneNames'

/** The zones' areas as the style's layers read them. */
export function zoneAreas(zones: readonly Zone[], marks: AlarmMarks): FeatureCollection {
  const features = zones.map((zone): Feature => ({
    type: 'Feature',
    properties: { key: zone.key, level: zone.level, occupied: zone.occupants > 0, breached: marks.zones.has(zone.key) },
    geometry: { type: 'MultiPolygon', coordinates: zone.polygons },
  }))
  return { type: 'FeatureCollection', features }
}

/** One point a zone, above which its name is. */
export function zoneNamePoints(zones: readonly Zone[]): FeatureCollection {
  const features = zones.map((zone): Feature => ({
    type: 'Feature', properties: { name: zone.name }, geometry: { type: 'Point', coordinates: extentOf(zone).north },
  }))
  return { type: 'FeatureCollection', features }
}
