import { describe, expect, it } from 'vitest'
import { meshOf, shifted, throughMesh, tilePixels, tilesUnder, warp, type Picture } from './warp'

/** The same numbers in every run. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const radians = Math.PI / 180
const tileAt = (z: number, lon: number, lat: number): [number, number] => [
  Math.floor(((lon + 180) / 360) * 2 ** z), Math.floor(((1 - Math.asinh(Math.tan(lat * radians)) / Math.PI) / 2) * 2 ** z),
]

describe('A tile of a GCJ-02 map is redrawn', () => {
  it('with less than half a pixel of error, all over China and at every zoom', () => {
    const random = dice(808)
    let [worst, constant] = [0, 0]
    for (let i = 0; i < 4000; i++) {
      const z = 5 + Math.floor(random() * 14)
      const [x, y] = tileAt(z, 74 + random() * 61, 3 + random() * 50)
      const mesh = meshOf(z, x, y)
      const corner = shifted(z, (x + 0.5) * tilePixels, (y + 0.5) * tilePixels)
      for (let j = 0; j < 8; j++) {
        const [u, v] = [random(), random()]
        const exact = shifted(z, (x + u) * tilePixels, (y + v) * tilePixels)
        const [meshX, meshY] = throughMesh(mesh, u, v)
        worst = Math.max(worst, Math.hypot(meshX - exact[0], meshY - exact[1]))
        constant = Math.max(constant, Math.hypot(corner[0] + (u - 0.5) * tilePixels - exact[0], corner[1] + (v - 0.5) * tilePixels - exact[1]))
      }
    }
    console.info(`The mesh errs by ${worst.toFixed(4)} pixels at most; one shift a tile by ${constant.toFixed(2)}.`)
    expect(worst).toBeLessThan(0.5)
    expect(constant).toBeGreaterThan(worst * 4) // Otherwise it would not be worth it.
  })

  it('from the tiles that lie under it, the offset being several tiles wide when the map is close', () => {
    const [x, y] = tileAt(18, 121.4, 31.2)
    const { left, top, right, bottom } = tilesUnder(meshOf(18, x, y))
    expect(left).toBeGreaterThan(x + 1)
    expect([right - left, bottom - top]).toEqual([1, 1])
    expect(Math.abs(top - y)).toBeGreaterThan(0)
  })

  it('so that a mark comes where the place is', () => {
    const z = 16
    const [x, y] = tileAt(z, 121.4, 31.2)
    const mesh = meshOf(z, x, y)
    const { left, top, right, bottom } = tilesUnder(mesh)
    const under = blank((right - left + 1) * tilePixels, (bottom - top + 1) * tilePixels)
    const [u, v] = [0.371, 0.642]
    const [markX, markY] = shifted(z, (x + u) * tilePixels, (y + v) * tilePixels)
    paint(under, markX - left * tilePixels, markY - top * tilePixels, 6)
    const to = blank(tilePixels, tilePixels)

    warp(mesh, under, left, top, tilePixels, to)

    const [centreX, centreY] = centreOf(to)
    expect(Math.hypot(centreX - u * tilePixels, centreY - v * tilePixels)).toBeLessThan(0.5)
  })
})

function blank(width: number, height: number): Picture {
  return { data: new Uint8ClampedArray(width * height * 4), width, height }
}

/** A soft disc, so that its centre is known to parts of a pixel. */
function paint({ data, width, height }: Picture, x: number, y: number, radius: number): void {
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      data[(j * width + i) * 4] = 255 * Math.max(0, Math.min(1, radius - Math.hypot(i + 0.5 - x, j + 0.5 - y)))
    }
  }
}

function centreOf({ data, width, height }: Picture): [number, number] {
  let [sum, sumX, sumY] = [0, 0, 0]
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const weight = data[(j * width + i) * 4]!
      sum += weight
      sumX += weight * (i + 0.5)
      sumY += weight * (j + 0.5)
    }
  }
  return [sumX / sum, sumY / sum]
}
