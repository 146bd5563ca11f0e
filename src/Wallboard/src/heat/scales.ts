import { theme, type Theme } from '../wall/theme'
import type { Look } from './choice'
import { fullHeat, heatColour, heatRamp, onRamp, type HeatColour } from './heat'

/** A cell of an answer, with its values in the order of the answer's columns. */
export type HeatRow = readonly [cell: string, ...values: (number | string | null)[]]

/**
 * Less to the left, more to the right, nothing in the middle: green and violet, which who sees no red or no green tells apart as well, by hue and by how light
 * they are. Violet means more wherever heat is.
 */
export const differenceRamps: Record<Theme, { readonly less: readonly HeatColour[]; readonly more: readonly HeatColour[] }> = {
  dark: {
    less: [[120, 130, 135, 60], [58, 140, 96, 150], [96, 198, 118, 190], [176, 240, 150, 215]],
    more: [[120, 130, 135, 60], [126, 82, 178, 150], [182, 112, 226, 190], [240, 190, 255, 215]],
  },
  // By day the ground is bright, and more is darker.
  light: {
    less: [[130, 140, 145, 50], [112, 196, 116, 160], [40, 146, 66, 190], [0, 90, 34, 215]],
    more: [[130, 140, 145, 50], [196, 140, 232, 160], [140, 62, 196, 190], [84, 10, 136, 215]],
  },
}

const { less: lessRamp, more: moreRamp } = differenceRamps[theme]

/** A difference, where `full` is as much as the scale tells. */
export function differenceColour(difference: number, full: number): HeatColour {
  return onRamp(difference < 0 ? lessRamp : moreRamp, Math.abs(difference) / full)
}

/** How sure a spot is: the share of spots of its class and the surer ones that chance alone would make. */
export const spotClasses = [0.01, 0.05, 0.1] as const

/** 0 for the surest class to 2. */
export function spotClass(q: number): 0 | 1 | 2 {
  return q <= spotClasses[0] ? 0 : q <= spotClasses[1] ? 1 : 2
}

export function spotColour(isHot: boolean, of: 0 | 1 | 2): HeatColour {
  return (isHot ? moreRamp : lessRamp)[3 - of]!
}

/** Demand that somebody was there for. */
export const coveredColour: HeatColour = [86, 176, 168, 90]

/** What a cell is coloured, and sorted, by: the column of each way to look. */
export function weightOf(look: Look, row: HeatRow): number {
  switch (look) {
    case 'density': return row[1] as number
    case 'compare': return row[3] as number
    case 'hotspots': return row[3] as number
    case 'uncovered': return row[2] as number
  }
}

/** The weight at which the colours end. */
export function fullOf(look: Look, rows: readonly HeatRow[]): number {
  return fullHeat(rows.map((row) => Math.abs(weightOf(look, row))).filter((weight) => weight > 0))
}

export function colourOf(look: Look, row: HeatRow, full: number): HeatColour {
  switch (look) {
    case 'density': return heatColour(weightOf(look, row), full)
    case 'compare': return differenceColour(weightOf(look, row), full)
    case 'hotspots': return spotColour(row[2] === 'hot', spotClass(row[5] as number))
    case 'uncovered': return weightOf(look, row) > 0 ? heatColour(weightOf(look, row), full) : coveredColour
  }
}

/** As style sheets have it; a little more solid than over the map, which shines through. */
export const cssOf = ([r, g, b, a]: HeatColour): string => `rgba(${r}, ${g}, ${b}, ${Math.min(1, a / 230)})`

export const heatGradientStops: readonly string[] = heatRamp.map(cssOf)
export const differenceGradientStops: readonly string[] = [...[...lessRamp].reverse(), ...moreRamp.slice(1)].map(cssOf)
export const heatGradient = `linear-gradient(90deg, ${heatGradientStops.join(', ')})`
export const differenceGradient = `linear-gradient(90deg, ${differenceGradientStops.join(', ')})`

/** The first cells by weight; of a comparison and of spots those that stand out most, to either side. */
export function topCells(look: Look, rows: readonly HeatRow[], most: number): readonly HeatRow[] {
  const size = (row: HeatRow) => (look === 'compare' || look === 'hotspots' ? Math.abs(weightOf(look, row)) : weightOf(look, row))
  return rows.filter((row) => size(row) > 0).sort((a, b) => size(b) - size(a) || (a[0] < b[0] ? -1 : 1)).slice(0, most)
}
