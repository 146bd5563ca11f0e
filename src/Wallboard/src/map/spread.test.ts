import { describe, expect, it } from 'vitest'
import type { UnitNumber } from '../hub/protocol'
import { Fleet } from '../units/fleet'
import { fanPlaces, onSpotOf } from './spread'

describe('units on one spot', () => {
  it('are those within its width and height, the asked one first, then by number', () => {
    const fleet = fleetAt([[121.4, 31.2], [121.40004, 31.2], [121.4, 31.20004], [121.40009, 31.2], [121.4, 31.20009], [121.40004, 31.20004]], [5, 4, 3, 2, 1, 6])
    expect(onSpotOf(0, fleet, { lon: 0.000055, lat: 0.000055 }).map((slot) => fleet.n[slot])).toEqual([5, 3, 4])
    expect(onSpotOf(3, fleet, { lon: 0.000055, lat: 0.000055 }).map((slot) => fleet.n[slot])).toEqual([2, 4])
  })

  it.each([2, 3, 7, 8, 21, 40])('%i of them spread out so that each has its room, and none stands on the spot', (count) => {
    const places = fanPlaces(count, 76)
    expect(places).toHaveLength(count)
    for (const [i, a] of places.entries()) {
      expect(Math.hypot(a.x, a.y)).toBeGreaterThanOrEqual(76)
      for (const b of places.slice(i + 1)) {
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(76 * 0.95)
      }
    }
  })

  it('the first stands at the top', () => {
    const [first] = fanPlaces(4, 76)
    expect(first!.x).toBeCloseTo(0)
    expect(first!.y).toBeLessThan(0)
  })
})

function fleetAt(places: [number, number][], numbers: number[]): Fleet {
  const fleet = new Fleet()
  fleet.apply({
    seq: 1, time: 0, arrived: null, reset: true, names: [], gone: [], cells: null,
    units: {
      n: numbers as UnitNumber[], lon: places.map(([lon]) => Math.round(lon * 1e7)), lat: places.map(([, lat]) => Math.round(lat * 1e7)),
      heading: places.map(() => null), speed: places.map(() => null), state: places.map(() => 1), time: places.map(() => 0),
    },
  }, 0)
  return fleet
}
