import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TourLogItem } from './protocol'
import { createTourLog } from './tourLog'

const item = (id: string): TourLogItem => ({ id, tour: 't', stage: null, screen: null, page: 0, from: '', to: '', interruptedBy: null, cameras: [] })
let asked: { ids: string[]; answer: (status: number | null) => void }[] = []

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => new Promise((resolve, reject) => {
    asked.push({
      ids: (JSON.parse(body) as { items: TourLogItem[] }).items.map((each) => each.id),
      answer: (status) => { if (status === null) { reject(new Error('no network')) } else { resolve(new Response(status === 204 ? null : '{}', { status })) } },
    })
  }))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('keeps what was shown until the host has it, in its order', async () => {
  const log = createTourLog()
  log.add(item('a'))
  log.add(item('b'))
  log.add(null)
  expect(asked.map((each) => each.ids)).toEqual([['a']])
  asked[0]!.answer(null)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked[1]!.ids).toEqual(['a', 'b'])
  asked[1]!.answer(503)
  await vi.advanceTimersByTimeAsync(10_000)
  asked[2]!.answer(204)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.length).toBe(3)
})

it('lets go of what the host will never take, and goes on', async () => {
  const log = createTourLog()
  log.add(item('a'))
  log.add(item('b'))
  asked[0]!.answer(400)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked[1]!.ids).toEqual(['b'])
})

it('sends no more at once than a page that goes away may', async () => {
  const log = createTourLog()
  for (let i = 0; i < 50; i++) {
    log.add(item(String(i)))
  }
  asked[0]!.answer(204)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked[1]!.ids.length).toBe(20)
})
