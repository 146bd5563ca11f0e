import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { call, type Answer } from '../session/http'
import { keepReading } from '../session/reading'
import { words } from '../text/language'
import { startOfDay } from '../time/format'
import { eachOnce, ofStage, recordSystems, systemPrefix, themePrefix, toStage, usualDays, type ChosenPoints, type PointDays, type PointLayer, type RecordPoint, type Theme } from './point'

interface PointFeature {
  readonly geometry: { readonly coordinates: readonly [number, number] }
  readonly properties: { readonly number: string; readonly kind: string | null; readonly category: string | null; readonly time: string; readonly state: string | null; readonly squad: string | null; readonly address: string | null; readonly link: string | null }
}

type PointsAnswer = Answer<{ readonly features: readonly PointFeature[] }>

const dayMs = 86_400_000
const refreshMs = 60_000
const retryMs = 10_000
/** The host's way of saying that the answer would be too long. */
const tooMuch = 422

/** `some`: one of the systems could not be read; what the others have is shown. `many`: one has more records than a map can show. */
export type PointsState = 'off' | 'loading' | 'ready' | 'some' | 'many' | 'denied'

/** Records of other systems as points: of the chosen layers, of the last days. */
export function createRecordPoints(isOff: () => boolean, hostNow: () => number) {
  const [themes, setThemes] = createSignal<readonly Theme[] | null>(null)
  const [chosen, setChosen] = createSignal<ChosenPoints>(new Map<string, string>(), { equals: isSame })
  const [days, setDays] = createSignal<PointDays>(usualDays)
  const [points, setPoints] = createSignal<readonly RecordPoint[]>([])
  const [counts, setCounts] = createSignal<ReadonlyMap<string, number>>(new Map<string, number>())
  const [state, setState] = createSignal<PointsState>('off')

  const systemLayers = createMemo(() => recordSystems.map((system, index): PointLayer =>
    ({ key: systemPrefix + system, name: words().recordSystem[system]!, mark: words().recordMark[system]!, theme: null, systems: [system], index })))
  const themeLayers = createMemo(() => (themes() ?? []).map((theme, index): PointLayer =>
    ({ key: themePrefix + theme.key, name: theme.name, mark: theme.name.slice(0, 1), theme, systems: recordSystems, index: recordSystems.length + index })))

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

  createEffect(on([chosen, days, themes, isOff], ([layers, span, known, off]) => {
    if (known === null && [...layers.keys()].some((key) => key.startsWith(themePrefix))) {
      setWanted(true)
    }
    // Of a matter and a system that have the same record, the matter says more of it.
    const wanted = [...themeLayers(), ...systemLayers()].filter((layer) => layers.has(layer.key))
    if (wanted.length === 0 || off) {
      setPoints([])
      setCounts(new Map())
      setState(layers.size === 0 || off ? 'off' : 'loading')
      return
    }
    const abort = new AbortController()
    const load = async () => {
      const to = hostNow()
      // Whole days and today, as lists and heat count them.
      const range = `from=${new Date(startOfDay(startOfDay(to) - (span - 1) * dayMs)).toISOString()}&to=${new Date(to).toISOString()}`
      const answers = await Promise.all(wanted.flatMap((layer) => layer.systems.map(async (system) => {
        const which = layer.theme === null ? layers.get(layer.key) : `theme=${encodeURIComponent(layer.theme.key)}`
        const answer: PointsAnswer = await call(`/api/records/${system}/points?${range}&${which}`, { signal: abort.signal })
        return { answer, points: answer.kind === 'ok' ? answer.value.features.map((feature) => pointOf(layer, system, feature)) : [] }
      })))
      const all = answers.flatMap(({ points: some }) => some)
      setPoints(eachOnce(all))
      setCounts(new Map(wanted.map((layer) => [layer.key, all.filter((point) => point.layer === layer).length])))
      setState(stateOf(answers.map(({ answer }) => answer)))
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
    themes, themeLayers, systemLayers, chosen, days, setDays, points, state,
    /** Shows those records of a layer; null: none. */
    choose(key: string, filter: string | null): void {
      const others = [...chosen()].filter(([each]) => each !== key)
      setChosen(new Map(filter === null ? others : [...others, [key, filter]]))
    },
    /** What of it other screens are to show. */
    stageLayers: () => toStage(chosen(), days()),
    /** Shows what a stage does. */
    show(layers: readonly string[]): void {
      const shown = ofStage(layers)
      setChosen(shown.chosen)
      if (shown.chosen.size > 0) {
        setDays(shown.days)
      }
    },
    /** How many records a chosen layer has. */
    countOf: (key: string) => counts().get(key) ?? 0,
    /** Which matters there are is read, again and again until the host says. */
    want: () => { setWanted(true) },
    /** Whether the host has not said, though it was asked. */
    isUnread,
    find: (system: string, number: string) => points().find((point) => point.system === system && point.number === number),
  }
}

export type RecordPoints = ReturnType<typeof createRecordPoints>

const isSame = (a: ChosenPoints, b: ChosenPoints) => a.size === b.size && [...a].every(([key, filter]) => b.get(key) === filter)

function stateOf(answers: readonly PointsAnswer[]): PointsState {
  if (answers.every(({ kind }) => kind === 'ok')) {
    return 'ready'
  }
  if (answers.some((answer) => answer.kind === 'refused' && answer.status === tooMuch)) {
    return 'many'
  }
  return answers.every(({ kind }) => kind === 'denied') ? 'denied' : 'some'
}

function pointOf(layer: PointLayer, system: string, { geometry, properties }: PointFeature): RecordPoint {
  const [lon, lat] = geometry.coordinates
  return { ...properties, layer, theme: layer.theme, system, lon, lat, time: Date.parse(properties.time) }
}
