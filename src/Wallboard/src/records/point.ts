/** A key matter that records of all systems are gathered by: GET /api/themes. */
export interface Theme {
  readonly key: string
  readonly name: string
  readonly categories: readonly string[]
}

/** Records that the map can show: of a key matter, from every system, or all of one system. */
export interface PointLayer {
  /** As it is called in what a stage shows. */
  readonly key: string
  readonly name: string
  /** What stands on its points. */
  readonly mark: string
  readonly theme: Theme | null
  readonly systems: readonly string[]
  /** Its place among all, by which it has its colour. */
  readonly index: number
}

/** A record of another system, where it is. */
export interface RecordPoint {
  readonly layer: PointLayer
  readonly theme: Theme | null
  readonly system: string
  readonly number: string
  readonly lon: number
  readonly lat: number
  readonly time: number
  readonly category: string | null
  readonly kind: string | null
  readonly state: string | null
  readonly address: string | null
  readonly squad: string | null
  readonly link: string | null
}

/** Fields that records are counted and filtered by. */
export const recordFields = ['category', 'state', 'street', 'squad', 'kind'] as const
export type RecordField = (typeof recordFields)[number]

/** Which records of a system are asked for, as names and values of a query: the same filter is always the same text. */
export function filterQuery(values: { readonly [name in RecordField | 'theme']?: string | null }): string {
  const query = new URLSearchParams()
  for (const name of ['theme', ...recordFields] as const) {
    const value = values[name] ?? ''
    if (value !== '') {
      query.set(name, value)
    }
  }
  query.sort()
  return query.toString()
}

export const recordSystems = ['case', 'duty', 'complaint', 'inspection', 'linkage'] as const
export const themePrefix = 'theme:'
export const systemPrefix = 'records:'

export const pointDays = [7, 30, 90] as const
export type PointDays = (typeof pointDays)[number]
export const usualDays: PointDays = 30

/** Layers that are shown, by key, and which of their records: a {@link filterQuery}, '' for all. */
export type ChosenPoints = ReadonlyMap<string, string>

/** Layers of points as a stage has them: with their days, where these are not the usual ones, and their filters. */
export const toStage = (chosen: ChosenPoints, days: PointDays): readonly string[] =>
  [...chosen].map(([key, filter]) => {
    const query = [days === usualDays ? '' : `days=${days}`, filter].filter((part) => part !== '').join('&')
    return query === '' ? key : `${key}?${query}`
  })

/** Those of what a stage shows that are points of records. */
export function ofStage(layers: readonly string[]): { readonly chosen: ChosenPoints; readonly days: PointDays } {
  const points = layers.filter((layer) => layer.startsWith(themePrefix) || layer.startsWith(systemPrefix)).map((layer) => {
    const [key, query] = layer.split('?')
    return { key: key!, query: new URLSearchParams(query) }
  })
  return {
    chosen: new Map(points.map(({ key, query }) => [key, filterQuery(Object.fromEntries(query))])),
    days: pointDays.find((days) => points.some(({ query }) => query.get('days') === String(days))) ?? usualDays,
  }
}

/** Of a record in several layers the first point. */
export function eachOnce(points: readonly RecordPoint[]): readonly RecordPoint[] {
  const found = new Map<string, RecordPoint>()
  for (const point of points) {
    const name = `${point.system} ${point.number}`
    found.set(name, found.get(name) ?? point)
  }
  return [...found.values()]
}
