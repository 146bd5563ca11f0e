import { describe, expect, it } from 'vitest'
import { countdown, currentOf, inOrder, leftOf, shownAfterMs, takesAnswers, type Called, type RollCall } from './rollCall'

const due = Date.parse('2026-03-02T09:00:00Z')
const called = (key: string, state: Called['state']): Called => ({ key, name: key, state, at: null, by: null, note: null })
const call = (key: string, state: RollCall['state'], dueAt = due): RollCall => ({
  key, title: key, caller: '指挥中心', state, openedAt: '2026-03-02T08:50:00Z', due: new Date(dueAt).toISOString(), counts: { waiting: 0, answered: 0, late: 0, missed: 0 }, called: [],
})

describe('A roll call on the wall', () => {
  it('is first the one that ends soonest, then others that run, then those that ended within half an hour, and none that was withdrawn', () => {
    const keys = (calls: readonly RollCall[], now: number) => currentOf(calls, now).map((each) => each.key).join(' ')
    expect(keys([call('new', 'running', due + 60_000), call('over', 'ended'), call('soon', 'running', due + 1000), call('withdrawn', 'withdrawn')], due)).toBe('soon new over')
    expect(keys([call('earlier', 'ended'), call('later', 'ended', due + 1000)], due + shownAfterMs - 1)).toBe('later earlier')
    expect(keys([call('over', 'ended')], due + shownAfterMs)).toBe('')
  })

  it('counts down to its due time, and stands at nothing afterwards', () => {
    expect([leftOf(call('a', 'running'), due - 245_000), leftOf(call('a', 'running'), due + 1), leftOf(call('a', 'ended'), due - 1)]).toEqual([245_000, 0, 0])
    expect([245_000, 244_001, 1, 0, 3_723_000].map(countdown)).toEqual(['4:05', '4:05', '0:01', '0:00', '1:02:03'])
  })

  it('takes answers for twelve hours after its time, unless it was withdrawn', () => {
    expect([call('a', 'running'), call('a', 'ended'), call('a', 'withdrawn')].map((each) => takesAnswers(each, due + 43_199_999))).toEqual([true, true, false])
    expect(takesAnswers(call('a', 'ended'), due + 43_200_000)).toBe(false)
  })

  it('lists first who needs a look, each group in the order of the call', () => {
    expect(inOrder([called('a', 'answered'), called('b', 'waiting'), called('c', 'late'), called('d', 'missed'), called('e', 'waiting')]).map((each) => each.key)).toEqual(['d', 'b', 'e', 'c', 'a'])
  })
})
