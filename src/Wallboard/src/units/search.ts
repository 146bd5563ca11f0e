import type { Unit } from './unit'

/**
 * Whether a unit is what someone means who types this: part of the name, the first letters of its pinyin,
 * the end of its plate or badge (from two signs on), or part of its squad's name.
 */
export function matches(unit: Pick<Unit, 'name' | 'pinyin' | 'plate' | 'key'>, squadName: string, query: string): boolean {
  const wanted = query.trim().toLowerCase().replace(/[\s·]/g, '')
  if (wanted === '') {
    return true
  }
  if (unit.name.toLowerCase().replace(/[\s·]/g, '').includes(wanted) || squadName.toLowerCase().includes(wanted)) {
    return true
  }
  if (unit.pinyin.toLowerCase().startsWith(wanted)) {
    return true
  }
  const plate = unit.plate?.toLowerCase().replace(/[\s·]/g, '') ?? ''
  return plate.startsWith(wanted) || (wanted.length >= 2 && (plate.endsWith(wanted) || unit.key.toLowerCase().endsWith(wanted)))
}
