import { describe, expect, it } from 'vitest'
import { pagesOf, placeAt, sinceFor, TourRecorder } from './tour'

describe('a tour', () => {
  it('shows every camera once a round, the last page with what is left', () => {
    const cameras = Array.from({ length: 1234 }, (_, i) => `c${i}`)
    const pages = pagesOf(cameras, 16)
    expect(pages.length).toBe(78)
    expect(pages.flat()).toEqual(cameras)
    expect(pages.at(-1)!.length).toBe(2)
    expect(pagesOf([], 9)).toEqual([])
  })

  it('is at the same page on every screen, by the clock alone', () => {
    expect(placeAt(1000, 15, 7, 1000)).toEqual({ page: 0, left: 15_000 })
    expect(placeAt(1000, 15, 7, 15_999)).toEqual({ page: 0, left: 1 })
    expect(placeAt(1000, 15, 7, 16_000)).toEqual({ page: 1, left: 15_000 })
    expect(placeAt(1000, 15, 7, 1000 + 7 * 15_000)).toEqual({ page: 0, left: 15_000 })
  })

  it('stands at its first page while its screen is behind the clock that began it, and without pages', () => {
    expect(placeAt(5000, 15, 7, 1000).page).toBe(0)
    expect(placeAt(0, 15, 0, 99_999).page).toBe(0)
  })

  it('is turned to any page, backwards past the first too', () => {
    for (const page of [0, 3, 6, 7, -1]) {
      expect(placeAt(sinceFor(page, 15, 7, 500_000), 15, 7, 500_000).page).toBe(((page % 7) + 7) % 7)
    }
  })
})

describe('the record of a tour', () => {
  it('says how long there was a picture of each camera', () => {
    const recorder = new TourRecorder()
    recorder.begin('markets', 2, ['a', 'b', 'c', 'd'], 0)
    recorder.saw('a', 'playing', null, 2000)
    recorder.saw('b', 'failed', 'device-offline', 1000)
    recorder.saw('c', 'still', null, 1000)
    recorder.saw('c', 'failed', 'stalled', 6000)
    recorder.saw('c', 'none', null, 8000)
    recorder.saw('unknown', 'playing', null, 1000)
    expect(recorder.end(15_000, { stage: 'hall', screen: 'left' }, 'breach', 'x')).toEqual({
      id: 'x', tour: 'markets', stage: 'hall', screen: 'left', page: 2, from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:00:15.000Z', interruptedBy: 'breach',
      cameras: [
        { camera: 'a', state: 'playing', reason: null, seconds: 13 },
        { camera: 'b', state: 'failed', reason: 'device-offline', seconds: 0 },
        { camera: 'c', state: 'still', reason: null, seconds: 5 },
        { camera: 'd', state: 'none', reason: null, seconds: 0 },
      ],
    })
    expect(recorder.end(16_000, null, null, 'y')).toBeNull()
  })
})
