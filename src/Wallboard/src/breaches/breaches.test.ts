import { describe, expect, it, vi } from 'vitest'
import type { Breach, BreachLine } from '../hub/protocol'
import { zh } from '../text/zh'
import { act, noting, offered } from './handling'
import { foldBreaches, handlingOf, isOngoing, isOpen, mostLines } from './board'
import { reasons, ruleWord } from './why'

const breach: Breach = {
  id: 'b', zone: 'park', zoneName: '中山公园夜市', rule: 'in', type: 'enter', unit: 'vehicle/沪A12345', unitName: '执法车 1 号', units: null,
  squad: null, level: 'warning', state: 'provisional', startedAt: '2026-11-21T06:32:00.000Z', endedAt: null, supersededBy: null,
  lon: 121.4, lat: 31.2, why: null, handling: null,
}
const line = (key: string, minute: number, more: Partial<Breach> = {}): BreachLine =>
  ({ key, count: 1, unacknowledged: more.handling == null ? 1 : 0, unit: breach.unit, breach: { ...breach, startedAt: new Date(Date.UTC(2026, 10, 21, 6, minute)).toISOString(), ...more } })

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
    expect(reasons({ ...breach, why }, now, zh)).toEqual([
      { what: '定位时间', value: '14:32:05' },
      { what: '越界时刻', value: '01:00:00' },
      { what: '距边界', value: '12 米' },
      { what: '定位精度', value: '±8 米' },
      { what: '电子围栏版本', value: '第 3 版' },
    ])
  })

  it('of several units names the rule’s count and time, and who', () => {
    const why = { zoneVersion: 1, after: 120, count: 5 }
    const units = ['officer/1', 'officer/2']
    const now = Date.parse('2026-11-21T07:00:00Z')
    expect(reasons({ ...breach, type: 'gathering', units, why }, now, zh)).toEqual([
      { what: '聚集人员（车辆）', value: '2 人（车）', units },
      { what: '聚集标准', value: '5 人（车）以上，满 2 分钟' },
      { what: '电子围栏版本', value: '第 1 版' },
    ])
    expect(reasons({ ...breach, type: 'absence', why: { after: 1200, count: 1, silent: ['officer/1'] } }, now, zh)).toEqual([
      { what: '在岗要求', value: '至少 1 人（车）' },
      { what: '空缺开始', value: '14:12:00' },
      { what: '允许空缺', value: '20 分钟' },
      { what: '无信号人员（车辆）', value: '1 人（车）', units: ['officer/1'] },
    ])
  })

  it('of a stay says how long it may be and how long it was', () => {
    const stay = { ...breach, type: 'dwell' as const, why: { after: 600, crossedAt: '2026-11-21T06:22:00.000Z' } }
    const now = Date.parse('2026-11-21T07:00:00Z')
    const values = (endedAt: string | null) => reasons({ ...stay, endedAt }, now, zh).slice(0, 2)
    expect(values(null)).toEqual([{ what: '允许停留', value: '10 分钟' }, { what: '停留时长', value: '38 分钟' }])
    expect(values('2026-11-21T06:40:00.000Z')[1]).toEqual({ what: '停留时长', value: '18 分钟' })
  })
})

describe('handling', () => {
  const acknowledged = { handling: { state: 'acknowledged', by: '周敏', at: null, note: null } } as const

  it('of a line is as far as of the one that is least far', () => {
    const some = { ...line('a', 1, acknowledged), count: 3 }
    expect(handlingOf({ ...some, unacknowledged: 2 })).toBe('open')
    expect(handlingOf({ ...some, unacknowledged: 0 })).toBe('acknowledged')
    expect(offered({ kind: 'line', line: { ...some, unacknowledged: 2 } })).toEqual(['acknowledge', 'handle', 'false-alarm'])
    expect(offered({ kind: 'line', line: { ...some, unacknowledged: 0 } })).toEqual(['handle', 'false-alarm'])
  })

  it('of a corrected breach is to take note of it', () => {
    expect(noting({ kind: 'one', breach })).toBe('acknowledge')
    expect(noting({ kind: 'one', breach: { ...breach, ...acknowledged } })).toBe('handle')
    expect(noting({ kind: 'line', line: { ...line('a', 1), count: 2, unacknowledged: 1 } })).toBe('handle')
  })

  it('of a line asks for all that was seen of it, once', async () => {
    const asked = vi.fn<(path: string, options: RequestInit) => Promise<Response>>(async () => Promise.resolve(new Response('{}')))
    vi.stubGlobal('fetch', asked)
    await act({ kind: 'line', line: { ...line('a', 32, { state: 'retracted' }), count: 250, unit: null } }, 'handle', ' 已处置 ')
    vi.unstubAllGlobals()
    const [path, options] = asked.mock.calls[0]!
    expect(path).toBe('/api/breaches/actions/handle')
    expect(JSON.parse(String(options.body))).toEqual({ zone: 'park', rule: 'in', newest: '2026-11-21T06:32:00.000Z', corrected: true, note: '已处置' })
  })
})
