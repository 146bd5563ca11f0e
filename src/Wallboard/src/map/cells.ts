import { unitKinds, unitStates, type CellCount } from '../hub/protocol'
import type { Words } from '../text/zh'

const offline = unitStates.indexOf('offline')

/** How many units of a cell nothing has been heard of for too long. */
export const silentIn = ([, , , , states]: CellCount): number => states[offline] ?? 0

/** Who a cell's units are, in short: `人 62  车 18`. */
export const kindsText = ([, , , kinds]: CellCount, words: Words): string => unitKinds
  .flatMap((kind, index) => (kinds[index] ?? 0) > 0 ? [`${words.kindShort[kind]} ${kinds[index]!.toLocaleString(words.locale)}`] : []).join('  ')

/** All that is told of a cell, line by line: how many, who, in which state, and how many alarms. */
export function cellLines(cell: CellCount, words: Words): string[] {
  const [, units, alarms, , states] = cell
  const inStates = unitStates.flatMap((state, index) => (states[index] ?? 0) > 0 ? [`${words.state[state]} ${states[index]!.toLocaleString(words.locale)}`] : [])
  return [
    words.cellUnits(units.toLocaleString(words.locale)), kindsText(cell, words), inStates.join(' · '),
    ...(alarms > 0 ? [words.cellAlarms(alarms.toLocaleString(words.locale))] : []), words.cellOpens,
  ]
}
