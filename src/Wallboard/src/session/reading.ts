import { onCleanup } from 'solid-js'
import type { Answer } from './http'

/** Asks now and then every so often, until the effect that it is called in runs again or ends. */
export function keepReading<T>(everyMs: number, read: (signal: AbortSignal) => Promise<Answer<T>>, take: (answer: Answer<T>) => void): void {
  const abort = new AbortController()
  const quietly = () => { read(abort.signal).then(take, () => undefined) } // Only an abort throws.
  quietly()
  const timer = setInterval(quietly, everyMs)
  onCleanup(() => {
    abort.abort()
    clearInterval(timer)
  })
}
