import type { UnitKind, UnitState } from '../hub/protocol'
import type { Unit } from './unit'

/** Which units the wall shows; an empty set means all. The host applies it to the map, the list applies it itself. */
export interface UnitFilter {
  readonly kinds: ReadonlySet<UnitKind>
  readonly squads: ReadonlySet<string>
  readonly states: ReadonlySet<UnitState>
}

export const everything: UnitFilter = { kinds: new Set(), squads: new Set(), states: new Set() }

export const isFiltering = (filter: UnitFilter): boolean =>
  filter.kinds.size > 0 || filter.squads.size > 0 || filter.states.size > 0

export function passes(filter: UnitFilter, unit: Unit): boolean {
  return (filter.kinds.size === 0 || filter.kinds.has(unit.kind))
    && (filter.squads.size === 0 || (unit.squad !== null && filter.squads.has(unit.squad)))
    && (filter.states.size === 0 || filter.states.has(unit.state))
}

/** The set with the value put in, or taken out when it was in. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(value)) {
    next.add(value)
  }
  return next
}
