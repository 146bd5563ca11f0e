import type { UnitState } from '../hub/protocol'

export const incidentLevels = ['info', 'warning', 'critical'] as const
export type IncidentLevel = (typeof incidentLevels)[number]

/** In the order in which an incident passes through them. */
export const incidentStates = ['new', 'dispatched', 'accepted', 'arrived', 'done', 'closed'] as const
export type IncidentState = (typeof incidentStates)[number]

export type OrderStep = 'given' | 'delivered' | 'accepted' | 'arrived' | 'done' | 'declined' | 'withdrawn' | 'released' | 'recalled'

export interface OrderMoment {
  readonly step: OrderStep
  readonly at: string
  readonly by: string | null
  readonly note: string | null
  /** The path of a picture that shows it; from before there were any, left out. */
  readonly picture?: string | null
  /** When it was said, where the host heard of it later. */
  readonly saidAt?: string | null
}

export interface IncidentOrder {
  readonly unit: string
  readonly name: string
  readonly number: number
  readonly step: OrderStep
  readonly open: boolean
  readonly moments: readonly OrderMoment[]
}

export interface Remark {
  readonly at: string
  readonly by: string | null
  readonly note: string
}

export interface Incident {
  readonly key: string
  readonly kind: string
  readonly title: string
  readonly level: IncidentLevel
  readonly state: IncidentState
  /** Null, as `lat`: nobody knows where; only a call for help may be so. */
  readonly lon: number | null
  readonly lat: number | null
  readonly address: string | null
  readonly note: string | null
  readonly source: string
  readonly unit: string | null
  readonly occurredAt: string
  readonly reportedAt: string
  readonly reportedBy: string | null
  readonly closedAt: string | null
  readonly closedBy: string | null
  readonly closingNote: string | null
  readonly version: number
  readonly orders: readonly IncidentOrder[]
  readonly notes: readonly Remark[]
}

/** One that can be shown on a map. */
export type PlacedIncident = Incident & { readonly lon: number; readonly lat: number }

export const isPlaced = (incident: Incident): incident is PlacedIncident => incident.lon !== null && incident.lat !== null

/** The hub's message: all open incidents, or those that changed and the keys of those that are open no longer. */
export interface IncidentsMessage {
  readonly full: boolean
  readonly items: readonly Incident[]
  readonly gone: readonly string[]
  readonly more: number
  readonly closed: number
}

/** An open order as its unit tells it. */
export interface DutyOrder {
  readonly incident: string
  readonly title: string | null
  readonly number: number
  readonly step: OrderStep
}

/** What sending a unit would mean. */
export interface Preview {
  readonly unit: string
  readonly name: string
  readonly state: UnitState
  readonly distance: number | null
  readonly estimatedArrival: number | null
  readonly orders: readonly DutyOrder[]
  readonly version: number
  readonly unmanned: readonly { readonly zone: string; readonly name: string; readonly rule: string; readonly needed: number; readonly left: number }[]
  readonly better: readonly Better[]
}

export interface Better {
  readonly unit: string
  readonly name: string
  readonly distance: number
  readonly estimatedArrival: number
  readonly why: 'nearer' | 'free'
}

/** What the wall knows of the open incidents. */
export interface IncidentBoard {
  /** Whether the host has told of them on any connection yet. */
  readonly known: boolean
  readonly open: ReadonlyMap<string, Incident>
  /** Open ones that the host does not list. */
  readonly more: number
  /** How many are closed. */
  readonly closed: number
}

export const emptyBoard: IncidentBoard = { known: false, open: new Map(), more: 0, closed: 0 }

/** Folds a message of the hub into the board. Pure. */
export function foldIncidents(board: IncidentBoard, message: IncidentsMessage): IncidentBoard {
  const open = new Map(message.full ? [] : board.open)
  for (const key of message.gone) {
    open.delete(key)
  }
  for (const incident of message.items) {
    open.set(incident.key, incident)
  }
  return { known: true, open, more: message.more, closed: message.closed }
}

/** Those that are done wait for nobody but who closes them: they come last. Of the others the gravest first, and of those the newest. */
export function inOrder(open: Iterable<Incident>): readonly Incident[] {
  return [...open].sort((a, b) => Number(a.state === 'done') - Number(b.state === 'done')
    || incidentLevels.indexOf(b.level) - incidentLevels.indexOf(a.level)
    || Date.parse(b.reportedAt) - Date.parse(a.reportedAt)
    || a.key.localeCompare(b.key))
}

/** Units that have an open order for it. */
export const sentTo = ({ orders }: Incident): readonly IncidentOrder[] => orders.filter((order) => order.open)

/** Since when it has been in the state that it is in, epoch milliseconds. */
export function stateSince(incident: Incident): number {
  const times = (orders: readonly IncidentOrder[], ...steps: readonly OrderStep[]) => orders.flatMap((order) => order.moments)
    .filter((moment) => steps.includes(moment.step)).map((moment) => Date.parse(moment.at))
  const reported = Date.parse(incident.reportedAt)
  const { orders, state } = incident
  switch (state) {
    case 'new': return Math.max(reported, ...times(orders, 'declined', 'withdrawn'))
    case 'dispatched': return Math.min(...orFrom(reported, times(sentTo(incident), 'given')))
    case 'accepted':
    case 'arrived': return Math.min(...orFrom(reported, times(sentTo(incident), state)))
    case 'done': return Math.max(reported, ...times(orders, 'done'))
    case 'closed': return Date.parse(incident.closedAt ?? incident.reportedAt)
  }
}

const orFrom = (otherwise: number, times: readonly number[]) => (times.length === 0 ? [otherwise] : times)

export type Action = 'accept' | 'arrive' | 'finish' | 'decline'

/** What can still be said of an order on behalf of its unit. Forward only; to decline is late once one is there. */
export function answersTo({ step }: Pick<IncidentOrder, 'step'>): readonly Action[] {
  switch (step) {
    case 'given':
    case 'delivered': return ['accept', 'arrive', 'finish', 'decline']
    case 'accepted': return ['arrive', 'finish', 'decline']
    case 'arrived': return ['finish']
    default: return []
  }
}

/** Something that happened, for the time line. */
export type Happening =
  | { readonly kind: 'reported'; readonly at: number; readonly by: string | null; readonly note: string | null }
  | { readonly kind: 'step'; readonly at: number; readonly by: string | null; readonly note: string | null; readonly picture: string | null; readonly saidAt: number | null; readonly step: OrderStep; readonly unit: string; readonly name: string }
  | { readonly kind: 'remark'; readonly at: number; readonly by: string | null; readonly note: string }
  | { readonly kind: 'closed'; readonly at: number; readonly by: string | null; readonly note: string | null }

/** All that happened, newest first. Of what happened in one moment, what followed from the other comes above it. */
export function timeLine(incident: Incident): readonly Happening[] {
  const reported: Happening = { kind: 'reported', at: Date.parse(incident.reportedAt), by: incident.reportedBy, note: incident.note }
  const steps = incident.orders.flatMap((order) => order.moments.map((moment): Happening => ({
    kind: 'step', at: Date.parse(moment.at), by: moment.by, note: moment.note, picture: moment.picture ?? null,
    saidAt: moment.saidAt == null ? null : Date.parse(moment.saidAt), step: moment.step, unit: order.unit, name: order.name,
  })))
  const remarks = incident.notes.map((note): Happening => ({ kind: 'remark', at: Date.parse(note.at), by: note.by, note: note.note }))
  const closed: Happening[] = incident.closedAt === null ? [] : [{
    kind: 'closed', at: Date.parse(incident.closedAt), by: incident.closedBy, note: incident.closingNote,
  }]
  return [reported, ...remarks, ...steps, ...closed].map((what, index) => ({ what, index }))
    .sort((a, b) => b.what.at - a.what.at || b.index - a.index)
    .map(({ what }) => what)
}
