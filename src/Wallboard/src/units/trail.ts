import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { call } from '../session/http'
import { trailOf, type TrackColumns, type Trail } from './track'

export const trailHours = [1, 3, 8] as const
export type TrailHours = (typeof trailHours)[number]

export type TrailState =
  | { readonly kind: 'off' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly trail: Trail }
  | { readonly kind: 'denied' }
  | { readonly kind: 'failed' }

const refreshMs = 30_000

/** The trail of the chosen unit over the last hours; read anew now and then while it is shown. */
export function createTrail(unitId: () => string | null, hours: () => TrailHours | null, hostNow: () => number) {
  const [state, setState] = createSignal<TrailState>({ kind: 'off' })

  createEffect(on([unitId, hours], ([id, span]) => {
    if (id === null || span === null) {
      setState({ kind: 'off' })
      return
    }
    const abort = new AbortController()
    const load = async () => {
      const now = hostNow()
      const range = `from=${new Date(now - span * 3_600_000).toISOString()}&to=${new Date(now).toISOString()}`
      const path = id.split('/').map(encodeURIComponent).join('/')
      const answer = await call<TrackColumns>(`/api/units/${path}/track?${range}&format=json`, { signal: abort.signal })
      if (answer.kind === 'ok') {
        setState({ kind: 'ready', trail: trailOf(answer.value) })
      } else if (answer.kind === 'denied') {
        setState({ kind: 'denied' })
      } else {
        setState({ kind: 'failed' })
      }
    }
    const quietly = () => void load().catch(() => undefined) // only an abort throws
    setState({ kind: 'loading' })
    quietly()
    const timer = setInterval(quietly, refreshMs)
    onCleanup(() => {
      abort.abort()
      clearInterval(timer)
    })
  }))

  return state
}
