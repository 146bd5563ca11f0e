import { describe, expect, it } from 'vitest'
import { papers } from '../map/style'
import { unitStates, type UnitState } from '../hub/protocol'
import { palettes, readable, type Rgb } from './palette'
import type { Theme } from './theme'

const themes: readonly Theme[] = ['dark', 'light']
/** Hollow, and paler with no heading: told by shape. */
const byShape: readonly UnitState[] = ['offline', 'offDuty']

/** Viénot, Brettel and Mollon 1999, and for tritanopia Brettel 1997's plane, in linear light. */
const blindness = {
  none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  deuteranopia: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  protanopia: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  tritanopia: [[1.01277, 0.13548, -0.14826], [-0.01243, 0.86812, 0.14431], [0.07589, 0.805, 0.11911]],
} as const

describe('Colours of states', () => {
  for (const theme of themes) {
    for (const [kind, matrix] of Object.entries(blindness)) {
      it(`are told apart with ${kind === 'none' ? 'all colours' : kind}, ${theme}, or differ in shape`, () => {
        const { state } = palettes[theme]
        const told = unitStates.filter((each) => !byShape.includes(each))
        for (const one of told) {
          for (const other of told.slice(told.indexOf(one) + 1)) {
            expect(difference(seen(state[one], matrix), seen(state[other], matrix)), `${one} and ${other}`).toBeGreaterThan(leastDifference)
          }
        }
      })
    }
  }

  it('are told from alarms, which have rings besides', () => {
    for (const theme of themes) {
      for (const matrix of Object.values(blindness)) {
        const { state, alarm } = palettes[theme]
        for (const each of ['moving', 'stopped', 'idle', 'unknown'] as const) {
          expect(difference(seen(state[each], matrix), seen(alarm, matrix)), each).toBeGreaterThan(leastDifference)
        }
      }
    }
  })
})

describe('Signs on the map', () => {
  for (const theme of themes) {
    const paper = papers[theme]
    const areas = { ground: paper.ground, district: paper.district, campus: paper.campus, park: paper.park, water: paper.water }

    it(`of places have a contrast of 7 to 1 upon every area, ${theme}`, () => {
      for (const [name, colour] of Object.entries(paper.names)) {
        for (const [area, ground] of Object.entries(areas)) {
          expect(contrast(hex(colour), hex(ground)), `${name} on ${area}`).toBeGreaterThanOrEqual(7)
        }
      }
    })

    it(`of units, zones and incidents have 7 to 1 upon the ink that is round them, ${theme}`, () => {
      const { sign, level, alarm, ink } = palettes[theme]
      for (const [name, colour] of Object.entries({ ...sign, info: readable(level.info, theme), warning: readable(level.warning, theme), critical: readable(level.critical, theme), alarm: readable(alarm, theme) })) {
        expect(contrast(colour, ink), name).toBeGreaterThanOrEqual(7)
      }
    })
  }
})

/** CIE76; what differs by 10 is told apart at a glance when seen together. */
const leastDifference = 10

function hex(colour: string): Rgb {
  const part = (at: number) => parseInt(colour.slice(at, at + 2), 16)
  return [part(1), part(3), part(5)]
}

const linear = (value: number) => (value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
const luminance = ([r, g, b]: Rgb) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)

function contrast(one: Rgb, other: Rgb): number {
  const [less, more] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (more + 0.05) / (less + 0.05)
}

/** In linear light, as somebody sees it. */
const seen = (colour: Rgb, matrix: readonly (readonly number[])[]): number[] => {
  const light = colour.map(linear)
  return matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, part, i) => sum + part * light[i]!, 0))))
}

function difference(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [lab(one), lab(other)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

function lab([r, g, b]: readonly number[]): [number, number, number] {
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)
  const x = f((0.4124 * r! + 0.3576 * g! + 0.1805 * b!) / 0.95047)
  const y = f(0.2126 * r! + 0.7152 * g! + 0.0722 * b!)
  const z = f((0.0193 * r! + 0.1192 * g! + 0.9505 * b!) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
