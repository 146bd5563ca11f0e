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

await serve((positions, what, number) => {
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
    case 'smooth': { const shape = ring(positions[0], 3000, 1000); return measure(1, () => { h3.polygonToCells(shape, 10) }) }
    case 'fence': { const shape = ring(positions[0], 300, 40); return measure(1, () => { h3.polygonToCells(shape, 10) }) }
    default: throw new Error(`Nothing is measured as ${what}.`)
  }
})
