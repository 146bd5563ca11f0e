import { hostClock } from '../time/clock'
import type { LastPicture } from './lastPictures'
import type { Stream } from './protocol'

/** Why there is no picture; words for each are in the texts. The host's own codes are among them. */
export type Reason = string

export interface PlayerEvents {
  /** A picture is there, or moves again. A still picture says when it was taken. */
  readonly playing: (takenAt: number | null) => void
  /** The last picture of a stream that has ended or was stopped; it comes a moment later. */
  readonly last: (last: LastPicture) => void
  /** There is none, or none any more; the player has ended. */
  readonly failed: (reason: Reason) => void
}

export interface Player {
  stop(): void
}

/** Where a player puts its picture. */
export interface Canvas {
  readonly video: HTMLVideoElement
  readonly image: HTMLImageElement
}

/** A stream that has not begun after this long, or has stood for this long, is not one. */
const stallMs = 12_000
/** A browser opens six connections to one address, and the wall needs some: streams that each hold one have to leave them. */
const heldAtMost = 3
/** How large a last picture is kept. */
const keptWidth = 960
const held = new Map<string, number>()

/** Plays a stream until it is stopped or fails. Nothing of it is left then: no connection, no decoder. */
export function playStream({ protocol, url }: Stream, canvas: Canvas, stillEveryMs: number, events: PlayerEvents): Player {
  switch (protocol) {
    case 'still':
      return playStills(url, canvas.image, stillEveryMs, events)
    case 'hls':
      return playVideo(canvas.video, events, (failed) => attachHls(url, canvas.video, failed))
    case 'flv':
      return playVideo(canvas.video, events, (failed) => attachFlv(url, canvas.video, failed))
    case 'whep':
      return playVideo(canvas.video, events, (failed) => attachWhep(url, canvas.video, failed))
  }
}

/** What a way of playing leaves to be undone. */
type Detach = () => void

/** Watches a video element: it plays while its clock goes on. */
function playVideo(video: HTMLVideoElement, events: PlayerEvents, attach: (failed: (reason: Reason) => void) => Promise<Detach>): Player {
  let isOver = false
  let detach: Detach | null = null
  let [time, movedAt] = [-1, performance.now()]
  const end = () => {
    isOver = true
    clearInterval(watching)
    if (time >= 0) {
      const takenAt = hostClock.at(Date.now()) - (performance.now() - movedAt)
      frameOf(video, (picture) => { events.last({ picture, takenAt }) })
    }
    detach?.()
    detach = null
    video.pause()
    video.removeAttribute('src')
    video.srcObject = null
    video.load()
  }
  const fail = (reason: Reason) => {
    if (!isOver) {
      end()
      events.failed(reason)
    }
  }
  const watching = setInterval(() => {
    if (video.currentTime > 0 && video.currentTime !== time) {
      [time, movedAt] = [video.currentTime, performance.now()]
      events.playing(null)
    } else if (performance.now() - movedAt > stallMs) {
      fail(time < 0 ? 'no-picture' : 'stalled')
    }
  }, 250)
  video.muted = true
  attach(fail).then(
    (undo) => {
      if (isOver) {
        undo()
      } else {
        detach = undo
        video.play().catch(() => undefined) // What it cannot play it does not move: the watch says so.
      }
    },
    (error: unknown) => { fail(error instanceof Refusal ? error.reason : 'unplayable') },
  )
  return { stop: () => { if (!isOver) end() } }
}

/** What a video shows, as a picture to keep. */
function frameOf(video: HTMLVideoElement, take: (picture: Blob) => void): void {
  if (video.videoWidth > 0) {
    const canvas = document.createElement('canvas')
    canvas.width = Math.min(video.videoWidth, keptWidth)
    canvas.height = Math.max(1, Math.round(video.videoHeight * canvas.width / video.videoWidth))
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
    canvas.toBlob((picture) => { if (picture !== null) take(picture) }, 'image/jpeg', 0.8)
  }
}

class Refusal extends Error {
  readonly reason: Reason

  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

async function attachHls(url: string, video: HTMLVideoElement, failed: (reason: Reason) => void): Promise<Detach> {
  const { default: Hls } = await import('hls.js/light')
  if (!Hls.isSupported()) {
    throw new Refusal('unplayable')
  }
  const hls = new Hls({ liveDurationInfinity: true, backBufferLength: 10, maxBufferLength: 15, lowLatencyMode: true })
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (fatal) {
      failed(type === Hls.ErrorTypes.NETWORK_ERROR ? 'unreachable' : 'unplayable')
    }
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return () => { hls.destroy() }
}

async function attachFlv(url: string, video: HTMLVideoElement, failed: (reason: Reason) => void): Promise<Detach> {
  const address = new URL(url, location.href)
  const isHolding = address.protocol.startsWith('http')
  const holding = held.get(address.origin) ?? 0
  if (isHolding && holding >= heldAtMost) {
    throw new Refusal('too-many')
  }
  const count = (by: number) => { if (isHolding) held.set(address.origin, (held.get(address.origin) ?? 0) + by) }
  count(1)
  try {
    const { default: mpegts } = await import('mpegts.js')
    if (!mpegts.isSupported()) {
      throw new Refusal('unplayable')
    }
    mpegts.LoggingControl.enableAll = false
    const player = mpegts.createPlayer({ type: 'flv', isLive: true, url: address.href }, { liveBufferLatencyChasing: true, autoCleanupSourceBuffer: true })
    player.on(mpegts.Events.ERROR, (type: string) => { failed(type === mpegts.ErrorTypes.NETWORK_ERROR ? 'unreachable' : 'unplayable') })
    player.attachMediaElement(video)
    player.load()
    return () => {
      player.destroy()
      count(-1)
    }
  } catch (error) {
    count(-1)
    throw error
  }
}

/** WHEP, draft-ietf-wish-whep: an offer is posted, the answer comes back, and the resource that it names is deleted at the end. */
async function attachWhep(url: string, video: HTMLVideoElement, failed: (reason: Reason) => void): Promise<Detach> {
  const peer = new RTCPeerConnection()
  try {
    peer.addTransceiver('video', { direction: 'recvonly' })
    peer.addTransceiver('audio', { direction: 'recvonly' })
    peer.ontrack = ({ streams, track }) => { video.srcObject ??= streams[0] ?? new MediaStream([track]) }
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'disconnected') {
        failed('unreachable')
      }
    }
    await peer.setLocalDescription(await peer.createOffer())
    await gathered(peer)
    const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: peer.localDescription!.sdp, signal: AbortSignal.timeout(stallMs) })
      .catch(() => { throw new Refusal('unreachable') })
    if (!response.ok) {
      throw new Refusal('refused')
    }
    const resource = response.headers.get('Location')
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    return () => {
      peer.close()
      if (resource !== null) {
        fetch(new URL(resource, new URL(url, location.href)), { method: 'DELETE', keepalive: true }).catch(() => undefined)
      }
    }
  } catch (error) {
    peer.close()
    throw error
  }
}

/** On a local network what there is of ways to be reached is there at once. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000)
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState === 'complete') {
        clearTimeout(timer)
        resolve()
      }
    }
  })
}

/** A picture of the camera as the host has it, one after the other. */
function playStills(url: string, image: HTMLImageElement, everyMs: number, events: PlayerEvents): Player {
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let misses = 0
  const next = async () => {
    const still = await readStill(url, abort.signal)
    if (abort.signal.aborted) {
      return
    }
    if (still.picture !== null) {
      show(image, still.picture)
    }
    if (still.picture !== null && still.reason === null) {
      misses = 0
      events.playing(still.takenAt)
    } else if (++misses >= 3) {
      abort.abort()
      events.failed(still.reason ?? 'unreachable')
      return
    }
    timer = setTimeout(() => void next(), everyMs)
  }
  void next()
  return {
    stop() {
      abort.abort()
      clearTimeout(timer)
    },
  }
}

export interface Still {
  /** The picture, or an old one when there is a reason. */
  readonly picture: Blob | null
  readonly takenAt: number | null
  readonly reason: Reason | null
}

/** The newest picture of a camera that the host has or gets. Aborted: none, for no reason. */
export async function readStill(url: string, signal: AbortSignal): Promise<Still> {
  try {
    const response = await fetch(url, { signal, credentials: 'same-origin' })
    if (!response.ok) {
      const { code } = await response.json().catch(() => ({})) as { code?: string }
      return { picture: null, takenAt: null, reason: code ?? (response.status === 403 ? 'denied' : 'unreachable') }
    }
    const taken = Date.parse(response.headers.get('Vantage-Picture-Time') ?? '')
    return { picture: await response.blob(), takenAt: Number.isNaN(taken) ? null : taken, reason: response.headers.get('Vantage-Picture-Problem') }
  } catch {
    return { picture: null, takenAt: null, reason: signal.aborted ? null : 'unreachable' }
  }
}

/** Puts a picture into an image, and lets go of the one before. */
export function show(image: HTMLImageElement, picture: Blob): void {
  const before = image.src
  image.src = URL.createObjectURL(picture)
  image.onload = () => { release(before) }
}

export function release(address: string): void {
  if (address.startsWith('blob:')) {
    URL.revokeObjectURL(address)
  }
}
