import type { Words } from './zh'

const numbers = new Intl.NumberFormat('en-US')

/** A count with thousands separators. */
export const count = (value: number): string => numbers.format(value)

/** Metres in words: `12 米`, `1.2 公里`. */
export function length(metres: number, words: Words): string {
  if (metres < 1000) {
    return words.metres(String(metres < 10 ? Math.round(metres * 10) / 10 : Math.round(metres)))
  }
  return words.kilometres((metres / 1000).toFixed(metres < 10_000 ? 1 : 0))
}

/** Metres a second in words: `36 km/h`. */
export function speed(metresPerSecond: number, words: Words): string {
  return words.kmPerHour(String(Math.round(metresPerSecond * 3.6)))
}
