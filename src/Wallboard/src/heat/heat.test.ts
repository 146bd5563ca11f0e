import { cellArea, cellToBoundary, cellToLatLng, gridDisk, latLngToCell, UNITS } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { en } from '../text/en'
import { zh } from '../text/zh'
import { setTimeZone } from '../time/format'
import { daysBetween, earlierMs, earliersOf, isPast, mostDays, periodName, periodOf, periods, rangeOf } from '../time/period'
import { choiceOf, grains, looks, plainChoice, stageLayerOf, withLayer, withLook, type Choice } from './choice'
import type { Theme } from '../wall/theme'
import { failureOf } from './answers'
import { cellMetres, fullHeat, heatColour, onRamp, resolutionFor, resolutionOf, type HeatColour } from './heat'
import { placeName } from './places'
import { cellsPath, rangesOf, rhythmPath, tablePath } from './question'
import { colourOf, coveredColour, differenceColour, differenceRamps, fullOf, spotClass, spotColour, topCells, type HeatRow } from './scales'
import { coloursOf, shapesOf } from './shapes'
import { amount, cellMore, cellText, percent, rangeText, shortAmount } from './telling'

const box = { west: 121.3, south: 31.1, east: 121.5, north: 31.3 }
const noon = Date.parse('2026-11-28T04:20:00Z')
const hourMs = 3_600_000
const choice = (parts: Partial<Choice>): Choice => ({ ...plainChoice, ...parts })

describe('what heat is of', () => {
  it('travels in a layer of the stage and back, and plain presence needs none', () => {
    expect(stageLayerOf(plainChoice)).toBeNull()
    for (const each of [
      choice({ layer: 'incidents.street-vending' }), choice({ layer: 'records.complaint', theme: '垃圾 分类&x', look: 'uncovered', scope: 'district' }),
      choice({ look: 'compare', earlier: 'week', hours: 'night', days: 'weekend', grain: 'coarse', scope: 'district' }), choice({ layer: 'fixes', look: 'hotspots' }), choice({ squad: '天山 1&x' }),
    ]) {
      const layer = stageLayerOf(each)!
      expect(layer).toMatch(/^heat:[a-z.-]+(\?[!-~]+)?$/) // As the host takes them.
      expect(choiceOf(['cameras', 'heat', layer, 'zones'])).toEqual(each)
    }
    expect(choiceOf(['heat', 'zones'])).toEqual(plainChoice)
    expect(choiceOf(['heat', 'heat:incidents?look=hologram&grain=fine'])).toEqual(choice({ layer: 'incidents', grain: 'fine' }))
    expect(choiceOf(['heat', 'heat:presence?look=uncovered']).look).toBe('density')
  })

  it('is of demand alone where nobody was near: presence is looked at as density then, and what is compared is the district', () => {
    expect(withLook(choice({ layer: 'presence' }), 'uncovered')).toEqual(choice({ layer: 'presence' }))
    const uncovered = withLook(choice({ layer: 'incidents' }), 'uncovered')
    expect(uncovered).toMatchObject({ look: 'uncovered', scope: 'district' })
    expect(withLayer(uncovered, 'fixes')).toMatchObject({ layer: 'fixes', look: 'density' })
    expect(withLayer(choice({ layer: 'records.case', theme: 'waste' }), 'incidents').theme).toBeNull()
    expect([withLayer(choice({ squad: 'tianshan' }), 'fixes').squad, withLayer(choice({ squad: 'tianshan' }), 'incidents').squad]).toEqual(['tianshan', null])
  })
})

describe('what is asked', () => {
  it('of a comparison is the same stretch of an earlier time, of fixes in whole hours', () => {
    setTimeZone('Asia/Shanghai')
    expect(rangesOf(choice({ layer: 'incidents', look: 'compare', earlier: 'week' }), 'today', noon)).toEqual({
      from: Date.parse('2026-11-27T16:00:00Z'), to: noon, againstFrom: Date.parse('2026-11-20T16:00:00Z'), againstTo: noon - 7 * 24 * hourMs,
    })
    expect(rangesOf(choice({ look: 'compare' }), 'today', noon)).toMatchObject({ to: Date.parse('2026-11-28T04:00:00Z') })
    expect(rangesOf(choice({ look: 'compare' }), 'hour', noon)).toMatchObject({ from: Date.parse('2026-11-28T03:00:00Z'), to: Date.parse('2026-11-28T04:00:00Z') })
    const justAfter = Date.parse('2026-11-27T16:10:00Z')
    expect(rangesOf(choice({ look: 'compare' }), 'today', justAfter)).toMatchObject({ to: justAfter }) // No whole hour yet.
    for (const period of [...periods, '2026-11-26..2026-11-26', '2026-11-20..2026-11-26', '2026-01-01..2026-11-28'] as const) {
      const [from, to] = rangeOf(period, noon)
      for (const earlier of earliersOf(period)) {
        expect(from - earlierMs(period, earlier)).toBeLessThan(from)
        // Never a stretch that is compared with a part of itself, unless it is only the day or week before.
        expect(earlier === 'before' ? to - earlierMs(period, earlier) <= from + 24 * hourMs : true).toBe(true)
      }
      expect(earlierMs(period, 'before')).toBeGreaterThan(0)
    }
  })

  it('of days of one’s own choice is from the first midnight to the last, and never of what is still to come', () => {
    setTimeZone('Asia/Shanghai')
    expect(rangeOf('2026-11-03..2026-11-09', noon)).toEqual([Date.parse('2026-11-02T16:00:00Z'), Date.parse('2026-11-09T16:00:00Z')])
    expect(rangeOf('2026-11-28..2026-11-30', noon)).toEqual([Date.parse('2026-11-27T16:00:00Z'), noon])
    expect([isPast('2026-11-27..2026-11-27', noon), isPast('2026-11-27..2026-11-28', noon)]).toEqual([true, false])
    expect([periodName('2026-11-03..2026-11-09', zh), periodName('2025-12-31..2026-01-01', en), periodName('2026-11-03..2026-11-03', en)])
      .toEqual(['2026-11-03 至 11-09', '2025-12-31 to 2026-01-01', '2026-11-03'])
  })

  it('takes days in either order, and none that there are not', () => {
    expect(daysBetween('2026-11-09', '2026-11-03')).toBe('2026-11-03..2026-11-09')
    expect([daysBetween('2026-02-29', '2026-03-01'), daysBetween('', '2026-03-01'), daysBetween('2024-01-01', '2026-03-01')]).toEqual([null, null, null])
    expect(daysBetween('2026-01-01', '2027-01-01')).not.toBeNull() // 366 days.
    expect(daysBetween('2026-01-01', '2027-01-02')).toBeNull()
    expect(mostDays).toBe(366)
    expect(['today', '2026-11-03..2026-11-09', 'fortnight', '2026-11-03..', '', null].map(periodOf)).toEqual(['today', '2026-11-03..2026-11-09', null, null, null, null])
  })

  it('names the layer, the place, the times and the way to look, as docs/api.md has them', () => {
    const asked = choice({ layer: 'records.complaint', theme: 'waste-sorting', look: 'compare', hours: 'night', days: 'work' })
    const url = new URL(cellsPath(asked, rangesOf(asked, 'week', noon), box, 9), 'http://wall')
    expect(url.pathname).toBe('/api/heatmaps/records.complaint/compare')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      from: '2026-11-21T16:00:00.000Z', to: '2026-11-28T04:20:00.000Z', againstFrom: '2026-11-14T16:00:00.000Z', againstTo: '2026-11-21T04:20:00.000Z',
      bbox: '121.30000,31.10000,121.50000,31.30000', hours: '22-5', days: '1-5', theme: 'waste-sorting', resolution: '9',
    })
    expect(cellsPath(choice({ look: 'hotspots' }), rangesOf(plainChoice, 'hour', noon), box, 9)).toContain('/presence/hotspots?')
    expect(cellsPath(choice({ layer: 'incidents', look: 'uncovered' }), rangesOf(plainChoice, 'hour', noon), box, 9)).toContain('/incidents/uncovered?')
    expect(rhythmPath(asked, 0, 1, box)).toContain('/records.complaint/rhythm?')
    expect(new URL(tablePath(asked, 'squad', 0, 1, box), 'http://wall').searchParams.get('by')).toBe('squad')
  })

  it('is of cells that suit the zoom, unless somebody chose their size', () => {
    expect([10, 12, 14, 16].map((zoom) => resolutionFor('auto', zoom))).toEqual([8, 9, 10, 11])
    expect(grains.map((grain) => resolutionFor(grain, 12))).toEqual([resolutionOf(12), 10, 9, 8])
    expect(new Set([8, 9, 10, 11].map(cellMetres)).size).toBe(4)
  })
})

describe('why there is no answer', () => {
  it('is said to be others\' questions only where the host says so', () => {
    const refused = (status: number, type: string | null) => failureOf({ kind: 'refused', status, body: type === null ? null : { type: `urn:vantage:problem:${type}` }, retryAfterSeconds: null })
    expect([refused(503, 'busy'), refused(503, 'storage-refused'), refused(503, null), refused(422, 'too-much'), refused(500, null)])
      .toEqual(['busy', 'failed', 'failed', 'tooMuch', 'failed'])
  })
})

describe('colours', () => {
  const rows: HeatRow[] = [['a', 5, 9, -4, 0.5, 1, 1], ['b', 9, 1, 8, 9, 1, 1], ['c', 3, 3, 0, 1, 1, 1]]

  it.each(['dark', 'light'] as const)('of more and of less are told apart by who sees no red, no green or no blue, at every strength, %s', (theme) => {
    const { less, more } = differenceRamps[theme]
    for (const part of [0.05, 0.2, 0.5, 1]) {
      for (const lack of ['protan', 'deutan', 'tritan'] as const) {
        expect(apart(seen(onRamp(less, part), lack, theme), seen(onRamp(more, part), lack, theme)), `${part} ${lack}`).toBeGreaterThan(part < 0.1 ? 15 : 30) // A small difference is a pale one.
      }
    }
    for (const step of [1, 2, 3]) { // The classes of spots.
      for (const lack of ['protan', 'deutan', 'tritan'] as const) {
        expect(apart(seen(less[step]!, lack, theme), seen(more[step]!, lack, theme)), `${step} ${lack}`).toBeGreaterThan(30)
      }
    }
  })

  it('grow with the figure, to either side, and are nearly nothing where nothing differs', () => {
    for (const sign of [1, -1]) {
      const alphas = [0, 0.1, 0.3, 0.6, 1, 4].map((part) => differenceColour(sign * part, 1)[3])
      expect(alphas).toEqual([...alphas].sort((a, b) => a - b))
    }
    expect(differenceColour(0, 10)[3]).toBeLessThan(80)
    expect(heatColour(7, 10)).not.toEqual(heatColour(2, 10))
  })

  it('are of each way to look what the legend says', () => {
    expect(fullOf('compare', rows)).toBe(8)
    expect(fullOf('density', rows)).toBe(9)
    expect(fullHeat([])).toBe(1)
    expect(colourOf('compare', rows[0]!, 8)).toEqual(differenceColour(-4, 8))
    expect([0.001, 0.01, 0.011, 0.05, 0.051, 0.1].map(spotClass)).toEqual([0, 0, 1, 1, 2, 2])
    expect(colourOf('hotspots', ['x', 4, 'cold', -3, 0.01, 0.03], 1)).toEqual(spotColour(false, 1))
    expect(colourOf('uncovered', ['x', 4, 0, 900, 0], 3)).toEqual(coveredColour)
    expect(colourOf('uncovered', ['x', 4, 3, 0, 0.75], 3)).toEqual(heatColour(3, 3))
  })

  it('the first places are those that stand out most', () => {
    expect(topCells('compare', rows, 2).map(([cell]) => cell)).toEqual(['b', 'a'])
    expect(topCells('density', rows, 9).map(([cell]) => cell)).toEqual(['b', 'a', 'c'])
    expect(topCells('uncovered', [['x', 3, 0, 1, 0], ['y', 1, 1, 0, 1]], 9).map(([cell]) => cell)).toEqual(['y'])
  })
})

describe('shapes', () => {
  const cells = gridDisk(latLngToCell(31.22, 121.4, 9), 12)

  it('have each cell of its own corners, and triangles that fill it', () => {
    const shapes = shapesOf(cells)
    expect(shapes.length).toBe(469)
    for (const [i, cell] of cells.entries()) {
      const [first, end] = [shapes.startIndices[i]!, shapes.startIndices[i + 1]!]
      const corners = Array.from({ length: end - first }, (_, k) => [shapes.corners[2 * (first + k)]!, shapes.corners[2 * (first + k) + 1]!])
      expect(corners).toEqual(cellToBoundary(cell, true).slice(0, -1))
    }
    let area = 0
    for (let t = 0; t < shapes.triangles.length; t += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => [shapes.corners[2 * shapes.triangles[t + k]!]!, shapes.corners[2 * shapes.triangles[t + k]! + 1]!] as const)
      area += Math.abs((b![0] - a![0]) * (c![1] - a![1]) - (c![0] - a![0]) * (b![1] - a![1])) / 2
    }
    const squareMetres = area * 111_195 ** 2 * Math.cos((31.22 * Math.PI) / 180)
    expect(squareMetres / cells.reduce((sum, cell) => sum + cellArea(cell, UNITS.m2), 0)).toBeCloseTo(1, 2)
  })

  it('are coloured corner by corner', () => {
    const shapes = shapesOf(cells.slice(0, 3))
    const colours = coloursOf(shapes, (index) => [index, 2 * index, 3, 4])
    expect(colours.length).toBe(4 * 18)
    expect([...colours.slice(4 * 12, 4 * 13)]).toEqual([2, 4, 3, 4])
  })

  it('of a month of the whole district at the finest are made in a moment', () => {
    const many = gridDisk(latLngToCell(31.22, 121.4, 11), 100)
    expect(many.length).toBeGreaterThan(30_000)
    const began = performance.now()
    const shapes = shapesOf(many)
    coloursOf(shapes, () => [1, 2, 3, 4])
    expect(performance.now() - began).toBeLessThan(5_000) // Measured: some 150 ms; this machine may be busy.
  })
})

describe('words', () => {
  it('tell an amount in its unit, and how a cell stands', () => {
    expect(amount('presence', 7_500, zh)).toBe('2 小时 05 分')
    expect(amount('presence', 12, zh)).toBe('12 秒')
    expect(amount('incidents.sos', 1_234, zh)).toBe('1,234 件')
    expect(amount('records.case', 1, en)).toBe('1 case')
    expect(shortAmount('presence', 5_400, zh)).toBe('1.5时')
    expect(cellText(choice({ layer: 'incidents', look: 'compare' }), ['x', 3, 5, -2, 0.6, 1, 1], zh)).toBe('减少 2 件')
    expect(cellMore(choice({ layer: 'incidents', look: 'compare' }), ['x', 3, 5, -2, 0.6, 1, 1], zh)).toBe('本时段 3 件，对比时段 5 件')
    expect(cellText(choice({ layer: 'incidents', look: 'hotspots' }), ['x', 3, 'hot', 4.1, 0.001, 0.004], zh)).toBe('热点 · 很有把握')
    expect(cellText(choice({ layer: 'records.complaint', look: 'uncovered' }), ['x', 5, 2, 700, 0.4], zh)).toBe('5 件中 2 件未覆盖')
    expect([percent(0), percent(0.004), percent(0.25)]).toEqual(['0', '<1', '25'])
  })

  it('tell a range with its dates, as pictures are kept', () => {
    setTimeZone('Asia/Shanghai')
    expect(rangeText('2026-11-27T16:00:00.000Z', '2026-11-28T04:20:00.000Z', zh)).toBe('11-28 00:00 至 12:20')
    expect(rangeText('2026-11-26T16:00:00.000Z', '2026-11-27T16:00:00.000Z', en)).toBe('11-27 00:00 to 11-28 00:00')
  })

  it('are there for every choice, in both languages', () => {
    for (const words of [zh, en]) {
      for (const look of looks) {
        expect(words.analysis.look[look]).toBeTruthy()
        expect(words.analysis.lookHint[look]).toBeTruthy()
      }
      expect([words.analysis.sure.length, words.analysis.sureHint.length, words.analysis.weekdays.length]).toEqual([3, 3, 7])
      expect(periods.every((period) => words.period[period])).toBe(true)
    }
  })

  it('name a place by its zone, else by a camera near it, else not', () => {
    const cell = latLngToCell(31.22, 121.4, 9)
    const [lat, lon] = cellToLatLng(cell)
    const ring: [number, number][] = [[lon - 0.01, lat - 0.01], [lon + 0.01, lat - 0.01], [lon + 0.01, lat + 0.01], [lon - 0.01, lat + 0.01], [lon - 0.01, lat - 0.01]]
    const zone = { key: 'z', version: 1, name: '中山公园', level: 'info', occupants: 0, polygons: [[ring]], labelAt: [lon, lat] } as const
    const camera = (name: string, at: number) => ({ key: name, name, lon: at, lat, state: 'online', source: null, classes: [], heading: null, streams: [] } as const)
    expect(placeName(cell, [zone as never], [], zh.analysis.near)).toBe('中山公园')
    expect(placeName(cell, [], [camera('远', lon + 0.003), camera('近', lon + 0.001)], zh.analysis.near)).toBe('近附近')
    expect(placeName(cell, [], [camera('太远', lon + 0.01)], zh.analysis.near)).toBeNull()
  })
})

/** A colour over the wall's ground, as who lacks one kind of cone sees it (Viénot, Brettel and Mollon 1999, and for blue Brettel's half plane), in linear light. */
function seen([r, g, b, a]: HeatColour, lack: 'protan' | 'deutan' | 'tritan', theme: Theme): [number, number, number] {
  const over = [r, g, b].map((part, i) => part * (a / 255) + (theme === 'light' ? [233, 238, 243] : [8, 12, 18])[i]! * (1 - a / 255))
  const [x, y, z] = over.map((part) => (part / 255) ** 2.2) as [number, number, number]
  const rows = {
    protan: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    deutan: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    tritan: [[1, 0.14461, -0.14461], [0, 0.85924, 0.14076], [0, 0.85924, 0.14076]],
  }[lack]
  return rows.map(([p, q, s]) => 255 * Math.max(0, p! * x + q! * y + s! * z) ** (1 / 2.2)) as [number, number, number]
}

const apart = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((part, i) => part - b[i]!))
