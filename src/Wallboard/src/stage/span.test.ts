import { describe, expect, it } from 'vitest'
import type { StageScreen } from './protocol'
import { fitted, ownView, spanOf, wholeView } from './span'

const screen = (key: string, column: number, row: number, columns = 1, rows = 1, spans = true): StageScreen =>
  ({ key, name: key, role: 'map', shows: 'map', link: 'follow', column, row, columns, rows, spans, pushed: null, pitch: null })

/** Where a place lies on a screen that looks at a view, in pixels from its upper left corner. */
function project(view: { lon: number; lat: number; zoom: number }, lon: number, lat: number, width: number, height: number): [number, number] {
  const pixels = 512 * 2 ** view.zoom
  const x = (each: number) => ((each + 180) / 360) * pixels
  const y = (each: number) => ((1 - Math.log(Math.tan(Math.PI / 4 + (each * Math.PI) / 360)) / Math.PI) / 2) * pixels
  return [x(lon) - x(view.lon) + width / 2, y(lat) - y(view.lat) + height / 2]
}

describe('a picture that spans screens', () => {
  it('has each place where the neighbours have it, to the pixel, whatever the screens’ sizes', () => {
    const screens = [screen('a', 0, 0, 1, 2), screen('b', 1, 0, 2, 2), screen('c', 3, 0, 1, 1), screen('d', 3, 1, 1, 1), screen('list', 4, 0, 1, 1, false)]
    const view = { lon: 121.39, lat: 31.21, zoom: 14.37 }
    for (const each of screens.slice(0, 4)) {
      const size = { width: 640 * each.columns, height: 540 * each.rows }
      const own = ownView(view, spanOf(each, screens), size)
      const [x, y] = project(own, 121.4012, 31.2155, size.width, size.height)
      const [wantedX, wantedY] = project(view, 121.4012, 31.2155, 4 * 640, 2 * 540)
      expect(x + 640 * each.column).toBeCloseTo(wantedX, 3)
      expect(y + 540 * each.row).toBeCloseTo(wantedY, 3)
      const back = wholeView(own, spanOf(each, screens), size)
      expect(back.lon).toBeCloseTo(view.lon, 9)
      expect(back.lat).toBeCloseTo(view.lat, 9)
    }
  })

  it('fits the district to all its screens together', () => {
    const screens = [screen('a', 0, 0), screen('b', 1, 0)]
    const bounds = { west: 121.336, south: 31.183, east: 121.444, north: 31.236 }
    const view = fitted(bounds, spanOf(screens[0]!, screens)!, { width: 960, height: 1080 }, 10)
    const [west, north] = project(view, bounds.west, bounds.north, 1920, 1080)
    const [east, south] = project(view, bounds.east, bounds.south, 1920, 1080)
    expect(Math.min(west, north)).toBeCloseTo(10, 6)
    expect(west).toBeGreaterThanOrEqual(9.999)
    expect(1920 - east).toBeCloseTo(west, 6)
    expect(1080 - south).toBeCloseTo(north, 6)
  })

  it('is none on one screen alone, and on one that does not span', () => {
    expect(spanOf(screen('a', 0, 0), [screen('a', 0, 0), screen('b', 1, 0, 1, 1, false)])).toBeNull()
    expect(spanOf(screen('b', 1, 0, 1, 1, false), [screen('a', 0, 0), screen('b', 1, 0, 1, 1, false), screen('c', 2, 0)])).toBeNull()
  })
})
