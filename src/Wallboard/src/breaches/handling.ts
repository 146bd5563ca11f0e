import type { Breach, BreachLine } from '../hub/protocol'
import { call, type Answer } from '../session/http'

export const actions = ['acknowledge', 'handle', 'false-alarm'] as const
export type Action = (typeof actions)[number]

/** One breach, or all that a line holds. */
export type Target =
  | { readonly kind: 'one'; readonly breach: Breach }
  | { readonly kind: 'line'; readonly line: BreachLine }

export const breachOf = (target: Target): Breach => target.kind === 'one' ? target.breach : target.line.breach

/** How many breaches it is about. */
export const countOf = (target: Target): number => target.kind === 'one' ? 1 : target.line.count

/** What people can still do about it: who has signed need not sign again. */
export function offered(target: Target): readonly Action[] {
  const unacknowledged = target.kind === 'one' ? isUnacknowledged(target.breach) : target.line.unacknowledged > 0
  return actions.filter((action) => action !== 'acknowledge' || unacknowledged)
}

/** A corrected one is only taken note of. Who had signed for it before can but settle it. */
export function noting(target: Target): Action {
  const all = target.kind === 'one' ? isUnacknowledged(target.breach) : target.line.unacknowledged === target.line.count
  return all ? 'acknowledge' : 'handle'
}

export function act(target: Target, action: Action, note: string): Promise<Answer<unknown>> {
  const said = note.trim() === '' ? {} : { note: note.trim() }
  if (target.kind === 'one') {
    return call(`/api/breaches/${encodeURIComponent(target.breach.id)}/actions/${action}`, { method: 'POST', body: said })
  }
  const { breach, unit } = target.line
  return call(`/api/breaches/actions/${action}`, { method: 'POST', body: {
    ...said, zone: breach.zone, rule: breach.rule, newest: breach.startedAt,
    ...(unit === null ? {} : { unit }), ...(breach.state === 'retracted' ? { corrected: true } : {}),
  } })
}

function isUnacknowledged(breach: Breach): boolean {
  return (breach.handling?.state ?? 'open') === 'open'
}
