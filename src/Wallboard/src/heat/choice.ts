import { earliers, type Earlier } from '../time/period'

/** How heat is looked at. */
export const looks = ['density', 'compare', 'hotspots', 'uncovered'] as const
export type Look = (typeof looks)[number]

/** How large the cells are; `auto`: as suits the zoom. */
export const grains = ['auto', 'fine', 'medium', 'coarse'] as const
export type Grain = (typeof grains)[number]

/** Where it is counted: what this map shows, or the whole district. */
export const scopes = ['view', 'district'] as const
export type Scope = (typeof scopes)[number]

/** Hours of the day that duty is divided by, as the host takes them; both ends of a range are in it. */
export const hourFilters = { all: null, day: '7-18', night: '22-5', morning: '7-9', evening: '17-19' } as const
export type HourFilter = keyof typeof hourFilters

export const dayFilters = { all: null, work: '1-5', weekend: '6,7' } as const
export type DayFilter = keyof typeof dayFilters

/** What heat is of and how it is looked at; the period is the wall's own. */
export interface Choice {
  /** As in the host's paths: `presence`, `incidents.street-vending`, `records.complaint`. */
  readonly layer: string
  /** Of records: the key of a theme; null: all of the system. */
  readonly theme: string | null
  /** Of presence and fixes: the key of a squad; null: of all units. */
  readonly squad: string | null
  readonly look: Look
  readonly earlier: Earlier
  readonly hours: HourFilter
  readonly days: DayFilter
  readonly grain: Grain
  readonly scope: Scope
}

/** Presence by cell where the map looks: what a wall shows that was asked for heat and nothing else. */
export const plainChoice: Choice = {
  layer: 'presence', theme: null, squad: null, look: 'density', earlier: 'before', hours: 'all', days: 'all', grain: 'auto', scope: 'view',
}

export const isOfFixes = (layer: string): boolean => layer === 'presence' || layer === 'fixes'
export const isOfRecords = (layer: string): boolean => layer.startsWith('records.')
export const isOfIncidents = (layer: string): boolean => layer === 'incidents' || layer.startsWith('incidents.')

/** The choice with another layer; what cannot be looked at so any more is looked at as density. */
export function withLayer(choice: Choice, layer: string): Choice {
  return {
    ...choice, layer, theme: isOfRecords(layer) ? choice.theme : null, squad: isOfFixes(layer) ? choice.squad : null,
    look: choice.look === 'uncovered' && isOfFixes(layer) ? 'density' : choice.look,
  }
}

/** The choice looked at in another way. What is compared or tested is the district's, that it does not change with where a map looks. */
export function withLook(choice: Choice, look: Look): Choice {
  return look === 'uncovered' && isOfFixes(choice.layer) ? choice : { ...choice, look, scope: look === 'density' ? choice.scope : 'district' }
}

const prefix = 'heat:'

/** The layer of a stage's picture that says it; null: the plain layer says enough. */
export function stageLayerOf(choice: Choice): string | null {
  const query = new URLSearchParams()
  for (const name of ['look', 'earlier', 'hours', 'days', 'grain', 'scope', 'theme', 'squad'] as const) {
    const value = choice[name]
    if (value !== null && value !== plainChoice[name]) {
      query.set(name, value)
    }
  }
  const text = query.toString()
  return choice.layer === plainChoice.layer && text === '' ? null : `${prefix}${choice.layer}${text === '' ? '' : `?${text}`}`
}

/** What the layers of a stage's picture say; words of a newer wall are left out. */
export function choiceOf(layers: readonly string[]): Choice {
  const said = layers.find((layer) => layer.startsWith(prefix))
  if (said === undefined) {
    return plainChoice
  }
  const [layer, query] = said.slice(prefix.length).split('?', 2)
  const values = new URLSearchParams(query ?? '')
  const one = <T extends string>(name: string, known: readonly T[], otherwise: T): T => known.find((each) => each === values.get(name)) ?? otherwise
  const read: Choice = {
    layer: layer!,
    theme: isOfRecords(layer!) ? values.get('theme') : null,
    squad: isOfFixes(layer!) ? values.get('squad') : null,
    look: one('look', looks, plainChoice.look),
    earlier: one('earlier', earliers, plainChoice.earlier),
    hours: one('hours', Object.keys(hourFilters) as HourFilter[], plainChoice.hours),
    days: one('days', Object.keys(dayFilters) as DayFilter[], plainChoice.days),
    grain: one('grain', grains, plainChoice.grain),
    scope: one('scope', scopes, plainChoice.scope),
  }
  return read.look === 'uncovered' && isOfFixes(read.layer) ? { ...read, look: 'density' } : read
}

export const isSameChoice = (a: Choice, b: Choice): boolean => (Object.keys(a) as (keyof Choice)[]).every((name) => a[name] === b[name])
