import { theme } from '../wall/theme'
import type { Grain } from './choice'

/** The cells that suit a map zoom. Below and above these the picture is either one blot or dust. */
export function resolutionOf(zoom: number): number {
  if (zoom < 11.6) {
    return 8
  }
  if (zoom < 13.4) {
    return 9
  }
  return zoom < 14.8 ? 10 : 11
}

/** The cells that were asked for, or that suit the zoom. */
export function resolutionFor(grain: Grain, zoom: number): number {
  switch (grain) {
    case 'auto': return resolutionOf(zoom)
    case 'fine': return 10
    case 'medium': return 9
    case 'coarse': return 8
  }
}

/** How wide a cell is, in round metres, for people. */
export function cellMetres(resolution: number): string {
  const widths: Record<number, string> = { 5: '15000', 6: '5500', 7: '2000', 8: '800', 9: '300', 10: '120', 11: '45', 12: '17' }
  return widths[resolution] ?? '300'
}

/** Red, green, blue and how opaque, 0 to 255. */
export type HeatColour = readonly [red: number, green: number, blue: number, alpha: number]

/** By day the ground is bright, and more is darker. */
const dayRamp: readonly HeatColour[] = [
  [186, 170, 236, 90], [160, 136, 226, 120], [130, 98, 210, 145], [100, 64, 186, 165], [72, 36, 152, 185], [44, 12, 110, 215],
]

/** Violet, from hardly there to glowing: the one hue that means nothing else on this wall. */
const nightRamp: readonly HeatColour[] = [
  [74, 58, 140, 55], [98, 74, 186, 90], [132, 94, 214, 120], [172, 122, 234, 148], [214, 168, 248, 175], [246, 224, 255, 205],
]

export const heatRamp = theme === 'light' ? dayRamp : nightRamp

/** The value that counts as full: the 98th of a hundred, so that one busy yard does not darken all others. */
export function fullHeat(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  return Math.max(1, sorted[Math.floor(sorted.length * 0.98)] ?? sorted.at(-1) ?? 1)
}

/** The colour of a value, by its root: half the hours are still well seen. */
export const heatColour = (value: number, full: number): HeatColour => onRamp(heatRamp, value / full)

/** The colour at the root of a part of a ramp. */
export function onRamp(ramp: readonly HeatColour[], part: number): HeatColour {
  const step = Math.min(1, Math.sqrt(part)) * (ramp.length - 1)
  const below = ramp[Math.floor(step)]!
  const above = ramp[Math.min(ramp.length - 1, Math.floor(step) + 1)]!
  const rest = step - Math.floor(step)
  const mix = (i: 0 | 1 | 2 | 3) => Math.round(below[i] + (above[i] - below[i]) * rest)
  return [mix(0), mix(1), mix(2), mix(3)]
}
