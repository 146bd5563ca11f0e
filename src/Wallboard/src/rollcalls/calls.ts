import { call, type Answer } from '../session/http'
import type { RollCall } from './rollCall'

const of = (key: string) => `/api/roll-calls/${encodeURIComponent(key)}`

export interface NewRollCall {
  readonly key: string
  readonly title: string
  readonly minutes: number
  readonly caller?: string
  readonly squads?: readonly string[]
  readonly others?: readonly string[]
}

export const open = (body: NewRollCall): Promise<Answer<RollCall>> => call('/api/roll-calls', { method: 'POST', body })

export const put = (key: string, action: 'answer' | 'take-back', called: string): Promise<Answer<RollCall>> =>
  call(`${of(key)}/actions/${action}`, { method: 'POST', body: { called } })

export const withdraw = (key: string): Promise<Answer<RollCall>> => call(`${of(key)}/actions/withdraw`, { method: 'POST' })

/** How often one was called, and how it answered. */
export interface LedgerRow {
  readonly key: string
  readonly name: string
  readonly calls: number
  readonly answered: number
  readonly late: number
  readonly missed: number
}

export interface Ledger {
  readonly definition: string
  readonly definitionZh: string
  readonly items: readonly LedgerRow[]
}

/** The squads that have a name, units or not. */
export const readSquads = (signal: AbortSignal): Promise<Answer<{ readonly items: readonly { readonly key: string; readonly name: string }[] }>> => call('/api/squads', { signal })

const range = (from: number, to: number) => `from=${encodeURIComponent(new Date(from).toISOString())}&to=${encodeURIComponent(new Date(to).toISOString())}`

export const readLedger = (from: number, to: number, signal: AbortSignal): Promise<Answer<Ledger>> => call(`/api/roll-calls/summary?${range(from, to)}`, { signal })

/** Where the ledger is had as a table. */
export const tableOf = (from: number, to: number): string => `/api/exports/roll-calls?${range(from, to)}`
