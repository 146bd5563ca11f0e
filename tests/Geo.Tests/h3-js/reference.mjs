// Prints what h3-js answers for random input, for the tests to compare: node reference.mjs <kind> <seed> <count>.
// "cells" is binary, 24 bytes each: latitude, longitude (float64), cell (uint64), all little-endian. The others are a JSON array a line.
import * as h3 from 'h3-js'
import { seeded } from './random.mjs'

const [kind, seed, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const radians = Math.PI / 180
const pentagons = h3.getPentagons(0).map((cell) => toVector(h3.cellToLatLng(cell)))
const edges = pairsOfNeighbours(pentagons)
const faces = edges.flatMap(([a, b]) =>
  pentagons.filter((c) => areNeighbours(a, c) && areNeighbours(b, c)).map((c) => add(add(a, b), c)))

const random = seeded(seed)

function between(from, to) { return from + (to - from) * random() }
function whole(below) { return Math.floor(random() * below) }
function pick(list) { return list[whole(list.length)] }
function toVector([lat, lng]) {
  const c = Math.cos(lat * radians)
  return [c * Math.cos(lng * radians), c * Math.sin(lng * radians), Math.sin(lat * radians)]
}
function toPosition([x, y, z]) { return [Math.atan2(z, Math.hypot(x, y)) / radians, Math.atan2(y, x) / radians] }
function add(a, b) { return a.map((v, n) => v + b[n]) }
function scaled(a, by) { return a.map((v) => v * by) }
function areNeighbours(a, b) { return a !== b && a[0] * b[0] + a[1] * b[1] + a[2] * b[2] > 0.4 }
function pairsOfNeighbours(corners) {
  return corners.flatMap((a, n) => corners.slice(n + 1).filter((b) => areNeighbours(a, b)).map((b) => [a, b]))
}

/** A position off a vector, by an angle (in degrees) whose order of magnitude is uniform: down to 10^-7. */
function near(vector) {
  const by = Math.min(between(0, 2), 1) * 10 ** between(-7, 1) * radians
  const size = Math.hypot(...vector)
  return toPosition(add(vector, [0, 1, 2].map(() => between(-by, by) * size)))
}

const places = [
  () => toPosition([0, 1, 2].map(() => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))),
  () => [between(31.1, 31.35), between(121.3, 121.6)],
  () => near([0, 0, pick([1, -1])]),
  () => [between(-90, 90), pick([1, -1]) * (180 - pick([0, 1]) * 10 ** between(-10, 0))],
  () => near(pick(pentagons)),
  () => near(alongEdge(random())),
  () => near(pick(faces)),
  nearOutline,
]

function alongEdge(part) {
  const [a, b] = pick(edges)
  return add(scaled(a, part), scaled(b, 1 - part))
}

/**
 * A hundred-thousandth to a tenth of the way to the centre, or as far out, from a side, and more often near its ends: close, but
 * rounding does not decide. (On the line through centre and vertex it would: outside, that is the side of two other cells.)
 */
function nearOutline(resolution) {
  const cell = h3.latLngToCell(...pick(places.slice(0, 7))(), resolution)
  const outline = h3.cellToBoundary(cell).map(toVector)
  const n = whole(outline.length)
  const [a, b] = [outline[n], outline[(n + 1) % outline.length]]
  const part = 10 ** between(-4, 0)
  const at = add(scaled(a, 1 - part), scaled(b, part))
  const inwards = add(toVector(h3.cellToLatLng(cell)), scaled(at, -1))
  return toPosition(add(at, scaled(inwards, pick([1, -1]) * 10 ** between(-5, -1))))
}

function randomCell(resolution) {
  return random() < 0.1 ? pick(h3.getPentagons(resolution)) : h3.latLngToCell(...pick(places)(resolution), resolution)
}

function print(line) { process.stdout.write(JSON.stringify(line) + '\n') }

const kinds = {
  cells() {
    const chunk = 1 << 14
    for (let done = 0; done < count; done += chunk) {
      const size = Math.min(chunk, count - done)
      const out = Buffer.alloc(24 * size)
      for (let n = 0; n < size; n++) {
        const resolution = ((done + n) >> 3) % 16
        const [lat, lng] = places[n & 7](resolution)
        const cell = h3.latLngToCell(lat, lng, resolution)
        out.writeDoubleLE(lat, 24 * n)
        out.writeDoubleLE(lng, 24 * n + 8)
        out.writeUInt32LE(parseInt(cell.slice(-8), 16), 24 * n + 16)
        out.writeUInt32LE(parseInt(cell.slice(0, -8), 16), 24 * n + 20)
      }
      process.stdout.write(out)
    }
  },

  /** cell, centre, vertices */
  shapes() {
    for (let n = 0; n < count; n++) {
      const cell = randomCell(n % 16)
      print([cell, h3.cellToLatLng(cell), h3.cellToBoundary(cell)])
    }
  },

  /** cell, parents from resolution 0, central children to resolution 15, children one and two resolutions down */
  families() {
    for (let n = 0; n < count; n++) {
      const resolution = n % 16
      const cell = randomCell(resolution)
      const levels = [...Array(16).keys()]
      print([
        cell,
        levels.filter((r) => r <= resolution).map((r) => h3.cellToParent(cell, r)),
        levels.filter((r) => r >= resolution).map((r) => h3.cellToCenterChild(cell, r)),
        [1, 2].map((down) => (resolution + down > 15 ? [] : h3.cellToChildren(cell, resolution + down).sort())),
      ])
    }
  },

  /** cell, disks of radius 1 to 5; the first are all pentagons and what is around them */
  disks() {
    const around = []
    for (let r = 0; r < 16; r++) {
      for (const pentagon of h3.getPentagons(r)) around.push(...h3.gridDisk(pentagon, r < 3 ? 1 : 2))
    }
    for (let n = 0; n < count; n++) {
      const cell = n < around.length ? around[n] : randomCell(n % 16)
      print([cell, [1, 2, 3, 4, 5].map((k) => h3.gridDisk(cell, k).sort())])
    }
  },

  /** cells of a resolution about a place, the fewest that cover the same: until there have been so many cells */
  sets() {
    for (let n = 0, given = 0; given < count; n++) {
      const resolution = n % 16
      const part = random() < 0.3 ? 1 : between(0.7, 1)
      const near = h3.gridDisk(randomCell(Math.max(0, resolution - 1 - whole(3))), whole(2)).flatMap((cell) => h3.cellToChildren(cell, resolution))
      const cells = near.filter(() => random() < part)
      print([cells, h3.compactCells(cells).sort()])
      given += cells.length
    }
  },

  /** cell, its area in square metres, the lengths of its sides in metres, in the order of the vertices that they begin at */
  measures() {
    for (let n = 0; n < count; n++) {
      const cell = randomCell(n % 16)
      const vertices = h3.cellToBoundary(cell).map(String)
      const sides = h3.originToDirectedEdges(cell).map((side) => [
        vertices.indexOf(String(h3.directedEdgeToBoundary(side)[0])),
        h3.edgeLength(side, 'm'),
      ])
      print([cell, h3.cellArea(cell, 'm2'), sides.sort((a, b) => a[0] - b[0]).map((side) => side[1])])
    }
  },

  /** cell, k, ring, and for some the disk of k less that of k - 1; the first are all pentagons and what is around them */
  rings() {
    const around = []
    for (let r = 0; r < 16; r++) {
      for (const pentagon of h3.getPentagons(r)) around.push(...h3.gridDisk(pentagon, 1))
    }
    for (let n = 0; n < count; n++) {
      const cell = n < around.length ? around[n] : randomCell(n % 16)
      const k = n < 122 ? n % 12 : whole(9)
      print([cell, k, h3.gridRing(cell, k), n < around.length || random() < 0.1 ? difference(cell, k) : null])
    }
  },

  /** two cells, steps between them or null; most are near to each other, down to none and up to some thousand steps */
  distances() {
    for (let n = 0; n < count; n++) {
      const resolution = n % 16
      const cell = randomCell(resolution)
      const degrees = 10 ** between(0, 4) / Math.sqrt(7) ** resolution
      const other = random() < 0.2
        ? randomCell(resolution)
        : h3.latLngToCell(...within(toVector(h3.cellToLatLng(cell)), Math.min(90, degrees)), resolution)
      print([cell, other, steps(cell, other)])
    }
  },

  /** resolution, rings of [latitude, longitude], cells by a search from the coarsest down, cells by a flood from the outline */
  polygons() {
    for (let n = 0; n < count; n++) {
      const [lat, lng] = pick([places[0], places[1], places[3], places[4], places[5]])()
      const resolution = n % 10
      const size = Math.min(60, (between(0.5, 15) * 60) / Math.sqrt(7) ** resolution)
      const rings = [ring(lat, lng, size, 3 + whole(30))]
      if (random() < 0.4) rings.push(ring(lat, lng, size * 0.3, 3 + whole(10)))
      if (rings.flat().some(([a, b]) => Math.abs(a) > 85)) { n--; continue }
      print([
        resolution,
        rings,
        h3.polygonToCellsExperimental(rings, resolution, h3.POLYGON_TO_CELLS_FLAGS.containmentCenter).sort(),
        h3.polygonToCells(rings, resolution),
      ])
    }
  },

  /** resolution, rings of [latitude, longitude], the cell of the first vertex, cells by containment: full, center, overlapping, overlapping bounds */
  containments() {
    const flags = h3.POLYGON_TO_CELLS_FLAGS
    const all = [flags.containmentFull, flags.containmentCenter, flags.containmentOverlapping, flags.containmentOverlappingBbox]
    for (let n = 0; n < count; n++) {
      const [lat, lng, resolution, size] = somewhere(n, 5)
      const rings = [ring(lat, lng, size, 4 + whole(30))]
      const scale = between(0.1, 0.9)
      if (random() < 0.4) rings.push(rings[0].map(([a, b]) => [lat + scale * (a - lat), wrapped(lng + scale * wrapped(b - lng))]))
      print([
        resolution,
        rings,
        h3.latLngToCell(...rings[0][0], resolution),
        all.map((flag) => h3.polygonToCellsExperimental(rings, resolution, flag).sort()),
      ])
    }
  },

  /** cells, most of a disk or two, and their polygons, of rings that are not closed */
  outlines() {
    for (let n = 0; n < count; n++) {
      const [resolution, share, disk] = [n % 16, between(0.3, 1), new Set()]
      for (let left = 1 + whole(2); left > 0; left--) {
        h3.gridDisk(randomCell(resolution), resolution === 0 ? 1 : 1 + whole(6)).forEach((cell) => disk.add(cell))
      }
      const cells = [...disk].filter(() => random() < share)
      print([cells, h3.cellsToMultiPolygon(cells)])
    }
  },
}

/** A position off a vector, by so many degrees at most in each direction of space. */
function within(vector, degrees) {
  return toPosition(add(vector, [0, 1, 2].map(() => between(-degrees, degrees) * radians)))
}

function difference(cell, k) {
  const inside = new Set(k === 0 ? [] : h3.gridDisk(cell, k - 1))
  return h3.gridDisk(cell, k).filter((each) => !inside.has(each))
}

/** h3-js gives up beyond the next base cell and behind pentagons. */
function steps(cell, other) {
  try {
    return h3.gridDistance(cell, other)
  } catch {
    return null
  }
}

/** A place, a resolution, and degrees to either side for a polygon of up to so many cells to either side: no pole is in it. */
function somewhere(n, most) {
  const resolution = n % 10
  for (;;) {
    const [lat, lng] = pick([places[0], places[1], places[3], places[4], places[5]])()
    const size = Math.min(60, (between(0.5, most) * 60) / Math.sqrt(7) ** resolution)
    if (Math.abs(lat) + size <= 85) return [lat, lng, resolution, size]
  }
}

function wrapped(lng) { return lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng }

/** A star about a position: no side crosses another, in any direction, now and then very thin. */
function ring(lat, lng, size, vertices) {
  const flat = random() < 0.2 ? 0.02 : 1
  const start = between(0, 2 * Math.PI)
  const points = [...Array(vertices).keys()].map((n) => {
    const angle = start + (2 * Math.PI * (n + between(0, 0.8))) / vertices
    const reach = between(0.3, 1) * size
    const east = lng + reach * Math.cos(angle)
    return [lat + flat * reach * Math.sin(angle), wrapped(east)]
  })
  return random() < 0.5 ? points : points.reverse()
}

kinds[kind]()
