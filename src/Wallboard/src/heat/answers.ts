import type { Answer } from '../session/http'
import type { HeatRow } from './scales'

/** What every figure about heat comes with: see "Figures" in docs/api.md. */
export interface Figure {
  readonly from: string
  readonly to: string
  readonly total: number
  readonly count: number
  readonly missing: number
  readonly definition: string
  readonly definitionZh: string
}

/** An answer by cell, of whatever way to look; what only one of them says is left out in the others. */
export interface CellsAnswer extends Figure {
  readonly resolution: number
  readonly cells: readonly HeatRow[]
  readonly againstFrom?: string
  readonly againstTo?: string
  readonly againstTotal?: number
  readonly tested?: number
  readonly hot?: number
  readonly cold?: number
  readonly covered?: number
  readonly uncovered?: number
}

export interface RhythmAnswer extends Figure {
  /** By hour of the day, from 0 to 23. */
  readonly hours: readonly number[]
  /** By day of the week, from Monday. */
  readonly days: readonly number[]
}

export interface TableAnswer extends Figure {
  /** The last one, without a key, is what lies outside all areas. */
  readonly rows: readonly { readonly key: string | null; readonly name: string | null; readonly value: number }[]
}

/** Why there is no answer, for people. */
export type Failure = 'denied' | 'tooMuch' | 'busy' | 'failed'

/** Others' questions fill the room that there is for them: of all the reasons to answer later only this one is said to be. */
const isBusy = (body: unknown): boolean => (body as { readonly type?: unknown } | null)?.type === 'urn:vantage:problem:busy'

export function failureOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Failure {
  switch (answer.kind) {
    case 'denied': return 'denied'
    case 'refused': return answer.status === 422 ? 'tooMuch' : isBusy(answer.body) ? 'busy' : 'failed'
    case 'signed-out':
    case 'unreachable': return 'failed'
  }
}
