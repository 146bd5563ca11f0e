// What the scripts that measure a package in Node.js have in common.
import { createInterface } from 'node:readline'

const rounds = 9
const roundMs = 200

/** The median of the rounds, in nanoseconds an operation. */
export function measure(operations, run) {
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
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
}

/** By standard input comes a line of positions, then a line for each question, which is answered with nanoseconds an operation. */
export async function serve(answer) {
  let positions = null
  for await (const line of createInterface({ input: process.stdin })) {
    const parts = line.split(' ')
    if (positions === null) {
      positions = Array.from({ length: parts.length / 2 }, (_, i) => [Number(parts[2 * i]), Number(parts[2 * i + 1])])
    } else {
      console.log(answer(positions, parts[0], parts[1]))
    }
  }
}
