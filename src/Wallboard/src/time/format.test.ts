import { describe, expect, it } from 'vitest'
import { rangeOf } from './period'
import { zh } from '../text/zh'
import { HostClock } from './clock'
import { age, clock, lastingText, moment, setTimeZone, shortAge, span, startOfDay, weekday, zoneName } from './format'

const at = (text: string) => Date.parse(text)

describe('times on the wall', () => {
  it('are Beijing time, with the date when not today', () => {
    const now = at('2026-11-21T06:00:00Z')
    expect(clock(at('2026-11-21T06:32:07Z'))).toBe('14:32:07')
    expect(moment(at('2026-11-21T05:00:00Z'), now)).toBe('13:00:00')
    expect(moment(at('2026-11-20T15:59:59Z'), now)).toBe('11-20 23:59:59')
    expect(moment(at('2026-11-20T16:00:00Z'), now)).toBe('00:00:00')
    expect(clock(at('2026-11-20T16:00:00Z'))).toBe('00:00:00')
    expect(weekday(at('2026-11-20T16:00:00Z'))).toBe(6)
  })

  it('a day begins at midnight in Beijing', () => {
    expect(startOfDay(at('2026-11-20T16:00:00Z'))).toBe(at('2026-11-20T16:00:00Z'))
    expect(startOfDay(at('2026-11-20T15:59:59Z'))).toBe(at('2026-11-19T16:00:00Z'))
    expect(rangeOf('yesterday', at('2026-11-21T06:00:00Z'))).toEqual([at('2026-11-19T16:00:00Z'), at('2026-11-20T16:00:00Z')])
  })

  it('follow the installation’s time zone, over the days on which its clocks change', () => {
    setTimeZone('Europe/Berlin')
    expect(clock(at('2026-07-01T12:00:00Z'))).toBe('14:00:00')
    expect(startOfDay(at('2026-03-29T12:00:00Z'))).toBe(at('2026-03-28T23:00:00Z'))
    expect(startOfDay(at('2026-10-25T12:00:00Z'))).toBe(at('2026-10-24T22:00:00Z'))
    expect(rangeOf('yesterday', at('2026-03-30T06:00:00Z'))).toEqual([at('2026-03-28T23:00:00Z'), at('2026-03-29T22:00:00Z')])
    expect(zoneName(at('2026-07-01T12:00:00Z'), zh)).toBe('中欧时间')
    setTimeZone('Nowhere/Atlantis')
    expect(clock(at('2026-07-01T12:00:00Z'))).toBe('14:00:00')
    setTimeZone('Asia/Shanghai')
    expect(zoneName(at('2026-07-01T12:00:00Z'), zh)).toBe('北京时间')
  })

  it('what was but a moment did not last', () => {
    const breach = { type: 'enter', state: 'confirmed', startedAt: '2026-11-21T06:00:00.000Z' } as const
    expect(lastingText({ ...breach, endedAt: '2026-11-21T06:00:00.000Z' }, zh)).toBe('')
    expect(lastingText({ ...breach, endedAt: '2026-11-21T06:00:01.000Z' }, zh)).toBe('历时 1 秒')
    expect(lastingText({ ...breach, endedAt: null }, zh)).toBe('持续中')
  })

  it('spans and ages are in words', () => {
    expect(span(59_999, zh)).toBe('59 秒')
    expect(span(60_000, zh)).toBe('1 分钟')
    expect(span(7_500_000, zh)).toBe('2 小时 5 分')
    expect(span(3 * 86_400_000, zh)).toBe('3 天')
    expect(age(4999, zh)).toBe('刚刚')
    expect(age(5000, zh)).toBe('5 秒前')
    expect(shortAge(61_000, zh)).toBe('1分')
    expect(shortAge(7_200_000, zh)).toBe('2时')
  })
})

describe('the host’s clock', () => {
  it('is heard best from the message that was fastest', () => {
    const host = new HostClock()
    host.hear(10_000, 9_000)
    host.hear(11_000, 10_200)
    expect(host.at(20_000)).toBeGreaterThan(20_990)
    host.hear(12_050, 11_000)
    expect(host.at(20_000)).toBe(21_050)
  })

  it('is followed when it steps', () => {
    const host = new HostClock()
    host.hear(10_000, 9_000)
    host.hear(1_000_000, 10_000)
    expect(host.at(0)).toBe(990_000)
  })
})
