import { gcj02Of } from '../../geo/gcj02'

/** Pixels of a tile of the web's scheme, whatever its picture has. */
export const tilePixels = 256
/** Parts of a tile in which the offset is taken as even: see warp.test.ts for what that errs. */
const cells = 8
const side = cells + 1

/** Where the corners of a tile's parts lie in the GCJ-02 world: x and y in pixels of that zoom, row by row. */
export type Mesh = Float64Array

const radians = Math.PI / 180

/** Of a place in the pixels of a zoom of the WGS-84 world: where it is in those of the GCJ-02 world. */
export function shifted(z: number, x: number, y: number): [number, number] {
  const world = tilePixels * 2 ** z
  const [lon, lat] = gcj02Of((x / world) * 360 - 180, Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / world))) / radians)
  return [((lon + 180) / 360) * world, ((1 - Math.asinh(Math.tan(lat * radians)) / Math.PI) / 2) * world]
}

export function meshOf(z: number, x: number, y: number): Mesh {
  const mesh = new Float64Array(side * side * 2)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      mesh.set(shifted(z, (x + column / cells) * tilePixels, (y + row / cells) * tilePixels), (row * side + column) * 2)
    }
  }
  return mesh
}

/** A place in a tile, from 0 to 1 from its upper left, by the mesh. */
export function throughMesh(mesh: Mesh, u: number, v: number): [number, number] {
  const column = Math.min(cells - 1, Math.floor(u * cells))
  const row = Math.min(cells - 1, Math.floor(v * cells))
  const [across, down] = [u * cells - column, v * cells - row]
  const at = (index: number, part: number) => mesh[index * 2 + part]!
  const [upper, lower] = [row * side + column, (row + 1) * side + column]
  const between = (part: number) => (at(upper, part) * (1 - across) + at(upper + 1, part) * across) * (1 - down)
    + (at(lower, part) * (1 - across) + at(lower + 1, part) * across) * down
  return [between(0), between(1)]
}

/** The tiles of the GCJ-02 world that a tile is made of. */
export function tilesUnder(mesh: Mesh): { left: number; top: number; right: number; bottom: number } {
  const [xs, ys] = [mesh.filter((_, index) => index % 2 === 0), mesh.filter((_, index) => index % 2 === 1)]
  return {
    left: Math.floor(Math.min(...xs) / tilePixels), top: Math.floor(Math.min(...ys) / tilePixels),
    right: Math.floor((Math.max(...xs) - 1e-6) / tilePixels), bottom: Math.floor((Math.max(...ys) - 1e-6) / tilePixels),
  }
}

/** A picture in memory; the type of the browser's, which tests have not. */
export interface Picture {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** Redraws the picture under a tile as the tile: `from` begins at the tile `left`/`top`, and `size` is what one tile has there. */
export function warp(mesh: Mesh, from: Picture, left: number, top: number, size: number, to: Picture): void {
  const scale = size / tilePixels
  const part = to.width / cells
  for (let j = 0; j < to.height; j++) {
    const v = (j + 0.5) / to.height
    for (let column = 0; column < cells; column++) {
      const [startX, startY] = throughMesh(mesh, column / cells, v)
      const [endX, endY] = throughMesh(mesh, (column + 1 - 1e-9) / cells, v)
      for (let i = 0; i < part; i++) {
        const across = (i + 0.5) / part
        blend(
          from, (startX + (endX - startX) * across - left * tilePixels) * scale - 0.5, (startY + (endY - startY) * across - top * tilePixels) * scale - 0.5,
          to.data, (j * to.width + column * part + i) * 4,
        )
      }
    }
  }
}

/** The colour between four pixels. */
function blend(from: Picture, x: number, y: number, to: Uint8ClampedArray, at: number): void {
  const left = Math.max(0, Math.min(from.width - 2, Math.floor(x)))
  const top = Math.max(0, Math.min(from.height - 2, Math.floor(y)))
  const across = Math.max(0, Math.min(1, x - left))
  const down = Math.max(0, Math.min(1, y - top))
  const upper = (top * from.width + left) * 4
  const lower = upper + from.width * 4
  const { data } = from
  for (let channel = 0; channel < 4; channel++) {
    to[at + channel] = (data[upper + channel]! * (1 - across) + data[upper + 4 + channel]! * across) * (1 - down)
      + (data[lower + channel]! * (1 - across) + data[lower + 4 + channel]! * across) * down
  }
}
