// Prints the heat of fixes as h3-js and the rules HEAT-1 to HEAT-3 have it.
// In: one fix a line, `unit milliseconds latitude longitude`, ordered by unit and time, one of each unit and time.
// Out: one line of JSON for each hour and cell: [hour, cell of resolution 11, its parent of resolution 9, fixes, presence in ms].

import { createInterface } from 'node:readline'
import * as h3 from 'h3-js'

const hourMs = 3_600_000
const longestMs = 120_000
const cells = new Map()

function add(hour, cell, fixes, ms) {
  const key = hour + ' ' + cell
  const sum = cells.get(key) ?? [hour, cell, h3.cellToParent(cell, 9), 0, 0]
  sum[3] += fixes
  sum[4] += ms
  cells.set(key, sum)
}

let before = null
for await (const line of createInterface({ input: process.stdin })) {
  const [unit, time, lat, lng] = line.split(' ')
  const fix = { unit, time: Number(time), cell: h3.latLngToCell(Number(lat), Number(lng), 11) }
  add(Math.floor(fix.time / hourMs), fix.cell, 1, 0)
  if (before?.unit === fix.unit) {
    const end = Math.min(fix.time, before.time + longestMs)
    for (let from = before.time; from < end;) {
      const hour = Math.floor(from / hourMs)
      const to = Math.min(end, (hour + 1) * hourMs)
      add(hour, before.cell, 0, to - from)
      from = to
    }
  }
  before = fix
}

process.stdout.write([...cells.values()].map((sum) => JSON.stringify(sum) + '\n').join(''))
