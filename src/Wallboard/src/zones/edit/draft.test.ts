import { describe, expect, it } from 'vitest'
import { addPoint, anotherRule, close, crossesItself, draftOf, dropLastPoint, featureOf, handlesOf, insertPoint, lackOf, move, newDraft, removePoint, retyped, type FullFeature, type Point } from './draft'
import { readSchedule, readTime, writeSchedule } from './schedule'

const square: readonly Point[] = [[121.4, 31.2], [121.41, 31.2], [121.41, 31.21], [121.4, 31.21]]
const drawn = () => close(square.reduce(addPoint, { ...newDraft('z'), name: '试验区' }))

describe('a zone that is drawn', () => {
  it('becomes a polygon whose ring is closed, with its rules', () => {
    expect(featureOf(drawn())).toEqual({
      type: 'Feature', geometry: { type: 'Polygon', coordinates: [[...square, square[0]]] },
      properties: { name: '试验区', level: 'warning', rules: [{ key: 'enter-1', type: 'enter' }] },
    })
  })

  it('is closed with three points and no sooner, and never left with fewer', () => {
    const two = addPoint(addPoint(newDraft('z'), square[0]!), square[1]!)
    expect(lackOf(close(two))).toBe('open')
    const three = close(addPoint(two, square[2]!))
    expect(lackOf({ ...three, name: 'a' })).toBeNull()
    expect(removePoint(three, 0)).toBe(three)
    expect(dropLastPoint(two).shape).toMatchObject({ points: [square[0]] })
  })

  it('says what it lacks', () => {
    expect(lackOf({ ...drawn(), name: ' ' })).toBe('name')
    expect(lackOf({ ...drawn(), rules: [{ key: 'd', type: 'dwell' }] })).toBe('rule')
    const bow = close([square[0]!, square[2]!, square[1]!, square[3]!].reduce(addPoint, { ...newDraft('z'), name: 'a' }))
    expect(lackOf(bow)).toBe('crossing')
    expect(crossesItself(square)).toBe(false)
  })

  it('is moved by its corners; a middle that is moved becomes a corner', () => {
    const handles = handlesOf(drawn())
    expect(handles.map((handle) => handle.kind)).toEqual([...Array<string>(4).fill('corner'), ...Array<string>(4).fill('middle')])
    expect(move(drawn(), handles[1]!, [121.42, 31.2]).shape).toMatchObject({ points: [square[0], [121.42, 31.2], square[2], square[3]] })
    const last = handles.at(-1)!
    expect(last.at[0]).toBeCloseTo(121.4, 9)
    expect(move(drawn(), last, [121.39, 31.205]).shape).toMatchObject({ points: [...square, [121.39, 31.205]] })
    expect(insertPoint(drawn(), 0, [121.405, 31.19]).shape).toMatchObject({ points: [square[0], [121.405, 31.19], ...square.slice(1)] })
  })
})

describe('a zone that is changed', () => {
  const feature: FullFeature = {
    type: 'Feature', geometry: { type: 'Point', coordinates: [121.4, 31.2] },
    properties: {
      key: 'park', version: 3, name: '公园', level: 'critical', radius: 150, occupants: 4, kind: 'market', hysteresis: { metres: 10, fixes: 2 }, effectiveFrom: '2026-01-01T00:00:00.000Z',
      rules: [{ key: 'slow', type: 'speed', above: 11.1, cooldown: 60 }],
    },
  }

  it('keeps what the form does not show, and is in force from now on', () => {
    expect(featureOf(draftOf(feature))).toEqual({
      type: 'Feature', geometry: { type: 'Point', coordinates: [121.4, 31.2] },
      properties: { name: '公园', level: 'critical', radius: 150, kind: 'market', hysteresis: { metres: 10, fixes: 2 }, rules: feature.properties.rules },
    })
  })

  it('has its circle moved by the centre and sized by the rim', () => {
    const draft = draftOf(feature)
    const [centre, rim] = handlesOf(draft)
    expect(move(draft, centre!, [121.5, 31.3]).shape).toMatchObject({ centre: [121.5, 31.3], radius: 150 })
    const wider = move(draft, rim!, [121.4 + 2 * (rim!.at[0] - 121.4), 31.2]).shape
    expect(wider.kind === 'circle' ? wider.radius : 0).toBeCloseTo(300, 0)
  })

  it('with several areas keeps its form', () => {
    const geometry = { type: 'MultiPolygon' as const, coordinates: [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[2, 2], [3, 2], [3, 3], [2, 2]]]] as [number, number][][][] }
    const draft = draftOf({ ...feature, geometry })
    expect(handlesOf(draft)).toEqual([])
    expect(featureOf(draft)).toMatchObject({ geometry })
  })
})

describe('rules and their times', () => {
  it('of another type keep what goes with both, and get what is usual', () => {
    expect(retyped({ key: 'a', type: 'dwell', after: 120, cooldown: 5 }, 'gathering')).toEqual({ key: 'a', type: 'gathering', cooldown: 5, count: 3, after: 120 })
    expect(retyped({ key: 'a', type: 'gathering', after: 120, count: 9 }, 'exit')).toEqual({ key: 'a', type: 'exit' })
    expect(anotherRule([{ key: 'dwell-1', type: 'dwell', after: 1 }], 'dwell').key).toBe('dwell-2')
  })

  it('takes times as people type them', () => {
    expect(['7:30', '0730', ' 22：00 ', '24:00', '24:30', '12:60', 'noon', ''].map(readTime)).toEqual(['07:30', '07:30', '22:00', '24:00', null, null, null, null])
  })

  it('reads the schedules that it writes, and leaves others as they are', () => {
    for (const text of [undefined, 'daily 07:00-09:30', 'Mon-Fri 22:00-02:00', 'Sat-Sun 00:00-24:00', 'Mon,Wed 08:00-10:00; Sun 10:00-11:00']) {
      expect(writeSchedule(readSchedule(text))).toBe(text)
    }
    expect(readSchedule('Mon,Wed 08:00-10:00').kind).toBe('other')
  })
})
