import { describe, expect, it } from 'vitest'
import { textSizes } from '../map/style'
import { pageBegins } from './fitting'
import { leastTextAt, leastTextMm, pitchIn, pitchOf } from './hall'

describe('[STG-7] A hall', () => {
  it('has no sign on the map under 40 mm, at whatever zoom', () => {
    for (const pitch of [0.6, 0.9, 1.2, 1.25, 2, 3, 10]) {
      const least = leastTextAt(pitch)
      for (const [layer, size] of Object.entries(textSizes(least))) {
        for (const stop of [size[4], size[6]] as number[]) {
          expect(stop * pitch, `${layer} at ${pitch} mm`).toBeGreaterThanOrEqual(leastTextMm - 1e-9)
        }
      }
    }
  })

  it('leaves a desk as it is', () => {
    expect(textSizes(0)['road-names']).toEqual(['interpolate', ['linear'], ['zoom'], 12, 11, 16, 15])
  })

  it('takes a pitch from the address that a wall can have, and no other', () => {
    expect(['?pitch=1.2', '?pitch=0.6', '?pitch=10', '?pitch=0.59', '?pitch=11', '?pitch=', '?pitch=fine', ''].map(pitchIn)).toEqual([1.2, 0.6, 10, null, null, null, null, null])
  })

  it('has the pitch of its wall, a screen its own, and a desk beside it none', () => {
    const of = (own: number | null, wall: number | null) => pitchOf({ pitch: wall } as never, { pitch: own } as never)
    expect([of(null, 1.2), of(0.9, 1.2), of(0, 1.2), of(null, null)]).toEqual([1.2, 0.9, null, null])
  })
})

describe('Pages of a list', () => {
  const rows = (...heights: number[]) => heights.map((height, i) => {
    const top = heights.slice(0, i).reduce((a, b) => a + b, 0)
    return { top, bottom: top + height }
  })

  it('hold whole rows', () => {
    expect(pageBegins(rows(10, 10, 10, 10, 10), 25)).toEqual([0, 2, 4])
    expect(pageBegins(rows(10, 10), 20)).toEqual([0])
    expect(pageBegins([], 20)).toEqual([])
  })

  it('go on past a row that is larger than a page', () => {
    expect(pageBegins(rows(10, 50, 10), 25)).toEqual([0, 1, 2])
  })

  it('keep rows that are beside each other together', () => {
    const beside = [0, 0, 10, 10, 20, 20].map((top) => ({ top, bottom: top + 10 }))
    expect(pageBegins(beside, 20)).toEqual([0, 4])
  })
})
