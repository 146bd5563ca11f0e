import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { call } from '../session/http'
import { rangeOf, type Period } from '../time/period'
import { fullHeat, resolutionOf, type HeatCell } from './heat'

export interface HeatView {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
  readonly zoom: number
}

export type HeatState =
  | { readonly kind: 'off' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly cells: readonly HeatCell[]; readonly full: number; readonly resolution: number }
  | { readonly kind: 'denied' }
  | { readonly kind: 'failed' }

const refreshMs = 60_000
const settleMs = 250

/** Presence by cell for the period and the view; what was loaded stays on screen until the next answer is there. */
export function createPresence(period: () => Period | null, view: () => HeatView | null, hostNow: () => number) {
  const [state, setState] = createSignal<HeatState>({ kind: 'off' })

  createEffect(on([period, view], ([span, area]) => {
    if (span === null || area === null) {
      setState({ kind: 'off' })
      return
    }
    const abort = new AbortController()
    const resolution = resolutionOf(area.zoom)
    const load = async () => {
      const [from, to] = rangeOf(span, hostNow()).map((time) => new Date(time).toISOString())
      const box = [area.west, area.south, area.east, area.north].map((degrees) => degrees.toFixed(5)).join(',')
      const answer = await call<{ cells: HeatCell[] }>(
        `/api/heatmaps/presence?from=${from}&to=${to}&resolution=${resolution}&bbox=${box}`, { signal: abort.signal })
      if (answer.kind === 'ok') {
        const { cells } = answer.value
        setState({ kind: 'ready', cells, full: fullHeat(cells), resolution })
      } else {
        setState({ kind: answer.kind === 'denied' ? 'denied' : 'failed' })
      }
    }
    const quietly = () => void load().catch(() => undefined) // only an abort throws
    if (state().kind !== 'ready') {
      setState({ kind: 'loading' })
    }
    const settle = setTimeout(quietly, settleMs)
    const timer = setInterval(quietly, refreshMs)
    onCleanup(() => {
      abort.abort()
      clearTimeout(settle)
      clearInterval(timer)
    })
  }))

  return state
}
