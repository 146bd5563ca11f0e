import { describe, expect, it } from 'vitest'
import type { Zone } from '../zones/zone'
import { Declutter } from './declutter'
import { placeZoneNames } from './zoneNames'

const zone = (key: string, x: number, y: number): Zone => ({
  key, name: key, level: 'info', version: 1, occupants: 0, labelAt: [x + 5, y + 5],
  polygons: [[[[x, y], [x + 10, y], [x + 10, y + 10], [x, y + 10], [x, y]]]],
})
const place = (lon: number, lat: number) => ({ x: 10 * lon, y: -10 * lat })

describe('names of zones', () => {
  it('stand above their zone, clear of what is in it, or below when there is no room', () => {
    const room = new Declutter()
    expect(placeZoneNames([zone('a', 0, 0)], new Set(), 12, room, place)).toMatchObject([{ key: 'a', at: [5, 10], above: true }])
    expect(placeZoneNames([zone('b', 0, 0)], new Set(), 12, room, place)).toMatchObject([{ key: 'b', at: [5, 0], above: false }])
    expect(placeZoneNames([zone('c', 0, 0)], new Set(), 12, room, place)).toEqual([])
  })

  it('come first when their zone is in alarm, and are always written', () => {
    const names = placeZoneNames([zone('a', 0, 0), zone('b', 0, 0), zone('c', 0, 0), zone('d', 0, 0)], new Set(['b', 'd', 'c']), 12, new Declutter(), place)
    expect(names.map(({ key, above }) => [key, above])).toEqual([['b', true], ['c', false], ['d', false]])
  })
})
