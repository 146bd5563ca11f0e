import { cellToBoundary } from 'h3-js'
import type { HeatColour } from './heat'

/** Cells as the graphics card takes them: all corners in one array, the triangles between them in another. */
export interface CellShapes {
  readonly length: number
  /** Of each cell its first corner, and at the end the number of all corners. */
  readonly startIndices: Uint32Array
  /** Longitude and latitude by turns. */
  readonly corners: Float64Array
  /** Corners of triangles, three by three. */
  readonly triangles: Uint32Array
}

/** Ten, for a pentagon over an edge of the icosahedron; nearly all have six. */
const mostCorners = 10

/** The shapes of cells. Each is convex, so that a fan of triangles fills it, and nothing has to be looked for. */
export function shapesOf(cells: readonly string[]): CellShapes {
  const startIndices = new Uint32Array(cells.length + 1)
  const corners = new Float64Array(cells.length * mostCorners * 2)
  const triangles = new Uint32Array(cells.length * (mostCorners - 2) * 3)
  let [corner, index] = [0, 0]
  for (const [i, cell] of cells.entries()) {
    startIndices[i] = corner
    const ring = cellToBoundary(cell, true) // Closed: the first corner comes again at the end.
    for (let k = 0; k < ring.length - 1; k++) {
      corners[2 * (corner + k)] = ring[k]![0]!
      corners[2 * (corner + k) + 1] = ring[k]![1]!
    }
    for (let k = 1; k < ring.length - 2; k++) {
      triangles[index++] = corner
      triangles[index++] = corner + k
      triangles[index++] = corner + k + 1
    }
    corner += ring.length - 1
  }
  startIndices[cells.length] = corner
  return { length: cells.length, startIndices, corners: corners.slice(0, 2 * corner), triangles: triangles.slice(0, index) }
}

/** A colour a corner. */
export function coloursOf(shapes: CellShapes, colourAt: (index: number) => HeatColour): Uint8Array {
  const colours = new Uint8Array(4 * shapes.startIndices[shapes.length]!)
  for (let i = 0; i < shapes.length; i++) {
    const colour = colourAt(i)
    for (let at = 4 * shapes.startIndices[i]!; at < 4 * shapes.startIndices[i + 1]!; at += 4) {
      colours.set(colour, at)
    }
  }
  return colours
}
