// Measures h3-js on what comes by standard input: a line of positions, then a line for each question; answers with nanoseconds an operation.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const h3 = createRequire(join(process.cwd(), 'package.json'))('h3-js')
const rounds = 9
const roundMs = 200
let positions = null

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]

function measure(operations, run) {
  const warm = performance.now()
  while (performance.now() - warm < 400) run()
  const times = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    let runs = 0
    do {
      run()
      runs++
    } while (performance.now() - began < roundMs)
    times.push((performance.now() - began) * 1e6 / (runs * operations))
  }
  return median(times)
}

function ring(metres, vertices) {
  const [latitude, longitude] = positions[0]
  const degrees = metres / 111195
  return Array.from({ length: vertices + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (i % vertices) / vertices
    return [latitude + degrees * Math.sin(angle), longitude + degrees * Math.cos(angle) / Math.cos(latitude * Math.PI / 180)]
  })
}

function answer(what, number) {
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
      const covering = h3.polygonToCells(ring(3000, 1000), 10)
      return measure(1, () => { h3.uncompactCells(h3.compactCells(covering), 10) })
    }
    case 'smooth': { const shape = ring(3000, 1000); return measure(1, () => { h3.polygonToCells(shape, 10) }) }
    case 'fence': { const shape = ring(300, 40); return measure(1, () => { h3.polygonToCells(shape, 10) }) }
    default: throw new Error(`Nothing is measured as ${what}.`)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const parts = line.split(' ')
  if (positions === null) {
    positions = Array.from({ length: parts.length / 2 }, (_, i) => [Number(parts[2 * i]), Number(parts[2 * i + 1])])
  } else {
    console.log(answer(parts[0], Number(parts[1])))
  }
}
