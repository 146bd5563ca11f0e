import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { call } from '../session/http'
import { keepReading } from '../session/reading'

/** A key matter that records of all systems are gathered by: GET /api/themes. */
export interface Theme {
  readonly key: string
  readonly name: string
  readonly categories: readonly string[]
}

/** A record of another system, where it is. */
export interface ThemePoint {
  readonly theme: Theme
  readonly system: string
  readonly number: string
  readonly lon: number
  readonly lat: number
  readonly time: number
  readonly category: string | null
  readonly kind: string | null
  readonly state: string | null
  readonly address: string | null
  readonly squad: string | null
  readonly link: string | null
}

interface PointFeature {
  readonly geometry: { readonly coordinates: readonly [number, number] }
  readonly properties: { readonly number: string; readonly kind: string | null; readonly category: string | null; readonly time: string; readonly state: string | null; readonly squad: string | null; readonly address: string | null; readonly link: string | null }
}

export const recordSystems = ['case', 'duty', 'complaint', 'inspection', 'linkage'] as const
export const themeDays = [7, 30, 90] as const
export type ThemeDays = (typeof themeDays)[number]

const dayMs = 86_400_000
const refreshMs = 60_000
const retryMs = 10_000

/** `some`: one of the systems could not be read; what the others have is shown. */
export type ThemesState = 'off' | 'loading' | 'ready' | 'some' | 'denied'

/** The theme layers: records of the chosen matters, of the last days, from every system. */
export function createThemes(isOff: () => boolean, hostNow: () => number) {
  const [themes, setThemes] = createSignal<readonly Theme[] | null>(null)
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set<string>(), { equals: isSame })
  const [days, setDays] = createSignal<ThemeDays>(30)
  const [points, setPoints] = createSignal<readonly ThemePoint[]>([])
  const [state, setState] = createSignal<ThemesState>('off')

  const [isWanted, setWanted] = createSignal(false)
  const [isUnread, setUnread] = createSignal(false)
  createEffect(() => {
    if (isWanted() && themes() === null) {
      keepReading(retryMs, (signal) => call<{ items: readonly Theme[] }>('/api/themes', { signal }), (answer) => {
        setUnread(answer.kind !== 'ok')
        if (answer.kind === 'ok') {
          setThemes(answer.value.items)
        }
      })
    }
  })

  createEffect(on([chosen, days, themes, isOff], ([keys, span, known, off]) => {
    if (keys.size === 0 || off) {
      setPoints([])
      setState('off')
      return
    }
    if (known === null) {
      setWanted(true)
      return
    }
    const abort = new AbortController()
    const load = async () => {
      const to = hostNow()
      const range = `from=${new Date(to - span * dayMs).toISOString()}&to=${new Date(to).toISOString()}`
      const wanted = known.filter((theme) => keys.has(theme.key))
      const answers = await Promise.all(wanted.flatMap((theme) => recordSystems.map(async (system) => ({
        theme, system, answer: await call<{ features: readonly PointFeature[] }>(`/api/records/${system}/points?theme=${encodeURIComponent(theme.key)}&${range}`, { signal: abort.signal }),
      }))))
      setPoints(answers.flatMap(({ theme, system, answer }) => (answer.kind === 'ok' ? answer.value.features.map((feature) => pointOf(theme, system, feature)) : [])))
      setState(answers.every(({ answer }) => answer.kind === 'denied') ? 'denied' : answers.every(({ answer }) => answer.kind === 'ok') ? 'ready' : 'some')
    }
    const quietly = () => void load().catch(() => undefined) // only an abort throws
    setState('loading')
    quietly()
    const timer = setInterval(quietly, refreshMs)
    onCleanup(() => {
      abort.abort()
      clearInterval(timer)
    })
  }))

  return {
    themes, chosen, setChosen, days, setDays, points, state,
    /** Which matters there are is read, again and again until the host says. */
    want: () => { setWanted(true) },
    /** Whether the host has not said, though it was asked. */
    isUnread,
    find: (system: string, number: string) => points().find((point) => point.system === system && point.number === number),
  }
}

export type Themes = ReturnType<typeof createThemes>

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every((each) => b.has(each))

function pointOf(theme: Theme, system: string, { geometry, properties }: PointFeature): ThemePoint {
  const [lon, lat] = geometry.coordinates
  return { ...properties, theme, system, lon, lat, time: Date.parse(properties.time) }
}
