// Measures h3-js on the positions that come by standard input.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { measure, serve } from './measure.mjs'

const h3 = createRequire(join(process.cwd(), 'package.json'))('h3-js')

function ring([latitude, longitude], metres, vertices) {
  const degrees = metres / 111195
  return Array.from({ length: vertices + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (i % vertices) / vertices
    return [latitude + degrees * Math.sin(angle), longitude + degrees * Math.cos(angle) / Math.cos(latitude * Math.PI / 180)]
  })
}

function cover(shape, containment) {
  const flags = h3.POLYGON_TO_CELLS_FLAGS
  const flag = { Full: flags.containmentFull, Overlapping: flags.containmentOverlapping, OverlappingBounds: flags.containmentOverlappingBbox }[containment]
  return measure(1, () => { if (flag) h3.polygonToCellsExperimental(shape, 10, flag); else h3.polygonToCells(shape, 10) })
}

function outline(shape) {
  const cells = h3.polygonToCells(shape, 10)
  return measure(1, () => { h3.cellsToMultiPolygon(cells) })
}

await serve((positions, what, more) => {
  const number = Number(more)
  const cells = () => positions.map(([latitude, longitude]) => h3.latLngToCell(latitude, longitude, 9))
  switch (what) {
    case 'cell': return measure(positions.length, () => { for (const [latitude, longitude] of positions) h3.latLngToCell(latitude, longitude, number) })
    case 'boundary': { const all = cells(); return measure(all.length, () => { for (const cell of all) h3.cellToBoundary(cell) }) }
    case 'disk': { const all = cells(); return measure(all.length, () => { for (const cell of all) h3.gridDisk(cell, number) }) }
    case 'ring': { const all = cells(); return measure(all.length, () => { for (const cell of all) h3.gridRing(cell, number) }) }
    case 'distance': {
      const pairs = cells().map((cell, n) => [cell, h3.gridRing(cell, number)[n % (6 * number)]])
      return measure(pairs.length, () => { for (const [cell, other] of pairs) h3.gridDistance(cell, other) })
    }
    case 'area': { const all = cells(); return measure(all.length, () => { for (const cell of all) h3.cellArea(cell, 'm2') }) }
    case 'set': {
      const covering = h3.polygonToCells(ring(positions[0], 3000, 1000), 10)
      return measure(1, () => { h3.uncompactCells(h3.compactCells(covering), 10) })
    }
    case 'smooth': return cover(ring(positions[0], 3000, 1000), more)
    case 'fence': return cover(ring(positions[0], 300, 40), more)
    case 'smooth-outline': return outline(ring(positions[0], 3000, 1000))
    case 'fence-outline': return outline(ring(positions[0], 300, 40))
    default: throw new Error(`Nothing is measured as ${what}.`)
  }
})
