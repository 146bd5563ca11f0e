import { describe, expect, it } from 'vitest'
import type { Frame, UnitName, UnitNumber } from '../hub/protocol'
import { Fleet } from './fleet'

const one = 1 as UnitNumber
const two = 2 as UnitNumber
const three = 3 as UnitNumber

const nameOf = (n: UnitNumber): UnitName =>
  ({ n, id: `officer/${n}`, kind: 'officer', key: String(n), name: `队员${n}`, squad: null, plate: null, pinyin: `dy${n}` })

/** Rows of n, longitude, latitude, time. */
function frame(rows: [UnitNumber, number, number, number][], more: Partial<Frame> = {}): Frame {
  return {
    seq: 1, time: 0, arrived: null, reset: false, names: rows.map(([n]) => nameOf(n)), gone: [], cells: null,
    units: {
      n: rows.map(([n]) => n), lon: rows.map(([, lon]) => Math.round(lon * 1e7)), lat: rows.map(([, , lat]) => Math.round(lat * 1e7)),
      heading: rows.map(() => null), speed: rows.map(() => 1), state: rows.map(() => 1), time: rows.map(([, , , time]) => time),
    },
    ...more,
  }
}

function drawnLon(fleet: Fleet, n: UnitNumber, now: number): number {
  fleet.glide(now)
  return fleet.drawn[3 * fleet.slotOf(n)!]!
}

describe('the fleet in view', () => {
  it('draws a new unit where it is', () => {
    const fleet = new Fleet()
    fleet.apply(frame([[one, 121.4, 31.2, 1000]]), 0)
    expect(drawnLon(fleet, one, 0)).toBe(121.4)
    expect(fleet.isGliding(0)).toBe(false)
  })

  it('glides to the next fix over the interval between them, and never beyond it', () => {
    const fleet = new Fleet()
    fleet.apply(frame([[one, 121.4, 31.2, 1000]]), 0)
    fleet.apply(frame([[one, 121.402, 31.2, 6000]]), 100)
    expect(drawnLon(fleet, one, 100)).toBeCloseTo(121.4, 9)
    expect(drawnLon(fleet, one, 2600)).toBeCloseTo(121.401, 9)
    expect(drawnLon(fleet, one, 5100)).toBe(121.402)
    expect(drawnLon(fleet, one, 60_000)).toBe(121.402)
    expect(fleet.isGliding(5100)).toBe(false)
  })

  it('goes on from where it is drawn when a fix comes early', () => {
    const fleet = new Fleet()
    fleet.apply(frame([[one, 121.4, 31.2, 0]]), 0)
    fleet.apply(frame([[one, 121.402, 31.2, 4000]]), 0)
    fleet.glide(2000)
    fleet.apply(frame([[one, 121.404, 31.2, 6000]]), 2000)
    expect(drawnLon(fleet, one, 2000)).toBeCloseTo(121.401, 9)
    expect(drawnLon(fleet, one, 3000)).toBeCloseTo(121.4025, 9)
  })

  it('jumps when the next fix is more than 500 m away', () => {
    const fleet = new Fleet()
    fleet.apply(frame([[one, 121.4, 31.2, 0]]), 0)
    fleet.apply(frame([[one, 121.41, 31.2, 5000]]), 0)
    expect(drawnLon(fleet, one, 1)).toBe(121.41)
  })

  it('keeps columns dense when units go, and forgets none of the others', () => {
    const fleet = new Fleet()
    fleet.apply(frame([[one, 121.1, 31.2, 0], [two, 121.2, 31.2, 0], [three, 121.3, 31.2, 0]]), 0)
    fleet.apply(frame([], { gone: [one] }), 0)
    expect(fleet.size).toBe(2)
    expect(fleet.slotOf(one)).toBeUndefined()
    expect(drawnLon(fleet, two, 0)).toBe(121.2)
    expect(drawnLon(fleet, three, 0)).toBe(121.3)
    fleet.apply(frame([], { gone: [three, two, one] }), 0)
    expect(fleet.size).toBe(0)
  })

  it('takes a reset for the whole picture, without interrupting those that stay', () => {
    const fleet = new Fleet()
    fleet.apply(frame([[one, 121.4, 31.2, 0], [two, 121.2, 31.2, 0]]), 0)
    fleet.apply(frame([[one, 121.402, 31.2, 4000]]), 0)
    fleet.glide(2000)
    fleet.apply(frame([[one, 121.402, 31.2, 4000]], { reset: true, names: [] }), 2000)
    expect(fleet.size).toBe(1)
    expect(drawnLon(fleet, one, 2000)).toBeCloseTo(121.401, 9)
    expect(fleet.nameOf(one)?.name).toBe('队员1')
  })

  it('holds more units than it was made for', () => {
    const fleet = new Fleet()
    const rows = Array.from({ length: 5000 }, (_, i): [UnitNumber, number, number, number] => [i as UnitNumber, 121 + i * 1e-5, 31, 0])
    fleet.apply(frame(rows), 0)
    expect(fleet.size).toBe(5000)
    expect(drawnLon(fleet, 4999 as UnitNumber, 0)).toBeCloseTo(121.04999, 6)
  })
})
