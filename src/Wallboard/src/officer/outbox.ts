import { answersTo, type Action, type OrderStep } from '../incidents/incident'

/** A position as the phone measured it, in degrees, metres and metres a second; what it does not know is left out. */
export interface Fix {
  readonly time: number
  readonly lon: number
  readonly lat: number
  readonly accuracy?: number
  readonly speed?: number
  readonly heading?: number
}

export interface Answer {
  readonly kind: 'answer'
  readonly incident: string
  readonly order: number
  readonly action: Action
  readonly title: string
  readonly note: string
  readonly picture: Blob | null
  readonly saidAt: number
}

/** What waits until the host has taken it. */
export type Waiting =
  | { readonly kind: 'fix'; readonly fix: Fix }
  | Answer
  | { readonly kind: 'duty'; readonly onDuty: boolean }
  | { readonly kind: 'sos'; readonly time: number; readonly fix: Fix | null }

/** An entry of the outbox. Ids grow in the order in which things happened. */
export type Entry = Waiting & { readonly id: number; readonly user: string }

type EntryOf<Kind extends Waiting['kind']> = Extract<Entry, { kind: Kind }>

/** Seven hours of a fix every five seconds; of more, the oldest go. */
export const mostFixes = 5000
/** More than anybody answers while away; further ones are not taken. */
export const mostActions = 100
/** Fixes that go with one request. */
const fixesAtOnce = 200

/** What goes next: a single thing, or fixes together. */
export type Next =
  | { readonly kind: 'fixes'; readonly entries: readonly EntryOf<'fix'>[] }
  | { readonly kind: 'one'; readonly entry: EntryOf<'answer' | 'duty' | 'sos'> }

const isFix = (entry: Entry): entry is EntryOf<'fix'> => entry.kind === 'fix'
const isAction = (entry: Entry): entry is EntryOf<'answer' | 'duty' | 'sos'> => entry.kind !== 'fix'

/**
 * A call for help goes before all else, and what was answered before positions: each in its order. Only who goes off duty waits until
 * what was measured on duty has gone: after that nothing more is sent.
 */
export function nextOf(entries: readonly Entry[]): Next | null {
  const fixes = entries.filter(isFix)
  const actions = entries.filter(isAction)
  const first = actions.find((entry) => entry.kind === 'sos') ?? actions[0]
  const before = first?.kind === 'duty' && !first.onDuty ? fixes.filter((entry) => entry.id < first.id) : []
  if (first !== undefined && before.length === 0) {
    return { kind: 'one', entry: first }
  }
  const some = (before.length > 0 ? before : fixes).slice(0, fixesAtOnce)
  return some.length === 0 ? null : { kind: 'fixes', entries: some }
}

/** The fixes that have no room any more when this many may be kept: the oldest. */
export function overflowOf(entries: readonly Entry[], most = mostFixes): readonly Entry[] {
  const fixes = entries.filter(isFix)
  return fixes.slice(0, Math.max(0, fixes.length - most))
}

export const actionsIn = (entries: readonly Entry[]): number => entries.filter(isAction).length

export const answersWaiting = (entries: readonly Entry[], incident: string, order: number): readonly EntryOf<'answer'>[] =>
  entries.filter((entry): entry is EntryOf<'answer'> => entry.kind === 'answer' && entry.incident === incident && entry.order === order)

/** What was said last of the duty and is not with the host yet; null: nothing. */
export function dutyWaiting(entries: readonly Entry[]): boolean | null {
  return entries.filter((entry): entry is EntryOf<'duty'> => entry.kind === 'duty').at(-1)?.onDuty ?? null
}

const stepOf: Readonly<Record<Action, OrderStep>> = { accept: 'accepted', arrive: 'arrived', finish: 'done', decline: 'declined' }

/** What can be answered next, were all that waits taken. The first is the one that is usual. */
export function answersNow(step: OrderStep, waiting: readonly Answer[]): readonly Action[] {
  const last = waiting.at(-1)
  const open = answersTo({ step: last === undefined ? step : stepOf[last.action] })
  return open.filter((action, index) => index === 0 || action === 'decline')
}
