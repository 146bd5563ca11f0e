import type { UnitState } from '../hub/protocol'
import type { Unit } from './unit'

const stateRank: Record<UnitState, number> = { moving: 0, stopped: 1, idle: 2, unknown: 3, offline: 4, offDuty: 5 }
const kindRank = { officer: 0, vehicle: 1, drone: 2 }
const byName = new Intl.Collator('zh-CN', { numeric: true })

/**
 * Sorts units: those at work first, then by kind and name. Names are compared once per change of the register; after that units are dealt out by state
 * and kind, which costs a thousandth of a second for ten thousand.
 */
export class UnitOrder {
  #ranks = new Map<string, number>()

  sort(units: readonly Unit[]): Unit[] {
    if (units.length !== this.#ranks.size || units.some((unit) => !this.#ranks.has(unit.id))) {
      const named = [...units].sort((a, b) => kindRank[a.kind] - kindRank[b.kind] || byName.compare(a.name, b.name))
      this.#ranks = new Map(named.map((unit, rank) => [unit.id, rank]))
    }
    const ranked = new Array<Unit>(units.length)
    for (const unit of units) {
      ranked[this.#ranks.get(unit.id)!] = unit
    }
    const byState: Unit[][] = [[], [], [], [], [], []]
    for (const unit of ranked) {
      byState[stateRank[unit.state]]!.push(unit)
    }
    return byState.flat()
  }
}
