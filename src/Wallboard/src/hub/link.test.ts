import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Channel, ChannelEvents } from './channel'
import { HubLink, type LinkState } from './link'
import type { Frame, Viewport, Welcome } from './protocol'

/** A host that does what the contract says, one connection after the other. */
class FakeHost {
  readonly connections: FakeConnection[] = []
  refusing = false

  open = (events: ChannelEvents): Channel => {
    const connection = new FakeConnection(events, this.refusing)
    this.connections.push(connection)
    return connection
  }

  get latest(): FakeConnection {
    return this.connections.at(-1)!
  }
}

class FakeConnection implements Channel {
  readonly viewports: Viewport[] = []
  readonly acknowledged: number[] = []
  stopped = false
  readonly #events: ChannelEvents
  readonly #refusing: boolean

  constructor(events: ChannelEvents, refusing: boolean) {
    this.#events = events
    this.#refusing = refusing
  }

  start = () => this.#refusing ? Promise.reject(new Error('refused')) : Promise.resolve()
  hello = () => Promise.resolve({ protocol: 1, serverTime: 0, demo: true } as Welcome)
  setViewport = (viewport: Viewport) => { this.viewports.push(viewport); return Promise.resolve() }
  follow = () => Promise.resolve(null)
  join = () => Promise.reject(new Error('unknown'))
  show = () => Promise.resolve(1)
  beat = () => Promise.resolve()
  acknowledge = (seq: number) => { this.acknowledged.push(seq); return Promise.resolve() }
  stop = () => { this.stopped = true; return Promise.resolve() }

  frame(seq: number, reset = false): void {
    this.#events.message({ type: 'frame', frame: { seq, time: 0, reset } as Frame })
  }

  drop(): void {
    this.#events.closed()
  }
}

const viewport: Viewport = { west: 121.3, south: 31.1, east: 121.5, north: 31.3, zoom: 12 }

describe('the link to the hub', () => {
  const host = { current: new FakeHost() }
  let states: LinkState[] = []
  let frames: number[] = []
  let link: HubLink

  beforeEach(async () => {
    vi.useFakeTimers()
    host.current = new FakeHost()
    states = []
    frames = []
    link = new HubLink({
      state: (state) => { states.push(state) },
      welcome: () => undefined,
      frame: (frame) => { frames.push(frame.seq) },
      message: () => undefined,
      refused: () => undefined,
    }, { open: host.current.open, now: () => performance.now(), random: () => 0.5 })
    link.setViewport(viewport)
    link.start()
    await vi.advanceTimersByTimeAsync(0)
  })

  afterEach(() => {
    link.stop()
    vi.useRealTimers()
  })

  it('tells the viewport after the greeting, and acknowledges every frame', async () => {
    await vi.advanceTimersByTimeAsync(1)
    expect(host.current.latest.viewports).toEqual([viewport])
    host.current.latest.frame(1, true)
    host.current.latest.frame(2)
    expect(host.current.latest.acknowledged).toEqual([1, 2])
    expect(frames).toEqual([1, 2])
    expect(states.at(-1)).toEqual({ kind: 'live' })
  })

  it('tells the viewport again when a frame is missing', async () => {
    await vi.advanceTimersByTimeAsync(1000)
    host.current.latest.frame(1, true)
    host.current.latest.frame(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(host.current.latest.viewports).toHaveLength(2)
    expect(frames).toEqual([1])
  })

  it('tells a viewport that is being dragged at most four times a second, the newest last', async () => {
    await vi.advanceTimersByTimeAsync(1)
    for (let i = 0; i < 100; i++) {
      link.setViewport({ ...viewport, zoom: i })
      await vi.advanceTimersByTimeAsync(10)
    }
    await vi.advanceTimersByTimeAsync(250)
    expect(host.current.latest.viewports.length).toBeLessThanOrEqual(6)
    expect(host.current.latest.viewports.at(-1)?.zoom).toBe(99)
  })

  it('is lost when the connection drops, and comes back by itself with the same viewport', async () => {
    await vi.advanceTimersByTimeAsync(1)
    host.current.latest.frame(1, true)
    host.current.latest.drop()
    expect(states.at(-1)?.kind).toBe('lost')
    await vi.advanceTimersByTimeAsync(600)
    expect(host.current.connections).toHaveLength(2)
    expect(host.current.latest.viewports).toEqual([viewport])
    host.current.latest.frame(1, true)
    expect(states.at(-1)).toEqual({ kind: 'live' })
  })

  it('is lost after ten seconds without a frame, though the connection says nothing', async () => {
    await vi.advanceTimersByTimeAsync(1)
    const first = host.current.latest
    first.frame(1, true)
    await vi.advanceTimersByTimeAsync(9_000)
    expect(states.at(-1)?.kind).toBe('live')
    await vi.advanceTimersByTimeAsync(2_500)
    expect(states.some((state) => state.kind === 'lost')).toBe(true)
    expect(first.stopped).toBe(true)
  })

  it('waits longer and longer while the host is away, and no longer than 15 s', async () => {
    host.current.latest.frame(1, true)
    host.current.refusing = true
    host.current.latest.drop()
    await vi.advanceTimersByTimeAsync(60_000)
    const tries = host.current.connections.length
    expect(tries).toBeGreaterThan(5)
    expect(tries).toBeLessThan(12)
    host.current.refusing = false
    await vi.advanceTimersByTimeAsync(15_001)
    expect(host.current.connections.length).toBeGreaterThan(tries)
    expect(host.current.latest.viewports).toEqual([viewport])
  })

  it('hears nothing of a connection that it has given up', async () => {
    await vi.advanceTimersByTimeAsync(1)
    const first = host.current.latest
    first.frame(1, true)
    first.drop()
    first.frame(2)
    expect(frames).toEqual([1])
  })
})
