import { describe, expect, it } from 'vitest'
import { unitStates, type UnitNumber } from '../hub/protocol'
import { Fleet } from '../units/fleet'
import { ages, iconNumbers, type Atlas } from './glyphs'
import { ageOf, UnitColumns } from './unitColumns'

describe('what a glyph says of a position', () => {
  it('[MAP-1] is its age: live up to 20 s, late up to a minute, old from there on', () => {
    expect([0, 20_000, 20_001, 60_000, 60_001, 3_600_000].map((ms) => ages[ageOf(ms)])).toEqual(['live', 'live', 'late', 'late', 'old', 'old'])
  })

  it('[MAP-1] is its state, until its age says that there is no signal; off duty has no age', () => {
    const written: [state: number, age: number][] = []
    const atlas = { write(_: Float32Array, slot: number, __: number, state: number, age: number) { written[slot] = [state, age] } } as unknown as Atlas
    const [moving, offline, offDuty] = (['moving', 'offline', 'offDuty'] as const).map((state) => unitStates.indexOf(state)) as [number, number, number]
    const columns = new UnitColumns(atlas)
    columns.fill(fleetOf([[moving, 0], [moving, 30_000], [moving, 90_000], [moving, 301_000], [offDuty, 301_000]]), 1_000_000, 300_000)
    expect(written).toEqual([[moving, 0], [moving, 1], [moving, 2], [offline, 0], [offDuty, 0]])
  })

  it('has room for every unit of a large fleet', () => {
    const columns = new UnitColumns({ write(into: Float32Array, slot: number) { into[slot * iconNumbers] = 1 } } as unknown as Atlas)
    columns.fill(fleetOf(Array.from({ length: 10_000 }, () => [1, 0])), 1_000_000, 300_000)
    expect(columns.icons[9_999 * iconNumbers]).toBe(1)
  })
})

/** Units by state and age in milliseconds, at 1,000,000. */
function fleetOf(units: [number, number][]): Fleet {
  const fleet = new Fleet()
  fleet.apply({
    seq: 1, time: 0, arrived: null, reset: true, names: [], gone: [], cells: null,
    units: {
      n: units.map((_, i) => i) as UnitNumber[], lon: units.map(() => 0), lat: units.map(() => 0), heading: units.map(() => null), speed: units.map(() => null),
      state: units.map(([state]) => state), time: units.map(([, age]) => 1_000_000 - age),
    },
  }, 0)
  return fleet
}
