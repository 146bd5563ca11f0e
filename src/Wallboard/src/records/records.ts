import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { call } from '../session/http'
import { rangeOf, type Period } from '../time/period'
import { filterQuery, type RecordField } from './point'

/** A record of another system, as GET /api/records/{system} lists it. */
export interface RecordRow {
  readonly system: string
  readonly number: string
  readonly kind: string | null
  readonly category: string | null
  readonly time: string
  readonly lon: number | null
  readonly lat: number | null
  readonly address: string | null
  readonly state: string | null
  readonly street: string | null
  readonly squad: string | null
  readonly link: string | null
}

/** Counts by time or by a field: GET /api/records/{system}/chart. */
export interface RecordChart {
  readonly count: number
  readonly missing: number
  readonly items: readonly { readonly key: string; readonly from: string | null; readonly count: number }[]
}

export type RecordFilter = Readonly<Record<RecordField, string | null>>

export const noFilter: RecordFilter = { category: null, state: null, street: null, squad: null, kind: null }

/** What is asked of a system's records. */
export interface RecordQuestion {
  readonly system: string
  readonly period: Period
  readonly theme: string | null
  readonly filter: RecordFilter
}

export const pageSize = 50

/** The names and values of a question, whatever is asked; of a list of choices without the one that is chosen in it. */
export function recordQuery({ period, theme, filter }: RecordQuestion, now: number, without: RecordField | null = null): URLSearchParams {
  const [from, to] = rangeOf(period, now)
  const query = new URLSearchParams(filterQuery({ ...filter, theme, ...(without !== null && { [without]: null }) }))
  query.set('from', new Date(from).toISOString())
  query.set('to', new Date(to).toISOString())
  return query
}

export type ListState = 'loading' | 'ready' | 'denied' | 'failed'

const settleMs = 150
const refreshMs = 60_000

/** The records that a question finds, page by page, with their counts. */
export function createRecords(question: () => RecordQuestion, by: () => RecordField, hostNow: () => number) {
  const [rows, setRows] = createSignal<readonly RecordRow[]>([])
  const [cursor, setCursor] = createSignal<string | null>(null)
  const [state, setState] = createSignal<ListState>('loading')
  const [days, setDays] = createSignal<RecordChart | null>(null)
  const [counts, setCounts] = createSignal<RecordChart | null>(null)
  const [readAt, setReadAt] = createSignal<number | null>(null)
  const [isPaging, setPaging] = createSignal(false)
  let listed: { path: string; abort: AbortController } | null = null

  createEffect(on([question, by], ([asked, field], before) => {
    const isOther = before?.[0] !== asked
    if (isOther) {
      setState('loading')
      setRows([])
      setDays(null)
    }
    setCounts(null)
    const abort = new AbortController()
    const path = `/api/records/${encodeURIComponent(asked.system)}`
    const load = async () => {
      const now = hostNow()
      const query = recordQuery(asked, now)
      const list = `${path}?${query}&limit=${pageSize}`
      const chart = (of: string, without: RecordField | null) => call<RecordChart>(`${path}/chart?by=${of}&${recordQuery(asked, now, without)}`, { signal: abort.signal })
      const [page, perDay, perField] = await Promise.all([
        call<{ items: readonly RecordRow[]; cursor: string | null }>(list, { signal: abort.signal }), chart(asked.period === 'hour' ? 'hour' : 'day', null), chart(field, field),
      ])
      if (page.kind !== 'ok') {
        setState(page.kind === 'denied' ? 'denied' : 'failed')
        return
      }
      listed = { path: list, abort }
      setRows(page.value.items)
      setCursor(page.value.cursor)
      setDays(perDay.kind === 'ok' ? perDay.value : null)
      setCounts(perField.kind === 'ok' ? perField.value : null)
      setReadAt(now)
      setState('ready')
    }
    const quietly = () => void load().catch(() => undefined) // Only an abort throws.
    const timer = setTimeout(quietly, settleMs)
    // A list that somebody has paged through stays as it is under their eyes.
    const again = setInterval(() => { if (!document.hidden && rows().length <= pageSize) quietly() }, refreshMs)
    onCleanup(() => {
      abort.abort()
      clearTimeout(timer)
      clearInterval(again)
    })
  }))

  async function more(): Promise<void> {
    const [at, next] = [listed, cursor()]
    if (at === null || next === null || isPaging()) {
      return
    }
    setPaging(true)
    try {
      const page = await call<{ items: readonly RecordRow[]; cursor: string | null }>(`${at.path}&cursor=${encodeURIComponent(next)}`, { signal: at.abort.signal })
      if (page.kind === 'ok' && listed === at) {
        setRows([...rows(), ...page.value.items])
        setCursor(page.value.cursor)
      }
    } catch {
      // Another question was asked meanwhile.
    } finally {
      setPaging(false)
    }
  }

  return { rows, state, days, counts, readAt, isPaging, more, hasMore: () => cursor() !== null }
}
