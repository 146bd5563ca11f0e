import type { MapView, StageScreen } from './protocol'

/** Pixels of the whole world at zoom 0. */
const worldPixels = 512

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Bounds {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** Where a screen lies in the picture that spans several. */
export interface Span {
  /** From the picture's middle to the screen's, in sizes of the screen: right and down. */
  readonly right: number
  readonly down: number
  /** The picture's size, in sizes of the screen. */
  readonly wide: number
  readonly high: number
}

/** The part of the picture that a screen has; null: it shows one of its own. */
export function spanOf(screen: StageScreen, screens: readonly StageScreen[]): Span | null {
  const all = screens.filter((each) => each.spans)
  if (!screen.spans || all.length < 2) {
    return null
  }
  const left = Math.min(...all.map((each) => each.column))
  const top = Math.min(...all.map((each) => each.row))
  const right = Math.max(...all.map((each) => each.column + each.columns))
  const bottom = Math.max(...all.map((each) => each.row + each.rows))
  return {
    right: (screen.column + screen.columns / 2 - (left + right) / 2) / screen.columns,
    down: (screen.row + screen.rows / 2 - (top + bottom) / 2) / screen.rows,
    wide: (right - left) / screen.columns,
    high: (bottom - top) / screen.rows,
  }
}

/** Where a screen has to look, so that the whole picture looks at a view. */
export const ownView = (view: MapView, span: Span | null, size: Size): MapView =>
  span === null ? view : moved(view, span.right * size.width, span.down * size.height)

/** What the whole picture looks at when a screen looks at a view. */
export const wholeView = (own: MapView, span: Span | null, size: Size): MapView =>
  span === null ? own : moved(own, -span.right * size.width, -span.down * size.height)

/** The view that shows bounds in the whole picture, with a margin in pixels. */
export function fitted(bounds: Bounds, span: Span, size: Size, margin: number): MapView {
  const [west, north] = [mercatorX(bounds.west), mercatorY(bounds.north)]
  const [east, south] = [mercatorX(bounds.east), mercatorY(bounds.south)]
  const across = (span.wide * size.width - 2 * margin) / ((east - west) * worldPixels)
  const down = (span.high * size.height - 2 * margin) / ((south - north) * worldPixels)
  return { lon: longitude((west + east) / 2), lat: latitude((north + south) / 2), zoom: Math.log2(Math.max(1, Math.min(across, down))) }
}

function moved({ lon, lat, zoom }: MapView, right: number, down: number): MapView {
  const pixels = worldPixels * 2 ** zoom
  return { lon: longitude(mercatorX(lon) + right / pixels), lat: latitude(mercatorY(lat) + down / pixels), zoom }
}

// Web Mercator in parts of the world's width, as EPSG 3857 has it: x to the east, y to the south.
const mercatorX = (lon: number) => (lon + 180) / 360
const mercatorY = (lat: number) => (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2
const longitude = (x: number) => x * 360 - 180
const latitude = (y: number) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI
