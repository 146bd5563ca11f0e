import type { Feature, FeatureCollection } from 'geojson'
import type { Zone } from '../zones/zone'
import type { AlarmMarks } from './alarms'

/** The zones' areas as the style's layers read them. */
export function zoneAreas(zones: readonly Zone[], marks: AlarmMarks): FeatureCollection {
  const features = zones.map((zone): Feature => ({
    type: 'Feature',
    properties: { key: zone.key, level: zone.level, occupied: zone.occupants > 0, breached: marks.zones.has(zone.key) },
    geometry: { type: 'MultiPolygon', coordinates: zone.polygons },
  }))
  return { type: 'FeatureCollection', features }
}

/** One point a zone, for its name. */
export function zoneNames(zones: readonly Zone[], marks: AlarmMarks): FeatureCollection {
  const features = zones.map((zone): Feature => ({
    type: 'Feature',
    properties: { label: zone.name, level: zone.level, breached: marks.zones.has(zone.key) },
    geometry: { type: 'Point', coordinates: zone.labelAt },
  }))
  return { type: 'FeatureCollection', features }
}
