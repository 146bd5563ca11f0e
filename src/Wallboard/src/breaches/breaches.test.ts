import { describe, expect, it } from 'vitest'
import type { Breach, BreachLine } from '../hub/protocol'
import { zh } from '../text/zh'
import { foldBreaches, isOngoing, isOpen, mostLines } from './board'
import { reasons, ruleWord } from './why'

const breach: Breach = {
  id: 'b', zone: 'park', zoneName: '中山公园夜市', rule: 'in', type: 'enter', unit: 'vehicle/沪A12345', unitName: '执法车 1 号', units: null,
  squad: null, level: 'warning', state: 'provisional', startedAt: '2026-11-21T06:32:00.000Z', endedAt: null, supersededBy: null,
  lon: 121.4, lat: 31.2, why: null, handling: null,
}
const line = (key: string, minute: number, more: Partial<Breach> = {}): BreachLine =>
  ({ key, count: 1, breach: { ...breach, startedAt: new Date(Date.UTC(2026, 10, 21, 6, minute)).toISOString(), ...more } })

describe('the lines of the alarm panel', () => {
  it('are newest first, one a key', () => {
    const first = foldBreaches([], { reset: true, lines: [line('a', 1), line('b', 2)], removed: [] })
    const next = foldBreaches(first, { reset: false, lines: [line('a', 3)], removed: [] })
    expect(next.map((each) => each.key)).toEqual(['a', 'b'])
  })

  it('go when they are removed, and all at a reset', () => {
    const lines = [line('a', 1), line('b', 2)]
    expect(foldBreaches(lines, { reset: false, lines: [], removed: ['a'] }).map((each) => each.key)).toEqual(['b'])
    expect(foldBreaches(lines, { reset: true, lines: [], removed: [] })).toEqual([])
  })

  it('are never more than twenty', () => {
    const many = Array.from({ length: 50 }, (_, i) => line(`k${i}`, i))
    expect(foldBreaches([], { reset: true, lines: many, removed: [] })).toHaveLength(mostLines)
  })
})

describe('an alarm', () => {
  it('is open until it is handled or corrected', () => {
    const handled = (state: 'acknowledged' | 'handled' | 'falseAlarm') => line('a', 1, { handling: { state, by: '周敏', at: null, note: null } })
    expect(isOpen(line('a', 1))).toBe(true)
    expect(isOpen(handled('acknowledged'))).toBe(true)
    expect(isOpen(handled('handled'))).toBe(false)
    expect(isOpen(handled('falseAlarm'))).toBe(false)
    expect(isOpen(line('a', 1, { state: 'retracted' }))).toBe(false)
    expect(isOngoing(line('a', 1, { endedAt: '2026-11-21T06:40:00.000Z' }))).toBe(false)
  })

  it('for want of signal is not called an empty post', () => {
    expect(ruleWord({ type: 'absence', why: { silent: [] } }, zh)).toBe('空岗')
    expect(ruleWord({ type: 'absence', why: null }, zh)).toBe('空岗')
    expect(ruleWord({ type: 'absence', why: { silent: ['officer/1'] } }, zh)).toBe('无信号')
  })

  it('says why in words and Beijing time, and leaves out what does not apply', () => {
    const why = { fix: '2026-11-21T06:32:05.000Z', previousFix: null, crossedAt: '2026-11-20T17:00:00.000Z', distance: 12.46, accuracy: 8, zoneVersion: 3 }
    const now = Date.parse('2026-11-21T07:00:00Z')
    expect(reasons({ ...breach, why }, now, zh, (id) => id)).toEqual([
      { what: '定位时间', value: '14:32:05' },
      { what: '越界时刻', value: '01:00:00' },
      { what: '距边界', value: '12 米' },
      { what: '定位精度', value: '±8 米' },
      { what: '电子围栏版本', value: '第 3 版' },
    ])
  })
})
