import { describe, expect, it } from 'vitest'
import type { UnitKind, UnitState } from '../hub/protocol'
import { UnitOrder } from './order'
import type { Unit } from './unit'

describe('the order of the list', () => {
  it('has those at work first, then officers before vehicles, then names as people read them', () => {
    const units = [unit('b', 'officer', 'offDuty', '张一'), unit('c', 'vehicle', 'moving', '车 1'), unit('d', 'officer', 'moving', '队员 10'), unit('e', 'officer', 'moving', '队员 9'), unit('f', 'drone', 'stopped', '机 1')]
    expect(new UnitOrder().sort(units).map((each) => each.id)).toEqual(['e', 'd', 'c', 'f', 'b'])
  })

  it('takes changed states and units that come and go', () => {
    const order = new UnitOrder()
    const [a, b] = [unit('a', 'officer', 'moving', '甲'), unit('b', 'officer', 'moving', '乙')]
    expect(order.sort([a, b]).map((each) => each.id)).toEqual(['a', 'b'])
    expect(order.sort([{ ...a, state: 'offline' }, b]).map((each) => each.id)).toEqual(['b', 'a'])
    expect(order.sort([b, unit('c', 'officer', 'moving', '丙')]).map((each) => each.id)).toEqual(['c', 'b'])
  })
})

function unit(id: string, kind: UnitKind, state: UnitState, name: string): Unit {
  return { id, n: null, kind, key: id, name, squad: null, plate: null, pinyin: '', state, time: null, lon: null, lat: null, heading: null, speed: null }
}
