import { count } from '../text/quantities'
import type { Words } from '../text/zh'
import { dayOf, shortClock } from '../time/format'
import { isOfRecords, type Choice } from './choice'
import { spotClass, weightOf, type HeatRow } from './scales'

/** What themes and squads are called, by their keys. */
export interface Names {
  readonly theme: (key: string) => string
  readonly squad: (key: string) => string
}

/** What a layer is called: `在岗时长 · 天山中队`, `事件 · 占道设摊`, `诉件 · 垃圾分类`. */
export function layerName({ layer, theme, squad }: Choice, words: Words, names: Names): string {
  const [of, part] = [layer.split('.', 1)[0]!, layer.includes('.') ? layer.slice(layer.indexOf('.') + 1) : null]
  if (isOfRecords(layer)) {
    const system = words.recordSystem[part!] ?? part!
    return theme === null ? system : `${system} · ${names.theme(theme)}`
  }
  const name = words.analysis.layer[of] ?? of
  if (squad !== null) {
    return `${name} · ${names.squad(squad)}`
  }
  return part === null ? name : `${name} · ${words.incidentKinds[part] ?? part}`
}

/** A value of a layer with its unit in words. */
export function amount(layer: string, value: number, words: Words): string {
  if (layer === 'presence') {
    const minutes = Math.round(value / 60)
    return value > 0 && minutes === 0 ? words.seconds(Math.ceil(value)) : words.presence(Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'))
  }
  return layer === 'fixes' ? words.analysis.points(count(value)) : words.analysis.items(count(value))
}

/** A value for the end of a bar: no longer than a few signs. */
export function shortAmount(layer: string, value: number, words: Words): string {
  if (layer !== 'presence') {
    return count(value)
  }
  return value < 3600 ? words.minutesShort(Math.round(value / 60)) : words.hoursShort(Number((value / 3600).toFixed(value < 36_000 ? 1 : 0)))
}

/** What an amount is counted of, over the legend's colours. */
export function unitName(choice: Choice, words: Words): string {
  const { perCell, difference, uncoveredShort } = words.analysis
  const plain = choice.layer === 'presence' ? perCell.presence : choice.layer === 'fixes' ? perCell.fixes : perCell.items
  switch (choice.look) {
    case 'density':
    case 'hotspots': return plain
    case 'compare': return `${plain} · ${difference}`
    case 'uncovered': return uncoveredShort
  }
}

/** The figure that a cell is coloured by, in words. */
export function cellText({ layer, look }: Choice, row: HeatRow, words: Words): string {
  const { analysis } = words
  const number = (index: number) => row[index] as number
  switch (look) {
    case 'density': return amount(layer, weightOf(look, row), words)
    case 'compare': {
      const difference = weightOf(look, row)
      return difference === 0 ? analysis.same : `${difference > 0 ? analysis.more : analysis.less} ${amount(layer, Math.abs(difference), words)}`
    }
    case 'hotspots': return `${row[2] === 'hot' ? analysis.hot : analysis.cold} · ${analysis.sure[spotClass(number(5))]!}`
    case 'uncovered': return analysis.uncovered(count(number(2)), count(number(1)))
  }
}

/** What else a cell has to say. */
export function cellMore({ layer, look }: Choice, row: HeatRow, words: Words): string | null {
  const number = (index: number) => row[index] as number
  switch (look) {
    case 'density': return null
    case 'compare': return words.analysis.thenNow(amount(layer, number(1), words), amount(layer, number(2), words))
    case 'hotspots': return amount(layer, number(1), words)
    case 'uncovered': return words.analysis.nearby(amount('presence', number(3), words))
  }
}

/** `11-28 00:00`: with its date always, as pictures are kept. */
const dated = (time: number) => `${dayOf(time).slice(5)} ${shortClock(time)}`

export function rangeText(from: string, to: string, words: Words): string {
  const [first, last] = [Date.parse(from), Date.parse(to)]
  return words.analysis.range(dated(first), dayOf(first) === dayOf(last) ? shortClock(last) : dated(last))
}

/** A share in whole hundredths, and what is less than one as such. */
export const percent = (share: number): string => (share > 0 && share < 0.01 ? '<1' : String(Math.round(100 * share)))
