import { describe, expect, it } from 'vitest'
import { formatPlate } from './plate'
import { found, rank } from './search'
import { trailOf } from './track'
import { stateAt, type Unit } from './unit'

const officer = { name: '陈建国', pinyin: 'cjg', plate: null, key: '001132' }
const car = { name: '执法车 3 号', pinyin: 'zfc3h', plate: '沪A12345', key: '沪A12345' }

describe('looking for a unit', () => {
  it.each([['建国'], ['cjg'], ['cj'], ['1132'], ['天山'], ['  ']])('finds an officer by %j', (query) => {
    expect(rank(officer, '天山中队', query)).not.toBeNull()
  })

  it.each([['国建'], ['jg'], ['0011'], ['2']])('does not find the officer by %j', (query) => {
    expect(rank(officer, '天山中队', query)).toBeNull()
  })

  it.each([['2345'], ['沪A·123'], ['沪a12345'], ['3号']])('finds a vehicle by %j', (query) => {
    expect(rank(car, '', query)).not.toBeNull()
  })

  it('puts the one that is called so before those whose name only contains it', () => {
    const named = (name: string) => ({ name, pinyin: '', plate: null, key: '' }) as Unit
    const units = ['北新泾中队1号车', '新泾中队1号车', '新泾中队11号车'].map(named)
    expect(found(units, () => '', '新泾中队1号').map((unit) => unit.name)).toEqual(['新泾中队1号车', '北新泾中队1号车'])
    expect(found(units, () => '', '新泾').map((unit) => unit.name)).toEqual(['新泾中队1号车', '新泾中队11号车', '北新泾中队1号车'])
  })
})

describe('a plate', () => {
  it('has a dot after the place', () => {
    expect(formatPlate('沪A12345')).toBe('沪A·12345')
    expect(formatPlate('沪AD12345')).toBe('沪A·D12345')
    expect(formatPlate('沪A·12345')).toBe('沪A·12345')
  })

  it('that is none is left alone', () => {
    expect(formatPlate('boat 7')).toBe('boat 7')
  })
})

describe('a state', () => {
  it('is no signal once the fix is older than the limit, whatever was said', () => {
    expect(stateAt({ state: 'moving', time: 0 }, 300_000, 300_000)).toBe('moving')
    expect(stateAt({ state: 'moving', time: 0 }, 300_001, 300_000)).toBe('offline')
  })

  it('off duty stays off duty', () => {
    expect(stateAt({ state: 'offDuty', time: 0 }, 9e9, 300_000)).toBe('offDuty')
  })
})

describe('a trail', () => {
  it('leaves a gap a gap', () => {
    const trail = trailOf({ time: [0, 10_000, 400_000, 410_000], lon: [121.4, 121.401, 121.402, 121.403], lat: [31, 31, 31, 31] })
    expect(trail.gaps).toBe(1)
    expect(trail.parts.map((part) => part.path.length)).toEqual([2, 2])
    expect(trail.metres).toBeCloseTo(2 * 95.3, 0)
  })

  it('does not draw a way faster than anything drives', () => {
    const trail = trailOf({ time: [0, 1000], lon: [121.4, 121.5], lat: [31, 31] })
    expect(trail.parts).toEqual([])
    expect(trail.gaps).toBe(1)
  })

  it('of nothing is nothing', () => {
    expect(trailOf({ time: [], lon: [], lat: [] })).toEqual({ parts: [], points: 0, gaps: 0, metres: 0 })
  })
})
