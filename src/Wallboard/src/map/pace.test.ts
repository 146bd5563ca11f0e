import { describe, expect, it } from 'vitest'
import { Pace } from './pace'

/** Runs for ten seconds on a screen on which each picture holds up the frame after it for so long; gives the pictures a second. */
function picturesASecond(costMs: number, least: number, frameMs = 17): number {
  const pace = new Pace()
  let [now, drawnAt, pictures, next] = [0, -Infinity, 0, frameMs]
  for (; now < 10_000; now += next) {
    pace.frame(now)
    next = frameMs
    if (now - drawnAt >= pace.pauseMs(least)) {
      pace.drawn()
      drawnAt = now
      pictures++
      next = Math.max(frameMs, costMs)
    }
  }
  return pictures / 10
}

describe('the pace of pictures', () => {
  it('is what the map asks for where they cost little', () => {
    expect(picturesASecond(5, 60)).toBeGreaterThan(13)
    expect(picturesASecond(5, 15)).toBeGreaterThan(50)
    expect(picturesASecond(25, 60)).toBeGreaterThan(13)
    expect(picturesASecond(10, 30, 33)).toBeGreaterThan(25) // A display of 30 pictures a second.
  })

  it('leaves most of a machine that draws by its processor to others, and never stands still', () => {
    expect(picturesASecond(80, 60)).toBeLessThan(6)
    expect(picturesASecond(150, 30)).toBeGreaterThan(2)
    expect(picturesASecond(150, 30) * 150).toBeLessThan(600)
  })

  it('takes a pause of the whole page for no slow picture', () => {
    const pace = new Pace()
    for (const now of [0, 17, 34, 60_000, 60_017, 60_034]) {
      pace.frame(now)
      pace.drawn()
    }
    expect(pace.pauseMs(30)).toBe(30)
  })
})
