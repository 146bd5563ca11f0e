import { distanceMetres } from '../../geo/degrees'
import type { RuleType } from '../../hub/protocol'
import type { ZoneFeature, ZoneLevel } from '../zone'

export type Point = readonly [lon: number, lat: number]

/** What is drawn; `whole`: several areas or holes, whose form is not changed here. */
export type Shape =
  | { readonly kind: 'ring'; readonly points: readonly Point[]; readonly isClosed: boolean }
  | { readonly kind: 'circle'; readonly centre: Point; readonly radius: number }
  | { readonly kind: 'whole'; readonly geometry: ZoneFeature['geometry'] }

/** A rule as the host has it: `after` and `cooldown` in seconds, `above` in metres a second. */
export interface ZoneRule {
  readonly key: string
  readonly type: RuleType
  readonly units?: readonly string[]
  readonly schedule?: string
  readonly after?: number
  readonly above?: number
  readonly count?: number
  readonly cooldown?: number
}

export interface ZoneDraft {
  readonly key: string
  /** The version that it was begun from; null: a new zone. */
  readonly version: number | null
  readonly name: string
  readonly level: ZoneLevel
  readonly shape: Shape
  readonly rules: readonly ZoneRule[]
  /** All else that the zone is described by, to be kept as it is. */
  readonly others: Readonly<Record<string, unknown>>
}

/** What GET /api/zones/{key} gives: everything that a PUT takes. */
export interface FullFeature extends ZoneFeature {
  readonly properties: ZoneFeature['properties'] & { readonly rules?: readonly ZoneRule[] } & Readonly<Record<string, unknown>>
}

export const leastPoints = 3
const leastRadius = 10

export const newDraft = (key: string): ZoneDraft =>
  ({ key, version: null, name: '', level: 'warning', shape: { kind: 'ring', points: [], isClosed: false }, rules: [{ key: 'enter-1', type: 'enter' }], others: {} })

export function draftOf(feature: FullFeature): ZoneDraft {
  const { key, version, name, level, rules, radius, occupants: _, ...others } = feature.properties
  return { key, version: version ?? 0, name, level: (level ?? 'warning') as ZoneLevel, shape: shapeOf(feature.geometry, radius ?? 0), rules: rules ?? [], others }
}

/** As PUT /api/zones/{key} takes it. What is dated is in force from now on. */
export function featureOf({ shape, name, level, rules, others }: ZoneDraft): object {
  const { effectiveFrom: _, ...rest } = others
  return {
    type: 'Feature',
    geometry: shape.kind === 'whole' ? shape.geometry
      : shape.kind === 'circle' ? { type: 'Point', coordinates: shape.centre }
        : { type: 'Polygon', coordinates: [[...shape.points, ...shape.points.slice(0, 1)]] },
    properties: { ...rest, name: name.trim(), level, rules, ...(shape.kind === 'circle' ? { radius: Math.round(shape.radius * 10) / 10 } : {}) },
  }
}

function shapeOf(geometry: ZoneFeature['geometry'], radius: number): Shape {
  if (geometry.type === 'Point') {
    return { kind: 'circle', centre: geometry.coordinates, radius }
  }
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const only = polygons.length === 1 && polygons[0]!.length === 1 ? polygons[0]![0]! : null
  return only === null ? { kind: 'whole', geometry } : { kind: 'ring', points: only.slice(0, -1), isClosed: true }
}

const withPoints = (draft: ZoneDraft, points: readonly Point[]): ZoneDraft =>
  draft.shape.kind === 'ring' ? { ...draft, shape: { ...draft.shape, points } } : draft

const pointsOf = ({ shape }: ZoneDraft): readonly Point[] => (shape.kind === 'ring' ? shape.points : [])

export const addPoint = (draft: ZoneDraft, point: Point): ZoneDraft => withPoints(draft, [...pointsOf(draft), point])

export const dropLastPoint = (draft: ZoneDraft): ZoneDraft => withPoints(draft, pointsOf(draft).slice(0, -1))

/** Closes the ring, when it has enough points for one. */
export const close = (draft: ZoneDraft): ZoneDraft =>
  draft.shape.kind === 'ring' && draft.shape.points.length >= leastPoints ? { ...draft, shape: { ...draft.shape, isClosed: true } } : draft

export const insertPoint = (draft: ZoneDraft, after: number, point: Point): ZoneDraft => {
  const points = pointsOf(draft)
  return withPoints(draft, [...points.slice(0, after + 1), point, ...points.slice(after + 1)])
}

/** Of a closed ring as many stay as a ring needs. */
export const removePoint = (draft: ZoneDraft, index: number): ZoneDraft => {
  const points = pointsOf(draft)
  return points.length <= leastPoints ? draft : withPoints(draft, points.filter((_, i) => i !== index))
}

/** What can be taken hold of, in the order of {@link handlesOf}. */
export interface Handle {
  readonly kind: 'corner' | 'middle' | 'centre' | 'rim'
  readonly index: number
  readonly at: Point
}

export function handlesOf({ shape }: ZoneDraft): readonly Handle[] {
  if (shape.kind === 'whole') {
    return []
  }
  if (shape.kind === 'circle') {
    return [{ kind: 'centre', index: 0, at: shape.centre }, { kind: 'rim', index: 0, at: rimOf(shape.centre, shape.radius) }]
  }
  const { points } = shape
  const corners = points.map((at, index): Handle => ({ kind: 'corner', index, at }))
  const middles = !shape.isClosed ? [] : points.map(([lon, lat], index): Handle => {
    const [nextLon, nextLat] = points[(index + 1) % points.length]!
    return { kind: 'middle', index, at: [(lon + nextLon) / 2, (lat + nextLat) / 2] }
  })
  return [...corners, ...middles]
}

/** The draft with a handle moved; a middle that is moved becomes a corner. */
export function move(draft: ZoneDraft, handle: Handle, to: Point): ZoneDraft {
  const { shape } = draft
  switch (handle.kind) {
    case 'corner': return withPoints(draft, pointsOf(draft).map((point, i) => (i === handle.index ? to : point)))
    case 'middle': return insertPoint(draft, handle.index, to)
    case 'centre': return shape.kind === 'circle' ? { ...draft, shape: { ...shape, centre: to } } : draft
    case 'rim': return shape.kind === 'circle' ? { ...draft, shape: { ...shape, radius: Math.max(leastRadius, distanceMetres(...shape.centre, ...to)) } } : draft
  }
}

function rimOf([lon, lat]: Point, radius: number): Point {
  const metresPerDegree = distanceMetres(lon, lat, lon + 1, lat)
  return [lon + radius / metresPerDegree, lat]
}

/** Whether a closed ring crosses itself: the host refuses such a zone, and nobody means one. */
export function crossesItself(points: readonly Point[]): boolean {
  const edges = points.map((point, i) => [point, points[(i + 1) % points.length]!] as const)
  return edges.some((one, i) => edges.some((other, j) => {
    const areNeighbours = j === i || (j + 1) % edges.length === i || (i + 1) % edges.length === j
    return j > i && !areNeighbours && cross(one, other)
  }))
}

function cross([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const side = (p: Point, q: Point, r: Point) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)
}

/** Why a draft cannot be put in force yet; null: it can. */
export type Lack = 'open' | 'crossing' | 'name' | 'rule'

export function lackOf({ shape, name, rules }: ZoneDraft): Lack | null {
  if (shape.kind === 'ring' && !shape.isClosed) {
    return 'open'
  }
  if (shape.kind === 'ring' && crossesItself(shape.points)) {
    return 'crossing'
  }
  if (name.trim() === '') {
    return 'name'
  }
  return rules.every(isWhole) ? null : 'rule'
}

const isWhole = ({ type, after, above, count }: ZoneRule): boolean =>
  (!needs[type].includes('after') || after !== undefined) && (!needs[type].includes('above') || above !== undefined) && (!needs[type].includes('count') || count !== undefined)

/** What a type of rule has to be told beside itself. */
export const needs: Readonly<Record<RuleType, readonly ('after' | 'above' | 'count')[]>> = {
  enter: [], exit: [], dwell: ['after'], speed: ['above'], gathering: ['count', 'after'], absence: ['count', 'after'],
}

const usual = { after: 600, above: 40 / 3.6, count: 3 } as const

/** A rule of another type: what goes with both stays, the rest is what is usual. */
export function retyped({ after, above, count, ...rule }: ZoneRule, type: RuleType): ZoneRule {
  const had = { after, above, count }
  return { ...rule, type, ...Object.fromEntries(needs[type].map((need) => [need, had[need] ?? (need === 'count' && type === 'absence' ? 1 : usual[need])])) }
}

export function anotherRule(rules: readonly ZoneRule[], type: RuleType): ZoneRule {
  let number = 1
  while (rules.some((rule) => rule.key === `${type}-${number}`)) {
    number++
  }
  return retyped({ key: `${type}-${number}`, type }, type)
}
