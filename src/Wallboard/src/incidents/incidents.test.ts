import { describe, expect, it } from 'vitest'
import { afterDispatch, afterPreview, holdMs, isPending, mayInsist, type Phase } from './errand'
import { answersTo, emptyBoard, foldIncidents, inOrder, stateSince, timeLine, type Incident, type IncidentOrder, type OrderMoment, type Preview } from './incident'
import { nearestWithin } from './pins'

const at = (minute: number) => `2026-11-27T06:${String(minute).padStart(2, '0')}:00.000Z`
const incident = (key: string, more: Partial<Incident> = {}): Incident => ({
  key, kind: 'street-vending', title: key, level: 'warning', state: 'new', lon: 121.4, lat: 31.2, address: null, note: null, source: 'person', unit: null,
  occurredAt: at(0), reportedAt: at(0), reportedBy: '周敏', closedAt: null, closedBy: null, closingNote: null, version: 1, orders: [], notes: [], ...more,
})
const moment = (step: OrderMoment['step'], minute: number): OrderMoment => ({ step, at: at(minute), by: '周敏', note: null })
const order = (unit: string, ...moments: OrderMoment[]): IncidentOrder => {
  const { step } = moments.at(-1)!
  return { unit, name: unit, number: 1, step, open: ['given', 'delivered', 'accepted', 'arrived'].includes(step), moments }
}
const preview = (more: Partial<Preview> = {}): Preview => ({
  unit: 'vehicle/1', name: '1号车', state: 'moving', distance: 800, estimatedArrival: 160, orders: [], version: 3, unmanned: [], better: [], ...more,
})

describe('the board of incidents', () => {
  it('begins anew with a full message, and changes by the others', () => {
    const first = foldIncidents(emptyBoard, { full: true, items: [incident('a'), incident('b')], gone: [], more: 2, closed: 0 })
    const then = foldIncidents(first, { full: false, items: [incident('b', { state: 'arrived' }), incident('c')], gone: ['a'], more: 0, closed: 1 })
    expect([...then.open.values()].map(({ key, state }) => [key, state])).toEqual([['b', 'arrived'], ['c', 'new']])
    expect([first.more, then.more, emptyBoard.known, then.known]).toEqual([2, 0, false, true])
    expect([...foldIncidents(then, { full: true, items: [], gone: [], more: 0, closed: 1 }).open]).toEqual([])
    expect(first.open.size).toBe(2)
  })

  it('lists the gravest first, of those the newest, and what is done last', () => {
    const open = [
      incident('old', { reportedAt: at(1) }), incident('newer', { reportedAt: at(2) }), incident('done', { level: 'critical', state: 'done', reportedAt: at(9) }),
      incident('grave', { level: 'critical' }), incident('minor', { level: 'info', reportedAt: at(8) }),
    ]
    expect(inOrder(open).map(({ key }) => key)).toEqual(['grave', 'newer', 'old', 'minor', 'done'])
  })
})

describe('an incident', () => {
  it('is in its state since the first of its units came so far, and new again since the last one was called back', () => {
    expect(stateSince(incident('a'))).toBe(Date.parse(at(0)))
    const two = [order('1', moment('given', 3), moment('accepted', 5)), order('2', moment('given', 2), moment('accepted', 4))]
    expect(stateSince(incident('a', { state: 'accepted', orders: two }))).toBe(Date.parse(at(4)))
    expect(stateSince(incident('a', { state: 'dispatched', orders: [order('1', moment('given', 3)), order('2', moment('given', 2))] }))).toBe(Date.parse(at(2)))
    expect(stateSince(incident('a', { orders: [order('1', moment('given', 3), moment('withdrawn', 6))] }))).toBe(Date.parse(at(6)))
    expect(stateSince(incident('a', { state: 'done', orders: [order('1', moment('given', 3), moment('done', 7))] }))).toBe(Date.parse(at(7)))
  })

  it('has a time line of all that happened: both the order and its withdrawal stay', () => {
    const line = timeLine(incident('a', {
      orders: [order('1', moment('given', 1), moment('withdrawn', 2))], notes: [{ at: at(3), by: '周敏', note: '再看' }], state: 'closed', closedAt: at(4), closedBy: '周敏',
    }))
    expect(line.map((each) => (each.kind === 'step' ? each.step : each.kind))).toEqual(['closed', 'remark', 'withdrawn', 'given', 'reported'])
  })

  it('puts what followed in the same moment above', () => {
    const line = timeLine(incident('a', { orders: [order('1', moment('given', 0), moment('released', 4))], closedAt: at(4), state: 'closed' }))
    expect(line.map((each) => (each.kind === 'step' ? each.step : each.kind))).toEqual(['closed', 'released', 'given', 'reported'])
  })

  it('takes answers forward only', () => {
    expect(answersTo({ step: 'delivered' })).toEqual(['accept', 'arrive', 'finish', 'decline'])
    expect(answersTo({ step: 'accepted' })).toEqual(['arrive', 'finish', 'decline'])
    expect(answersTo({ step: 'arrived' })).toEqual(['finish'])
    expect(answersTo({ step: 'withdrawn' })).toEqual([])
  })
})

describe('an errand', () => {
  const ok = <T>(value: T) => ({ kind: 'ok', value }) as const
  const conflict = (body: unknown) => ({ kind: 'refused', status: 409, body, retryAfterSeconds: null }) as const

  it('is held for five seconds when the unit is free', () => {
    const phase = afterPreview(ok(preview()), 'a', 1000)
    expect(phase).toMatchObject({ kind: 'holding', until: 1000 + holdMs })
    expect(isPending(phase)).toBe(true)
  })

  it('asks about who is busy or off duty', () => {
    const orders = [{ incident: 'b', title: '跨门经营', number: 1, step: 'given' }] as const
    expect(afterPreview(ok(preview({ orders })), 'a', 0)).toMatchObject({ kind: 'asking', why: 'busy' })
    expect(afterPreview(ok(preview({ state: 'offDuty' })), 'a', 0)).toMatchObject({ kind: 'asking', why: 'off-duty' })
    expect(afterPreview(ok(preview({ orders })), 'b', 0)).toEqual({ kind: 'refused', refusal: { kind: 'already', step: 'given' } })
  })

  it('that comes too late for a closed incident is told who closed it', () => {
    const closed: Phase = { kind: 'refused', refusal: { kind: 'closed', at: at(4), by: '周敏' } }
    expect(afterPreview(conflict({ closedAt: at(4), closedBy: '周敏' }), 'a', 0)).toEqual(closed)
    expect(afterDispatch(conflict({ closedAt: at(4), closedBy: '周敏' }), 'vehicle/1')).toEqual(closed)
  })

  it('learns from the host who was first, and may insist with what it was told', () => {
    const result = { unit: 'vehicle/1', outcome: 'changed', incidentTitle: '占道设摊', by: '陈建国', version: 4 }
    const phase = afterDispatch(conflict({ results: [result] }), 'vehicle/1')
    expect(phase).toEqual({ kind: 'refused', refusal: { kind: 'changed', title: '占道设摊', by: '陈建国', version: 4 } })
    expect(phase.kind === 'refused' && mayInsist(phase.refusal)).toBe(true)
    expect(afterDispatch(ok({ results: [{ ...result, outcome: 'given' as const }] as never }), 'vehicle/1')).toEqual({ kind: 'given' })
  })

  it('does not take what it cannot read for a success', () => {
    expect(afterDispatch({ kind: 'unreachable' }, 'vehicle/1')).toEqual({ kind: 'refused', refusal: { kind: 'failed' } })
    expect(afterDispatch({ kind: 'denied' }, 'vehicle/1')).toEqual({ kind: 'refused', refusal: { kind: 'denied' } })
    expect(afterDispatch(conflict(null), 'vehicle/1')).toEqual({ kind: 'refused', refusal: { kind: 'failed' } })
    expect(afterDispatch(ok({ results: [] }), 'vehicle/1')).toEqual({ kind: 'refused', refusal: { kind: 'failed' } })
  })
})

describe('a drop', () => {
  const spots = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 100, y: 100 }]

  it('means what is nearest, within reach', () => {
    expect(nearestWithin(3, (index) => spots[index]!, { x: 7, y: 0 }, 12)).toBe(1)
    expect(nearestWithin(3, (index) => spots[index]!, { x: 50, y: 50 }, 30)).toBeNull()
    expect(nearestWithin(0, (index) => spots[index]!, { x: 0, y: 0 }, 30)).toBeNull()
  })
})
