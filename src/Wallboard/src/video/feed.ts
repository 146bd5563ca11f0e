import { createSignal, onCleanup } from 'solid-js'
import type { Answer } from '../session/http'
import { playStream, readStill, release, show, type Canvas, type Player, type Reason } from './players'
import { snapshotOf } from './calls'
import type { LastPictures } from './lastPictures'
import type { PlaySession, StreamProtocol } from './protocol'
import type { Sessions } from './sessions'

/** What a tile shows of its camera. There is always either a picture with its age or a reason. */
export type FeedState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'playing'; readonly protocol: StreamProtocol }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly retryAt: number }

/** Seconds between tries: doubling, so that a camera that is down is not asked by every screen all night. */
const firstRetryMs = 2000
const lastRetryMs = 60_000
/** What played for so long has earned a quick try. */
const steadyMs = 30_000
/** While there is no stream a picture is asked for this often. */
const posterMs = 15_000

export const retryAfterMs = (failures: number): number => Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures, 10))

/** Keeps a camera's picture on a tile: the first of its streams that plays, again and again after failures, and closes all that it opened. */
export function createFeed(camera: string, canvas: () => Canvas, sessions: Sessions, pictures: LastPictures, stillEveryMs: () => number) {
  const [state, setState] = createSignal<FeedState>({ kind: 'opening' })
  /** When the picture that is shown while no stream plays was taken; null: there is none. */
  const [posterAt, setPosterAt] = createSignal<number | null>(null)
  const [session, setSession] = createSignal<PlaySession | null>(null)
  const abort = new AbortController()
  let player: Player | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let poster: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let playingSince: number | null = null

  async function open(): Promise<void> {
    const answer = await sessions.open(camera, reopen)
    if (abort.signal.aborted) {
      if (answer.kind === 'ok') {
        sessions.close(answer.value.session)
      }
    } else if (answer.kind === 'ok') {
      setSession(answer.value)
      tryStream(answer.value, 0, 'no-pictures')
    } else {
      fail(reasonOf(answer))
    }
  }

  function tryStream(opened: PlaySession, index: number, reason: Reason): void {
    const stream = opened.streams[index]
    if (stream === undefined) {
      fail(reason)
      return
    }
    player = playStream(stream, canvas(), stillEveryMs(), {
      playing(takenAt) {
        playingSince ??= performance.now()
        if (takenAt !== null) {
          setPosterAt(takenAt)
        }
        if (state().kind !== 'playing') {
          setState({ kind: 'playing', protocol: stream.protocol })
        }
      },
      last(last) {
        pictures.keep(camera, last)
        showLast()
      },
      failed(why) {
        player = null
        if (state().kind === 'playing') {
          fail(why) // It was the one that worked: it is opened anew.
        } else {
          tryStream(opened, index + 1, why)
        }
      },
    })
  }

  function showLast(): void {
    const last = pictures.of(camera)
    if (last !== null && !abort.signal.aborted && last.takenAt > (posterAt() ?? 0)) {
      show(canvas().image, last.picture)
      setPosterAt(last.takenAt)
    }
  }

  function fail(reason: Reason): void {
    failures = playingSince !== null && performance.now() - playingSince > steadyMs ? 0 : failures + 1
    const delay = retryAfterMs(failures)
    end()
    setState({ kind: 'failed', reason, retryAt: Date.now() + delay })
    void refreshPoster()
    retry = setTimeout(() => void open(), delay)
  }

  /** The host has closed the session, such as one that slept. */
  function reopen(): void {
    clearTimeout(retry)
    end()
    setState({ kind: 'opening' })
    void refreshPoster()
    void open()
  }

  function end(): void {
    player?.stop()
    player = null
    playingSince = null
    const opened = session()
    if (opened !== null) {
      setSession(null)
      sessions.close(opened.session)
    }
  }

  async function refreshPoster(): Promise<void> {
    clearTimeout(poster)
    const still = await readStill(snapshotOf(camera), abort.signal)
    if (abort.signal.aborted) {
      return
    }
    if (still.picture !== null && state().kind !== 'playing' && (still.takenAt ?? Infinity) > (posterAt() ?? 0)) {
      show(canvas().image, still.picture)
      setPosterAt(still.takenAt)
    }
    if (state().kind !== 'playing') {
      poster = setTimeout(() => void refreshPoster(), posterMs)
    }
  }

  onCleanup(() => {
    abort.abort()
    clearTimeout(retry)
    clearTimeout(poster)
    end()
    release(canvas().image.src)
  })

  return {
    state, posterAt, session,
    start() {
      showLast()
      void refreshPoster()
      void open()
    },
    /** Tries now. */
    retry() {
      clearTimeout(retry)
      failures = 0
      setState({ kind: 'opening' })
      void open()
    },
  }
}

function reasonOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Reason {
  switch (answer.kind) {
    case 'denied':
    case 'signed-out': return 'denied'
    case 'unreachable': return 'host-unreachable'
    case 'refused': return (answer.body as { code?: string } | null)?.code ?? 'unreachable'
  }
}
