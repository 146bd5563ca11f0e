import { describe, expect, it } from 'vitest'
import { answersNow, dutyWaiting, nextOf, overflowOf, type Answer, type Entry, type Waiting } from './outbox'

const fix: Waiting = { kind: 'fix', fix: { time: 1, lon: 121, lat: 31 } }
const answer: Answer = { kind: 'answer', incident: 'i', order: 1, action: 'accept', title: '', note: '', picture: null, saidAt: 1 }
const sos: Waiting = { kind: 'sos', time: 1, fix: null }
const box = (...waiting: readonly Waiting[]): Entry[] => waiting.map((what, index) => ({ ...what, id: index + 1, user: 'u' }))

function order(entries: readonly Entry[]): string {
  const gone: string[] = []
  let left = entries
  for (let next = nextOf(left); next !== null; next = nextOf(left)) {
    const ids = next.kind === 'fixes' ? next.entries.map((entry) => entry.id) : [next.entry.id]
    gone.push(ids.join('+'))
    left = left.filter((entry) => !ids.includes(entry.id))
  }
  return gone.join(' ')
}

describe('the outbox of an officer', () => {
  it('lets a call for help go first, then answers in their order, then positions together', () => {
    expect(order(box(fix, fix, answer, { ...answer, action: 'arrive' }, sos, fix))).toBe('5 3 4 1+2+6')
  })

  it('lets what was measured on duty go before the word that duty is over', () => {
    expect(order(box(fix, answer, { kind: 'duty', onDuty: false }))).toBe('2 1 3')
    expect(order(box(fix, { kind: 'duty', onDuty: false }, fix, { kind: 'duty', onDuty: true }, fix))).toBe('1 2 4 3+5')
  })

  it('sends many positions in pieces, and lets the oldest go when there is no room', () => {
    const many = box(...Array.from({ length: 450 }, () => fix))
    expect(order(many).split(' ').map((piece) => piece.split('+').length)).toEqual([200, 200, 50])
    expect(overflowOf(many, 448).map((entry) => entry.id)).toEqual([1, 2])
    expect(overflowOf(box(answer, fix), 0).map((entry) => entry.id)).toEqual([2])
  })

  it('knows the duty that was said last', () => {
    expect(dutyWaiting(box(fix))).toBeNull()
    expect(dutyWaiting(box({ kind: 'duty', onDuty: true }, { kind: 'duty', onDuty: false }))).toBe(false)
  })

  it('offers the next answer as if what waits had been taken, and declining until one is there', () => {
    expect(answersNow('given', [])).toEqual(['accept', 'decline'])
    expect(answersNow('delivered', [answer])).toEqual(['arrive', 'decline'])
    expect(answersNow('given', [answer, { ...answer, action: 'arrive' }])).toEqual(['finish'])
    expect(answersNow('arrived', [{ ...answer, action: 'finish' }])).toEqual([])
    expect(answersNow('withdrawn', [])).toEqual([])
  })
})
