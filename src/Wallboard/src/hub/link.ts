import { retryDelay } from './backoff'
import type { WireReplay } from '../replay/protocol'
import type { Place } from '../stage/linkage'
import type { Picture, Stage } from '../stage/protocol'
import type { Channel, ChannelEvents } from './channel'
import type { Frame, HostMessage, Viewport, Welcome } from './protocol'
import { follow, startOfConnection, type Sequence } from './sequence'

/** How the screen stands with the host. `lost` carries the moment of the last sign of life, in local milliseconds. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number; readonly attempt: number }
  | { readonly kind: 'stopped' }

export interface LinkListener {
  readonly state: (state: LinkState) => void
  readonly welcome: (welcome: Welcome) => void
  readonly frame: (frame: Frame) => void
  readonly message: (message: Exclude<HostMessage, { type: 'frame' }>) => void
  /** No connection came about, and why: the network, an ended session, or a right that is missing. */
  readonly refused: (reason: string) => void
}

export interface LinkParts {
  readonly open: (events: ChannelEvents) => Channel
  readonly now: () => number
  readonly random: () => number
}

/** Without a frame for this long the picture counts as lost; the host promises one every 5 s. */
export const silenceMs = 10_000
/** At most this often the viewport is told; the host ends a connection above 10 a second. */
const viewportGapMs = 250

/**
 * Keeps one screen connected for as long as it is open: connects, greets, tells the viewport, acknowledges frames,
 * notices silence and gaps, and starts over with growing pauses. It draws nothing and decides nothing about what is shown.
 */
export class HubLink {
  #channel: Channel | null = null
  #generation = 0
  #sequence: Sequence = startOfConnection
  #viewport: Viewport | null = null
  #viewportToldAt = -Infinity
  /** The connection that has not yet answered the last viewport. */
  #viewportPending: Channel | null = null
  #viewportTimer: ReturnType<typeof setTimeout> | null = null
  #retryTimer: ReturnType<typeof setTimeout> | null = null
  #watch: ReturnType<typeof setInterval> | null = null
  #lastFrameAt = 0
  #attempt = 0
  #greeted = false
  #everLive = false
  #stopped = false
  readonly #listener: LinkListener
  readonly #parts: LinkParts

  constructor(listener: LinkListener, parts: LinkParts) {
    this.#listener = listener
    this.#parts = parts
  }

  start(): void {
    this.#lastFrameAt = this.#parts.now()
    this.#watch = setInterval(() => { this.#checkSilence() }, 1000)
    this.#listener.state({ kind: 'connecting' })
    void this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#generation++
    clearInterval(this.#watch ?? undefined)
    clearTimeout(this.#retryTimer ?? undefined)
    clearTimeout(this.#viewportTimer ?? undefined)
    void this.#channel?.stop().catch(() => undefined)
    this.#listener.state({ kind: 'stopped' })
  }

  /** Tells the host what is in view, now or as soon as it may be told; the newest wins. */
  setViewport(viewport: Viewport): void {
    this.#viewport = viewport
    this.#tellViewportSoon()
  }

  /** Follows a replay, or none; answers with it. Rejects with the host's reason, and without a connection: a new one follows none. */
  follow(replay: string | null): Promise<WireReplay | null> {
    return this.#call((channel) => channel.follow(replay))
  }

  /** Takes a screen's place on a stage; answers with the stage. Rejects as {@link follow} does: a new connection has no place. */
  join(place: Place | { readonly stage: string }): Promise<Stage> {
    return this.#call((channel) => channel.join(place))
  }

  /** Shows parts of a picture on the linked screens; answers with the stage's version. */
  show(parts: Partial<Picture> & { passing?: true }): Promise<number> {
    return this.#call((channel) => channel.show(parts))
  }

  /** A sign of life, with seconds from a fix's arrival to its picture. */
  beat(latency: number | null): void {
    void this.#call((channel) => channel.beat(latency)).catch(() => undefined)
  }

  #call<T>(method: (channel: Channel) => Promise<T>): Promise<T> {
    return this.#greeted && this.#channel !== null ? method(this.#channel) : Promise.reject(new Error('not connected'))
  }

  /** Tries at once instead of waiting for the pause to end, for example when the network is back. */
  hurry(): void {
    if (this.#retryTimer !== null) {
      clearTimeout(this.#retryTimer)
      this.#retryTimer = null
      void this.#connect()
    }
  }

  async #connect(): Promise<void> {
    const generation = ++this.#generation
    this.#greeted = false
    this.#sequence = startOfConnection
    const current = () => generation === this.#generation && !this.#stopped
    const channel = this.#parts.open({
      message: (message) => { if (current()) this.#receive(message) },
      closed: () => { if (current()) this.#lose() },
    })
    this.#channel = channel
    try {
      await channel.start()
      const welcome = await channel.hello()
      if (!current()) {
        return
      }
      this.#greeted = true
      this.#lastFrameAt = this.#parts.now()
      this.#listener.welcome(welcome)
      this.#viewportToldAt = -Infinity
      this.#tellViewportSoon()
    } catch (error) {
      if (current()) {
        this.#listener.refused(error instanceof Error ? error.message : '')
        this.#lose()
      }
    }
  }

  #receive(message: HostMessage): void {
    if (message.type !== 'frame') {
      this.#listener.message(message)
      return
    }
    const [sequence, verdict] = follow(this.#sequence, message.frame)
    this.#sequence = sequence
    this.#lastFrameAt = this.#parts.now()
    void this.#channel?.acknowledge(message.frame.seq).catch(() => undefined)
    switch (verdict) {
      case 'take':
        this.#attempt = 0
        this.#everLive = true
        this.#listener.state({ kind: 'live' })
        this.#listener.frame(message.frame)
        return
      case 'resync':
        this.#tellViewportSoon()
        return
      case 'ignore':
        return
    }
  }

  #tellViewportSoon(): void {
    const isPending = this.#viewportPending !== null && this.#viewportPending === this.#channel
    if (!this.#greeted || this.#viewport === null || this.#viewportTimer !== null || isPending) {
      return
    }
    const wait = Math.max(0, this.#viewportToldAt + viewportGapMs - this.#parts.now())
    this.#viewportTimer = setTimeout(() => {
      this.#viewportTimer = null
      if (!this.#greeted || this.#viewport === null) {
        return
      }
      this.#viewportToldAt = this.#parts.now()
      const [told, channel] = [this.#viewport, this.#channel]
      this.#viewportPending = channel
      // One at a time: what a slow connection keeps back would come all at once, and the host ends a screen that floods it.
      channel?.setViewport(told).catch(() => undefined).finally(() => {
        if (this.#viewportPending === channel) {
          this.#viewportPending = null
          if (this.#viewport !== told) {
            this.#tellViewportSoon()
          }
        }
      })
    }, wait)
  }

  #checkSilence(): void {
    if (this.#retryTimer === null && this.#parts.now() - this.#lastFrameAt > silenceMs) {
      this.#lose()
    }
  }

  #lose(): void {
    this.#generation++
    this.#greeted = false
    void this.#channel?.stop().catch(() => undefined)
    this.#channel = null
    const attempt = this.#attempt++
    this.#listener.state(this.#everLive || attempt > 0
      ? { kind: 'lost', since: this.#lastFrameAt, attempt }
      : { kind: 'connecting' })
    clearTimeout(this.#retryTimer ?? undefined)
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null
      void this.#connect()
    }, retryDelay(attempt, this.#parts.random))
  }
}
