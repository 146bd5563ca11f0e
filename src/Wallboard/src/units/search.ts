import type { Unit } from './unit'

/**
 * How well a unit is what someone means who types this: 0 the whole name, plate or badge; 1 the beginning of the name or of its pinyin's
 * initials; 2 part of the name, the beginning or (from two signs on) the end of plate or badge; 3 part of its squad's name. Null: not at all.
 */
export function rank(unit: Pick<Unit, 'name' | 'pinyin' | 'plate' | 'key'>, squadName: string, query: string): number | null {
  return rankOf(unit, () => squadName, squeeze(query))
}

function rankOf(unit: Pick<Unit, 'name' | 'pinyin' | 'plate' | 'key'>, squadName: () => string, wanted: string): number | null {
  const name = squeeze(unit.name)
  const plate = squeeze(unit.plate ?? '')
  const key = unit.key.toLowerCase()
  if (wanted === '' || wanted === name || wanted === plate || wanted === key) {
    return 0
  }
  if (name.startsWith(wanted) || unit.pinyin.toLowerCase().startsWith(wanted)) {
    return 1
  }
  const isEnd = wanted.length >= 2 && (plate.endsWith(wanted) || key.endsWith(wanted))
  if (name.includes(wanted) || plate.startsWith(wanted) || isEnd) {
    return 2
  }
  return squeeze(squadName()).includes(wanted) ? 3 : null
}

/** Those that are meant, the best first; among equals their order stays. */
export function found(units: readonly Unit[], squadName: (unit: Unit) => string, query: string): readonly Unit[] {
  const wanted = squeeze(query)
  if (wanted === '') {
    return units
  }
  const byRank: Unit[][] = [[], [], [], []]
  for (const unit of units) {
    const at = rankOf(unit, () => squadName(unit), wanted)
    if (at !== null) {
      byRank[at]!.push(unit)
    }
  }
  return byRank.flat()
}

const squeeze = (text: string) => text.toLowerCase().replace(/[\s·]/g, '')
