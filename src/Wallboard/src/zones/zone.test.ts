import { describe, expect, it } from 'vitest'
import { circleRing, distanceMetres, windOf } from '../geo/degrees'
import { zoneOf } from './zone'

describe('a zone', () => {
  it('that is a circle becomes a ring of its radius', () => {
    const zone = zoneOf({ type: 'Feature', geometry: { type: 'Point', coordinates: [121.4, 31.2] }, properties: { key: 'k', name: '圆', radius: 300 } })
    const ring = zone.polygons[0]![0]!
    expect(ring[0]).toEqual(ring.at(-1))
    for (const [lon, lat] of ring) {
      expect(distanceMetres(121.4, 31.2, lon, lat)).toBeCloseTo(300, 0)
    }
    expect(zone.labelAt[0]).toBeCloseTo(121.4, 5)
  })

  it('has its name in its middle', () => {
    const square: [number, number][] = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
    const zone = zoneOf({ type: 'Feature', geometry: { type: 'Polygon', coordinates: [square] }, properties: { key: 'k', name: '方', level: 'warning' } })
    expect(zone.labelAt).toEqual([1, 1])
    expect(zone.level).toBe('warning')
  })
})

describe('directions', () => {
  it('are one of eight winds', () => {
    expect([0, 22, 23, 90, 337, 338, 360, -45].map(windOf)).toEqual([0, 0, 1, 2, 7, 0, 0, 7])
    expect(circleRing(121.4, 31.2, 100, 8)).toHaveLength(9)
  })
})
