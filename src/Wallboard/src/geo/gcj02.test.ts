import { expect, it } from 'vitest'
import { gcj02Of } from './gcj02'
import reference from './gcj02.reference.json'

it('the offset of GCJ-02 is the host\'s own', () => {
  for (const [lon, lat, lonShifted, latShifted] of reference as [number, number, number, number][]) {
    const [x, y] = gcj02Of(lon, lat)
    expect(Math.abs(x - lonShifted)).toBeLessThan(1e-9)
    expect(Math.abs(y - latShifted)).toBeLessThan(1e-9)
  }
})
