import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAim } from './aim'

describe('a list that somebody aims at', () => {
  const [next, setNext] = createSignal<readonly string[]>([])
  let aim: ReturnType<typeof createAim<string>>
  let dispose: () => void

  beforeEach(() => {
    vi.useFakeTimers()
    setNext(['a', 'b', 'c'])
    createRoot((end) => {
      dispose = end
      aim = createAim(next, (row) => row)
    })
  })
  afterEach(() => {
    dispose()
    vi.useRealTimers()
  })

  it('keeps its order, has what comes below, and drops what goes', () => {
    aim.handlers.onPointerEnter()
    setNext(['new', 'c', 'a'])
    expect(aim.rows()).toEqual(['a', 'c', 'new'])
    setNext(['newer', 'new', 'c', 'a'])
    expect(aim.rows()).toEqual(['a', 'c', 'new', 'newer'])
  })

  it('has its own order again once the pointer is gone', () => {
    aim.handlers.onPointerEnter()
    setNext(['c', 'b', 'a'])
    aim.handlers.onPointerLeave()
    expect(aim.rows()).toEqual(['c', 'b', 'a'])
  })

  it('has its own order again under a pointer that lies still', () => {
    aim.handlers.onPointerEnter()
    setNext(['c', 'b', 'a'])
    vi.advanceTimersByTime(1900)
    aim.handlers.onPointerMove()
    vi.advanceTimersByTime(1900)
    expect(aim.rows()).toEqual(['a', 'b', 'c'])
    vi.advanceTimersByTime(200)
    expect(aim.rows()).toEqual(['c', 'b', 'a'])
  })
})
