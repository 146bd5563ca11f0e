import { circleRing } from '../geo/degrees'

export type ZoneLevel = 'info' | 'warning' | 'critical'

export interface Zone {
  readonly key: string
  readonly version: number
  readonly name: string
  readonly level: ZoneLevel
  readonly occupants: number
  /** Polygons as GeoJSON has them; a circle is already a ring. */
  readonly polygons: [number, number][][][]
  /** Where its name is written. */
  readonly labelAt: [number, number]
}

/** A feature of GET /api/zones. */
export interface ZoneFeature {
  readonly type: 'Feature'
  readonly geometry:
    | { readonly type: 'Polygon'; readonly coordinates: [number, number][][] }
    | { readonly type: 'MultiPolygon'; readonly coordinates: [number, number][][][] }
    | { readonly type: 'Point'; readonly coordinates: [number, number] }
  readonly properties: {
    readonly key: string
    readonly version?: number | null
    readonly name: string
    readonly level?: string | null
    readonly radius?: number | null
    readonly occupants?: number | null
  }
}

export function zoneOf(feature: ZoneFeature): Zone {
  const { key, version, name, level, radius, occupants } = feature.properties
  const polygons = polygonsOf(feature.geometry, radius ?? 0)
  return { key, version: version ?? 0, name, level: levelOf(level ?? null), occupants: occupants ?? 0, polygons, labelAt: middle(polygons) }
}

/** Levels are the installation's own words; the wall knows three strengths of them. */
function levelOf(level: string | null): ZoneLevel {
  switch (level) {
    case 'critical':
    case 'alarm':
    case 'danger':
    case 'high': return 'critical'
    case 'warning':
    case 'medium': return 'warning'
    default: return 'info'
  }
}

function polygonsOf(geometry: ZoneFeature['geometry'], radius: number): [number, number][][][] {
  switch (geometry.type) {
    case 'Polygon': return [geometry.coordinates]
    case 'MultiPolygon': return geometry.coordinates
    case 'Point': return [[circleRing(geometry.coordinates[0], geometry.coordinates[1], radius)]]
  }
}

/** The centroid of the first polygon's outer ring. */
function middle(polygons: [number, number][][][]): [number, number] {
  const ring = polygons[0]?.[0] ?? []
  const origin = ring[0] ?? [0, 0]
  let area = 0
  let x = 0
  let y = 0
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [ring[i - 1]![0] - origin[0], ring[i - 1]![1] - origin[1]]
    const [bx, by] = [ring[i]![0] - origin[0], ring[i]![1] - origin[1]]
    const cross = ax * by - bx * ay
    area += cross
    x += (ax + bx) * cross
    y += (ay + by) * cross
  }
  return area === 0 ? [origin[0], origin[1]] : [origin[0] + x / (3 * area), origin[1] + y / (3 * area)]
}
