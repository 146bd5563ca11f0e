import { createSignal, onCleanup } from 'solid-js'
import { call } from '../session/http'

/** POST /api/screens/codes. The secret stays in this page's memory: whoever sees the code cannot ask with it. */
interface Begun {
  readonly code: string
  readonly secret: string
  readonly validFor: number
}

interface Claimed {
  readonly state?: 'waiting'
}

const askEveryMs = 3000
const retryMs = 4000
const crowdedMs = 30_000

export type CodeFault = 'no-host' | 'crowded'

/** The code that this screen shows: renewed by itself, and asked about until somebody approves it. */
export function createCode(onApproved: () => void) {
  const [code, setCode] = createSignal<string | null>(null)
  const [secondsLeft, setSecondsLeft] = createSignal(0)
  const [fault, setFault] = createSignal<CodeFault | null>(null)
  let begun: Begun | null = null
  let endsAt = 0
  let next: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  // The page's own clock: the host's and the screen's may differ by hours on a machine that was just hung up.
  const tick = setInterval(() => { setSecondsLeft(Math.max(0, Math.ceil((endsAt - performance.now()) / 1000))) }, 250)
  onCleanup(() => {
    isOver = true
    clearTimeout(next)
    clearInterval(tick)
  })

  const later = (what: () => Promise<void>, afterMs: number) => {
    if (!isOver) {
      next = setTimeout(() => void what(), afterMs)
    }
  }

  async function begin(): Promise<void> {
    const answer = await call<Begun>('/api/screens/codes', { method: 'POST' })
    if (isOver) {
      return
    }
    switch (answer.kind) {
      case 'ok':
        begun = answer.value
        endsAt = performance.now() + begun.validFor * 1000
        setSecondsLeft(begun.validFor)
        setCode(begun.code)
        setFault(null)
        later(ask, askEveryMs)
        return
      case 'denied': // It is a wall screen already: another tab of this browser was approved.
        onApproved()
        return
      case 'refused':
        setFault(answer.status === 429 ? 'crowded' : 'no-host')
        later(begin, answer.status === 429 ? crowdedMs : retryMs)
        return
      case 'signed-out':
      case 'unreachable':
        setFault('no-host')
        later(begin, retryMs)
    }
  }

  async function ask(): Promise<void> {
    if (begun === null || performance.now() >= endsAt) {
      await begin()
      return
    }
    const answer = await call<Claimed>(`/api/screens/codes/${begun.code}/claim`, { method: 'POST', body: { secret: begun.secret } })
    if (isOver) {
      return
    }
    if (answer.kind === 'denied' || (answer.kind === 'ok' && answer.value.state !== 'waiting')) {
      onApproved()
    } else if (answer.kind === 'refused' && answer.status === 404) {
      await begin() // Its time is over, or the host was started anew.
    } else {
      setFault(answer.kind === 'ok' || answer.kind === 'refused' ? null : 'no-host')
      later(ask, askEveryMs)
    }
  }

  void begin()
  return { code, secondsLeft, fault }
}
