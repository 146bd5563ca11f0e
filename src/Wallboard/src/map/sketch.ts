import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'
import { call } from '../session/http'

export interface Sketch {
  readonly district: FeatureCollection
  readonly surroundings: FeatureCollection
  /** Everything but the district itself, to be dimmed. */
  readonly outside: FeatureCollection
}

const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Changning's own outline is drawn by hand, finer than the one among all districts. */
const ownName = '长宁区'

/** Reads the built-in base map. A part that is missing leaves the map emptier, not broken. */
export async function readSketch(): Promise<Sketch> {
  const [district, all] = await Promise.all([
    call<FeatureCollection>('/sketch/changning.geojson'),
    call<FeatureCollection>('/sketch/shanghai-districts.geojson'),
  ])
  const own = district.kind === 'ok' ? district.value : empty
  const others = all.kind === 'ok' ? all.value.features.filter((feature) => feature.properties?.['name'] !== ownName) : []
  return {
    district: own,
    surroundings: { type: 'FeatureCollection', features: others.flatMap((feature) => [feature, ...labelOf(feature)]) },
    outside: { type: 'FeatureCollection', features: outsideOf(own) },
  }
}

/** Labels of districts are points: a polygon's label repeats with every tile. */
function labelOf(feature: Feature): Feature[] {
  const rings = (feature.geometry as Polygon | MultiPolygon).type === 'Polygon'
    ? [(feature.geometry as Polygon).coordinates[0] ?? []]
    : (feature.geometry as MultiPolygon).coordinates.map((polygon) => polygon[0] ?? [])
  const largest = rings.sort((a, b) => b.length - a.length)[0]
  if (largest === undefined || largest.length === 0) {
    return []
  }
  const sum = largest.reduce<[number, number]>(([x, y], point) => [x + point[0]!, y + point[1]!], [0, 0])
  return [{
    type: 'Feature',
    properties: { ...feature.properties, kind: 'district-label' },
    geometry: { type: 'Point', coordinates: [sum[0] / largest.length, sum[1] / largest.length] },
  }]
}

function outsideOf(district: FeatureCollection): Feature[] {
  const outline = district.features.find((feature) => feature.properties?.['kind'] === 'district')?.geometry
  if (outline?.type !== 'Polygon') {
    return []
  }
  const world: Position[] = [[120, 30], [123, 30], [123, 32.5], [120, 32.5], [120, 30]]
  return [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [world, outline.coordinates[0]!] } }]
}
