import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js'
import { home } from '../map/home'
import { call } from '../session/http'
import type { Bounds } from '../stage/span'
import { isPast, type Period } from '../time/period'
import { failureOf, type CellsAnswer, type Failure } from './answers'
import { isOfIncidents, type Choice } from './choice'
import { resolutionFor, resolutionOf } from './heat'
import { cellsPath, rangesOf, type Ranges } from './question'
import { colourOf, fullOf } from './scales'
import { coloursOf, shapesOf, type CellShapes } from './shapes'

export interface HeatView extends Bounds {
  readonly zoom: number
}

/** An answer, ready to be drawn. */
export interface HeatPicture {
  readonly choice: Choice
  readonly period: Period
  readonly answer: CellsAnswer
  readonly path: string
  readonly ranges: Ranges
  readonly box: Bounds
  readonly readAt: number
  readonly full: number
  readonly shapes: CellShapes
  readonly colours: Uint8Array
}

export type HeatState =
  | { readonly kind: 'off' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly picture: HeatPicture }
  | { readonly kind: Failure }

/** Between the end of one answer and the next question, by how dear it is for the host and how much it can have changed. */
const densityMs = 15_000
const analysisMs = 60_000
const pastMs = 300_000
/** What was pushed is asked about at once, but no more often than this. */
const newsMs = 2_500
const settleMs = 250
/** An answer that takes longer is said to be under way. */
const slowMs = 700
/** Cells that hold more than the host gives at once are asked for once more, this much coarser. */
const coarser = 1

interface Asked {
  readonly period: Period
  readonly choice: Choice
  readonly resolution: number
  readonly box: Bounds
}

const isSameAsked = (a: Asked | null, b: Asked | null): boolean =>
  a === b || (a !== null && b !== null && a.period === b.period && a.choice === b.choice && a.resolution === b.resolution
    && a.box.west === b.box.west && a.box.south === b.box.south && a.box.east === b.box.east && a.box.north === b.box.north)

export interface HeatParts {
  /** Null: no heat is wanted. */
  readonly period: () => Period | null
  readonly choice: () => Choice
  readonly view: () => HeatView | null
  readonly hostNow: () => number
  /** Changes when an incident does. */
  readonly incidents: () => unknown
}

/** Where a choice is counted. */
export const boxOf = (choice: Choice, view: Bounds): Bounds => (choice.scope === 'district' ? home : view)

/**
 * Heat by cell for what is chosen and where the map looks. One question is under way at a time, and what was answered stays on screen until the next answer is
 * there: it neither flickers nor piles up.
 */
export function createHeatReading(parts: HeatParts) {
  const [state, setState] = createSignal<HeatState>({ kind: 'off' })
  const [isReading, setReading] = createSignal(false)
  const [isStale, setStale] = createSignal(false)
  let shown: { choice: Choice; period: Period } | null = null

  /** What of the view matters: of the whole district only the size of its cells. */
  const asked = createMemo((): Asked | null => {
    const [period, choice, view] = [parts.period(), parts.choice(), parts.view()]
    return period === null || view === null ? null
      : { period, choice, resolution: resolutionFor(choice.grain, view.zoom), box: boxOf(choice, view) }
  }, null, { equals: isSameAsked })

  createEffect(on(asked, (wanted) => {
    setStale(false)
    if (wanted === null) {
      shown = null
      setState({ kind: 'off' })
      setReading(false)
      return
    }
    const { period, choice, box } = wanted
    if (shown === null || shown.choice !== choice || shown.period !== period) {
      shown = { choice, period }
      setState({ kind: 'loading' })
    } else if (untrack(state).kind !== 'ready') {
      setState({ kind: 'loading' })
    }
    const abort = new AbortController()
    let { resolution } = wanted
    let timer: ReturnType<typeof setTimeout> | undefined
    let isUnderWay = false
    let hasNews = false
    let endedAt = -Infinity

    const read = async (): Promise<void> => {
      if (isUnderWay || document.hidden) {
        hasNews ||= isUnderWay
        if (!isUnderWay) {
          plan(densityMs)
        }
        return
      }
      isUnderWay = true
      hasNews = false
      const slow = setTimeout(() => setReading(true), slowMs)
      const ranges = rangesOf(choice, period, parts.hostNow())
      const path = cellsPath(choice, ranges, box, resolution)
      const answer = await call<CellsAnswer>(path, { signal: abort.signal }).finally(() => {
        clearTimeout(slow)
        setReading(false)
        isUnderWay = false
        endedAt = performance.now()
      })
      if (answer.kind === 'ok') {
        setStale(false)
        const before = untrack(state)
        const picture = heatPictureOf(choice, period, answer.value, path, ranges, box, parts.hostNow(), before.kind === 'ready' ? before.picture : null)
        setState({ kind: 'ready', picture })
      } else {
        const failure = failureOf(answer)
        if (failure === 'tooMuch' && choice.grain === 'auto' && resolution > resolutionOf(0)) {
          resolution -= coarser
          plan(0)
          return
        }
        // What was read before is still true of when it was read; a refusal is not.
        if (untrack(state).kind === 'ready' && (failure === 'failed' || failure === 'busy')) {
          setStale(true)
        } else {
          setState({ kind: failure })
        }
      }
      plan(hasNews ? newsMs : isPast(period, parts.hostNow()) ? pastMs : choice.look === 'density' ? densityMs : analysisMs)
    }
    const quietly = () => void read().catch(() => undefined) // Only an abort throws.
    const plan = (afterMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(quietly, afterMs)
    }
    plan(settleMs)

    if (isOfIncidents(choice.layer)) {
      createEffect(on(parts.incidents, () => {
        if (isUnderWay) {
          hasNews = true
        } else {
          plan(Math.max(settleMs, endedAt + newsMs - performance.now()))
        }
      }, { defer: true }))
    }
    const wake = () => { if (!document.hidden) plan(settleMs) }
    document.addEventListener('visibilitychange', wake)
    onCleanup(() => {
      abort.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', wake)
    })
  }))

  return { state, isReading, isStale }
}

/** Makes an answer ready to be drawn. The same cells as before keep their shapes: what is asked again every few seconds mostly has them. */
export function heatPictureOf(
  choice: Choice, period: Period, answer: CellsAnswer, path: string, ranges: Ranges, box: Bounds, readAt: number, before: HeatPicture | null,
): HeatPicture {
  const { cells } = answer
  const full = fullOf(choice.look, cells)
  const known = before?.answer.cells
  const isSame = known?.length === cells.length && cells.every(([cell], index) => cell === known[index]![0])
  const shapes = isSame ? before!.shapes : shapesOf(cells.map(([cell]) => cell))
  const colours = coloursOf(shapes, (index) => colourOf(choice.look, cells[index]!, full))
  return { choice, period, answer, path, ranges, box, readAt, full, shapes, colours }
}
