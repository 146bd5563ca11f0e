import { describe, expect, it } from 'vitest'
import { Declutter, textWidth } from './declutter'

const box = (left: number, top: number, width = 50, height = 14) => ({ left, top, right: left + width, bottom: top + height })

describe('labels on the map', () => {
  it('do not cover one another; the first to ask wins', () => {
    const room = new Declutter()
    expect(room.take(box(0, 0))).toBe(true)
    expect(room.take(box(40, 10))).toBe(false)
    expect(room.take(box(50, 0))).toBe(true)
    expect(room.take(box(100, 5, 300))).toBe(true)
    expect(room.take(box(380, 5))).toBe(false)
  })

  it('that must be seen are, and others make way', () => {
    const room = new Declutter()
    room.take(box(0, 0))
    expect(room.take(box(10, 0), true)).toBe(true)
    expect(room.take(box(55, 0))).toBe(false)
  })

  it('are as wide as their signs', () => {
    expect(textWidth('陈建国', 12)).toBe(36)
    expect(textWidth('A1', 10)).toBeCloseTo(11.2)
  })
})
