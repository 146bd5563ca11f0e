import type { Answer } from '../session/http'
import { close, keep, play } from './calls'
import type { PlaySession } from './protocol'

/** The host closes what was not kept for a minute. */
const keepEveryMs = 15_000

/** What of cameras this page has open: kept while it is shown, closed when it is not, whatever becomes of the page. */
export function createSessions(screen: string | null) {
  const open = new Map<string, () => void>()
  let timer: ReturnType<typeof setInterval> | undefined

  async function keepAll(): Promise<void> {
    const answer = await keep([...open.keys()])
    for (const session of answer.kind === 'ok' ? answer.value.gone : []) {
      const reopen = open.get(session)
      open.delete(session)
      reopen?.()
    }
  }

  const closeAll = () => {
    if (open.size > 0) {
      void close([...open.keys()])
    }
  }
  // Back from the browser's store of pages the host says of each that it is gone, and they are opened anew.
  window.addEventListener('pagehide', closeAll)

  return {
    async open(camera: string, onGone: () => void): Promise<Answer<PlaySession>> {
      const answer = await play(camera, screen)
      if (answer.kind === 'ok') {
        open.set(answer.value.session, onGone)
        timer ??= setInterval(() => { if (open.size > 0) void keepAll() }, keepEveryMs)
      }
      return answer
    },
    close(session: string): void {
      if (open.delete(session)) {
        void close([session])
      }
    },
    stop(): void {
      window.removeEventListener('pagehide', closeAll)
      clearInterval(timer)
      closeAll()
      open.clear()
    },
  }
}

export type Sessions = ReturnType<typeof createSessions>
