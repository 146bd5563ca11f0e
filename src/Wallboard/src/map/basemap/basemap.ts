import { createSignal, onCleanup } from 'solid-js'
import { call } from '../../session/http'

export type Schema = 'openmaptiles' | 'protomaps'

/** GET /api/basemap, where one was chosen. */
export interface Basemap {
  readonly kind: 'vector' | 'raster'
  readonly schema: Schema | null
  readonly crs: 'wgs84' | 'gcj02'
  readonly tone: 'light' | 'dark'
  readonly minZoom: number
  readonly maxZoom: number
  readonly bounds: { readonly west: number; readonly south: number; readonly east: number; readonly north: number } | null
  readonly label: string | null
  readonly attribution: string | null
  readonly revision: string
  /** Since when it cannot be had; null: it can. */
  readonly since: string | null
}

const refreshMs = 5000
/** A tile that did not come is news; twenty of them are the same. */
const hurryPauseMs = 1000

/** Which base map the installation has, and whether it can be had; read again every few seconds, as that may change. */
export function createBasemap() {
  const [chosen, setChosen] = createSignal<Basemap | null>(null, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) })
  let readAt = -Infinity

  async function read(): Promise<void> {
    readAt = performance.now()
    const answer = await call<Basemap | { readonly kind: 'none' }>('/api/basemap')
    if (answer.kind === 'ok') {
      setChosen(answer.value.kind === 'none' ? null : answer.value)
    } // Otherwise the host itself is away, and the wall says so.
  }

  const timer = setInterval(() => {
    if (chosen() !== null) {
      void read()
    }
  }, refreshMs)
  onCleanup(() => { clearInterval(timer) })
  return {
    chosen,
    /** Whether it is what the map shows; otherwise that is the sketch. */
    isShown: () => chosen()?.since === null,
    read: () => void read(),
    /** A tile did not come: is there none to be had? */
    hurry: () => {
      if (performance.now() - readAt > hurryPauseMs) {
        void read()
      }
    },
  }
}

export type BasemapState = ReturnType<typeof createBasemap>
