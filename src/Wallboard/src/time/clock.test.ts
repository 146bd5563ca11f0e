import { describe, expect, it } from 'vitest'
import { createJumpWatch, HostClock } from './clock'

describe('A clock that jumps', () => {
  it('is noticed by how far, forward and back, and a page that was merely late is not', () => {
    const watch = createJumpWatch({ local: 1_000_000, monotonic: 0 })
    expect(watch(1_001_000, 1_000)).toBeNull()
    expect(watch(1_061_000, 61_000)).toBeNull()
    expect(watch(4_662_000, 62_000)).toBe(3_600_000)
    expect(watch(4_663_000, 63_000)).toBeNull()
    expect(watch(1_064_000, 64_000)).toBe(-3_600_000)
    expect(watch(1_069_900, 65_000)).toBeNull()
    expect(watch(1_075_900, 66_000)).toBe(5_000)
  })

  it('leaves the host\'s time as it was', () => {
    const clock = new HostClock()
    clock.hear(5_000, 1_000)
    clock.jumped(30_000)
    expect(clock.at(31_000)).toBe(5_000)
  })
})
