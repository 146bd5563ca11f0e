import type { Answer } from '../session/http'
import type { DutyOrder, OrderStep, Preview } from './incident'

/** A dispatch waits this long for second thoughts before it is sent. */
export const holdMs = 5000

/** Why a unit was not sent, or not yet. */
export type Refusal =
  | { readonly kind: 'busy' | 'off-duty' | 'changed' | 'too-many'; readonly by: string | null; readonly title: string | null; readonly version: number }
  | { readonly kind: 'already'; readonly step: OrderStep }
  | { readonly kind: 'closed'; readonly by: string | null; readonly at: string | null }
  | { readonly kind: 'denied' }
  | { readonly kind: 'failed' }

/**
 * How far the sending of one unit is: what it means is read first; who is busy or off duty is asked about; then it is held,
 * and only then sent. What somebody has confirmed by hand is sent at once.
 */
export type Phase =
  | { readonly kind: 'checking' }
  | { readonly kind: 'asking'; readonly preview: Preview; readonly why: 'busy' | 'off-duty' }
  | { readonly kind: 'holding'; readonly preview: Preview; readonly until: number }
  | { readonly kind: 'sending' }
  | { readonly kind: 'given' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** What is sent of it. */
export interface Consent {
  /** Of the unit's orders, as they were last shown. */
  readonly version: number
  readonly confirm: boolean
}

/** Whether it can still be stopped without the unit ever hearing of it. */
export const isPending = ({ kind }: Phase): boolean => kind === 'checking' || kind === 'asking' || kind === 'holding'

/** Whether people are done with it, so that it may leave the screen by itself. */
export const isOver = ({ kind }: Phase): boolean => kind === 'given' || kind === 'withdrawn'

/** Refusals after which one may send all the same. */
export function mayInsist(refusal: Refusal): refusal is Extract<Refusal, { version: number }> {
  return refusal.kind === 'busy' || refusal.kind === 'off-duty' || refusal.kind === 'changed'
}

/** The errand once the preview has been read. */
export function afterPreview(answer: Answer<Preview>, incident: string, now: number): Phase {
  if (answer.kind !== 'ok') {
    return { kind: 'refused', refusal: refusalOf(answer) }
  }
  const preview = answer.value
  const same = preview.orders.find((order: DutyOrder) => order.incident === incident)
  if (same !== undefined) {
    return { kind: 'refused', refusal: { kind: 'already', step: same.step } }
  }
  if (preview.orders.length > 0 || preview.state === 'offDuty') {
    return { kind: 'asking', preview, why: preview.orders.length > 0 ? 'busy' : 'off-duty' }
  }
  return { kind: 'holding', preview, until: now + holdMs }
}

/** What the host said of one unit. */
interface Result {
  readonly unit: string
  readonly outcome: 'given' | 'busy' | 'off-duty' | 'changed' | 'too-many'
  readonly incidentTitle: string | null
  readonly by: string | null
  readonly version: number
}

export interface Dispatched {
  readonly results: readonly Result[]
}

/** The errand once the host has answered. */
export function afterDispatch(answer: Answer<Dispatched>, unit: string): Phase {
  const results = answer.kind === 'ok' ? answer.value.results : answer.kind === 'refused' ? resultsIn(answer.body) : []
  const result = results.find((each) => each.unit === unit)
  if (result === undefined) {
    return { kind: 'refused', refusal: refusalOf(answer) }
  }
  return result.outcome === 'given' ? { kind: 'given' }
    : { kind: 'refused', refusal: { kind: result.outcome, by: result.by, title: result.incidentTitle, version: result.version } }
}

/** What stands in the way when the answer is not about the unit. */
export function refusalOf(answer: Answer<unknown>): Refusal {
  if (answer.kind === 'denied') {
    return { kind: 'denied' }
  }
  if (answer.kind === 'refused' && answer.status === 409) {
    const { closedAt, closedBy } = (answer.body ?? {}) as { readonly closedAt?: string | null; readonly closedBy?: string | null }
    if (closedAt != null) {
      return { kind: 'closed', at: closedAt, by: closedBy ?? null }
    }
  }
  return { kind: 'failed' }
}

function resultsIn(body: unknown): readonly Result[] {
  const { results } = (body ?? {}) as { readonly results?: unknown }
  return Array.isArray(results) ? results as Result[] : []
}
