import { call, type Answer } from '../session/http'
import type { Consent, Dispatched } from './errand'
import { stateSince, type Action, type DutyOrder, type Incident, type IncidentLevel, type Preview } from './incident'

const of = (key: string) => `/api/incidents/${encodeURIComponent(key)}`

export const readIncident = (key: string, signal?: AbortSignal): Promise<Answer<Incident>> => call(of(key), signal === undefined ? {} : { signal })

/** How many of the closed ones are listed. */
export const mostClosed = 200

/** Closed ones, of those reported last, the one that was closed last first. */
export async function readClosed(signal: AbortSignal): Promise<Answer<readonly Incident[]>> {
  const answer = await call<{ readonly items: readonly Incident[] }>(`/api/incidents?state=closed&limit=${mostClosed}`, { signal })
  return answer.kind === 'ok' ? { kind: 'ok', value: [...answer.value.items].sort((a, b) => stateSince(b) - stateSince(a)) } : answer
}

export const preview = (key: string, unit: string, signal?: AbortSignal): Promise<Answer<Preview>> =>
  call(`${of(key)}/preview?unit=${encodeURIComponent(unit)}`, signal === undefined ? {} : { signal })

export const dispatch = (key: string, unit: string, { version, confirm }: Consent): Promise<Answer<Dispatched>> =>
  call(`${of(key)}/dispatch`, { method: 'POST', body: { units: [unit], versions: { [unit]: version }, ...(confirm ? { confirm } : {}) } })

export const answerFor = (key: string, unit: string, action: Action | 'withdraw'): Promise<Answer<Incident>> =>
  call(`${of(key)}/actions/${action}`, { method: 'POST', body: { unit } })

export const say = (key: string, action: 'note' | 'close', note: string): Promise<Answer<Incident>> =>
  call(`${of(key)}/actions/${action}`, { method: 'POST', body: note.trim() === '' ? {} : { note: note.trim() } })

export interface Report {
  readonly kind: string
  readonly title: string
  readonly level: IncidentLevel
  readonly lon: number
  readonly lat: number
  readonly note?: string
}

export const report = (body: Report): Promise<Answer<Incident>> => call('/api/incidents', { method: 'POST', body })

/** A unit near a place, with its way there. */
export interface Near {
  readonly unit: { readonly id: string; readonly name: string; readonly kind: 'officer' | 'vehicle' | 'drone'; readonly state: Preview['state'] }
  readonly distance: number
  readonly estimatedArrival: number | null
}

export const nearest = (lon: number, lat: number, count: number, signal: AbortSignal): Promise<Answer<{ readonly items: readonly Near[] }>> =>
  call(`/api/units/nearest?lon=${lon}&lat=${lat}&count=${count}&available=true`, { signal })

export const dutiesOf = (unit: string, signal: AbortSignal): Promise<Answer<{ readonly orders: readonly DutyOrder[] }>> =>
  call(`/api/units/${unit.split('/').map(encodeURIComponent).join('/')}`, { signal })
