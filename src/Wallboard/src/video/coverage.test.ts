import { describe, expect, it } from 'vitest'
import type { Camera } from '../cameras/camera'
import { coveringCameras } from './coverage'
import { columnsFor } from './grid'

const camera = (key: string, lon: number, lat: number, heading: number | null = null, state: Camera['state'] = 'online'): Camera =>
  ({ key, name: key, lon, lat, heading, state, source: null, classes: [], streams: [] })

describe('the cameras around a place', () => {
  const place = { lon: 121.42, lat: 31.22 }
  const metre = 1 / 111_195

  it('are those that look there, then the nearest, and those that are off last', () => {
    const found = coveringCameras([
      camera('far', 121.44, 31.22),
      camera('looks', 121.42, 31.22 - 200 * metre, 20),
      camera('turned-away', 121.42, 31.22 - 50 * metre, 180),
      camera('dome', 121.42, 31.22 + 100 * metre),
      camera('off', 121.42, 31.22, 0, 'offline'),
      camera('too-far', 121.42, 31.22 - 300 * metre, 0),
    ], place, 6)
    expect(found.map((each) => each.camera.key)).toEqual(['looks', 'dome', 'turned-away', 'too-far', 'far', 'off'])
    expect(found[0]!.metres).toBeCloseTo(200, 1)
    expect(found.map((each) => each.looksThere)).toEqual([true, false, false, false, false, true])
  })

  it('are no more than fit', () => {
    expect(coveringCameras([camera('a', 121, 31), camera('b', 122, 31)], place, 1).length).toBe(1)
    expect(coveringCameras([], place, 4)).toEqual([])
  })

  it('look across north', () => {
    expect(coveringCameras([camera('a', 121.42, 31.22 - 100 * metre, 350)], place, 1)[0]!.looksThere).toBe(true)
    expect(coveringCameras([camera('a', 121.42, 31.22 - 100 * metre, 320)], place, 1)[0]!.looksThere).toBe(false)
  })
})

describe('the grid of tiles', () => {
  it('makes pictures as large as the shape of the screen allows', () => {
    expect(columnsFor(9, 1920, 1080)).toBe(3)
    expect(columnsFor(16, 1920, 1080)).toBe(4)
    expect(columnsFor(4, 5760, 1080)).toBe(4)
    expect(columnsFor(9, 5760, 1080)).toBe(5)
    expect(columnsFor(4, 500, 1080)).toBe(1)
    expect(columnsFor(1, 3840, 1080)).toBe(1)
  })
})
