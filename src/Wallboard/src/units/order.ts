import type { UnitState } from '../hub/protocol'
import type { Unit } from './unit'

const stateRank: Record<UnitState, number> = { moving: 0, stopped: 1, idle: 2, unknown: 3, offline: 4, offDuty: 5 }
const kindRank = { officer: 0, vehicle: 1, drone: 2 }
const byName = new Intl.Collator('zh-CN', { numeric: true })

/** Sorts units: those at work first, then by kind and name. Names are compared once per change of the register. */
export class UnitOrder {
  #ranks = new Map<string, number>()

  sort(units: Unit[]): Unit[] {
    if (units.length !== this.#ranks.size || units.some((unit) => !this.#ranks.has(unit.id))) {
      const named = [...units].sort((a, b) => byName.compare(a.name, b.name))
      this.#ranks = new Map(named.map((unit, rank) => [unit.id, rank]))
    }
    return units.sort((a, b) => stateRank[a.state] - stateRank[b.state]
      || kindRank[a.kind] - kindRank[b.kind]
      || this.#ranks.get(a.id)! - this.#ranks.get(b.id)!)
  }
}
