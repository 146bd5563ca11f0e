import { describe, expect, it } from 'vitest'
import { clockOf, instantAt, isRunning, laterOf, nextRate, rateText, type ReplayClock } from './clock'

const span = { from: 1_000_000, to: 2_000_000 }
const clock = (change: Partial<ReplayClock> = {}): ReplayClock => ({ setTo: 1_100_000, setAt: 50_000_000, rate: 1, playing: true, ...change })

describe('the clock of a replay [REP-2]', () => {
  it('goes on at its rate from what it was set to, by the host’s clock', () => {
    expect(instantAt(clock(), span, 50_010_000)).toBe(1_110_000)
    expect(instantAt(clock({ rate: 64 }), span, 50_001_000)).toBe(1_164_000)
    expect(instantAt(clock({ rate: 0.25 }), span, 50_001_000)).toBe(1_100_250)
    expect(instantAt(clock({ rate: -2 }), span, 50_001_000)).toBe(1_098_000)
  })

  it('stands while it does not play, and at either end', () => {
    expect(instantAt(clock({ playing: false }), span, 60_000_000)).toBe(1_100_000)
    expect(instantAt(clock({ rate: 64 }), span, 60_000_000)).toBe(span.to)
    expect(instantAt(clock({ rate: -64 }), span, 60_000_000)).toBe(span.from)
    expect(isRunning(clock({ rate: 64 }), span, 60_000_000)).toBe(false)
    expect(isRunning(clock({ setTo: span.to, rate: -1 }), span, 50_000_000)).toBe(true)
    expect(isRunning(clock({ playing: false }), span, 50_000_000)).toBe(false)
  })

  it('shows the same instant on screens that know the host’s clock, however wrong their own is', () => {
    const hostNow = 50_123_456
    const screens = [-3_600_000, 0, 86_400_000].map((ahead) => ({ own: hostNow - ahead, ahead }))
    expect(new Set(screens.map(({ own, ahead }) => instantAt(clock({ rate: -8.5 }), span, own + ahead))).size).toBe(1)
  })

  it('is the one that was set last, in whichever order the news come', () => {
    const [first, second] = [clock(), clock({ setAt: 50_000_500, playing: false })]
    expect(laterOf(laterOf(null, first), second)).toBe(second)
    expect(laterOf(laterOf(null, second), first)).toBe(second)
    expect(clockOf({ setTo: '2026-11-26T08:00:00.250Z', setAt: '2026-11-27T01:00:00Z', rate: 2, playing: true }))
      .toEqual({ setTo: Date.parse('2026-11-26T08:00:00.250Z'), setAt: Date.parse('2026-11-27T01:00:00Z'), rate: 2, playing: true })
  })

  it('is offered rates from a quarter to 64, in the direction that it has', () => {
    expect([1, 4, 64, -1, 0.25].map((rate) => nextRate(rate, 1))).toEqual([2, 8, 64, -2, 0.5])
    expect([1, 0.5, 0.25, -64].map((rate) => nextRate(rate, -1))).toEqual([0.5, 0.25, 0.25, -32])
    expect(nextRate(3, 1)).toBe(4)
    expect([0.25, 0.5, 1, -16].map(rateText)).toEqual(['¼×', '½×', '1×', '16×'])
  })
})
