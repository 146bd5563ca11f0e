import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { call, type Answer } from '../session/http'
import type { RhythmAnswer, TableAnswer } from './answers'
import { rhythmPath, tablePath } from './question'
import type { HeatState } from './reading'

/** A part of the figures: null while nothing of it is there yet. */
export interface Part<T> {
  readonly value: T | null
  readonly failed: boolean
}

const nothing = { value: null, failed: false } as const
/** Maps are moved and settings tried one after the other: figures come when that is over. */
const settleMs = 400

/**
 * What goes with the cells that are on the map: of the same ranges and the same place, and asked for again when these are.
 * @param by Of which areas there is a table; null: there is none.
 */
export function createFigures(heat: () => HeatState, by: () => 'street' | 'squad' | null) {
  const [rhythm, setRhythm] = createSignal<Part<RhythmAnswer>>(nothing)
  const [against, setAgainst] = createSignal<Part<RhythmAnswer>>(nothing)
  const [table, setTable] = createSignal<Part<TableAnswer>>(nothing)
  const picture = () => { const state = heat(); return state.kind === 'ready' ? state.picture : null }

  createEffect(on([picture, by], ([shown, area], before) => {
    const [was, wasArea] = before ?? [null, null]
    if (shown === null) {
      setRhythm(nothing)
      setAgainst(nothing)
      setTable(nothing)
      return
    }
    const isOther = was?.choice !== shown.choice || was.period !== shown.period
    if (isOther) {
      setRhythm(nothing)
      setAgainst(nothing)
    }
    if (isOther || area !== wasArea) {
      setTable(nothing)
    }
    const abort = new AbortController()
    const { choice, ranges: { from, to, againstFrom, againstTo }, box } = shown
    const take = <T>(set: (part: Part<T>) => void) => (answer: Answer<T>) => { set({ value: answer.kind === 'ok' ? answer.value : null, failed: answer.kind !== 'ok' }) }
    const ask = <T>(path: string, set: (part: Part<T>) => void) => void call<T>(path, { signal: abort.signal }).then(take(set), () => undefined) // Only an abort throws.
    const timer = setTimeout(() => {
      ask(rhythmPath(choice, from, to, box), setRhythm)
      if (choice.look === 'compare') {
        ask(rhythmPath(choice, againstFrom, againstTo, box), setAgainst)
      }
      if (area !== null) {
        ask(tablePath(choice, area, from, to, box), setTable)
      }
    }, settleMs)
    onCleanup(() => {
      clearTimeout(timer)
      abort.abort()
    })
  }))

  return { rhythm, against, table }
}

export type Figures = ReturnType<typeof createFigures>
