import type { Incident, OrderStep } from '../incidents/incident'
import { answerOf, call, type Answer as Reply } from '../session/http'
import { hostClock } from '../time/clock'
import type { Answer, Fix } from './outbox'

export interface OwnOrder {
  readonly incident: string
  readonly number: number
  readonly step: OrderStep
  readonly open: boolean
}

/** What the host says of the officer's unit. */
export interface Overview {
  readonly unit: string
  readonly name: string
  readonly squad: string | null
  readonly duty: 'on' | 'off' | 'unknown'
  readonly until: string | null
  readonly orders: readonly OwnOrder[]
  readonly incidents: readonly Incident[]
}

export interface Phone {
  readonly device: string
  readonly address: string
}

interface Taken {
  readonly accepted: number
  readonly rejected: readonly { readonly index: number; readonly field: string }[]
}

/** A phone that leaves a dead network does not notice by itself. */
const patienceMs = 15_000

let tag: string | null = null

/** The overview; `value` is null when nothing has changed since the last that this gave. */
export async function readOverview(): Promise<Reply<Overview | null>> {
  try {
    const response = await fetch('/api/officer', {
      credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(patienceMs),
      headers: { Accept: 'application/json', ...(tag === null ? {} : { 'If-None-Match': tag }) },
    })
    hear(response)
    if (response.status === 304) {
      return { kind: 'ok', value: null }
    }
    const answer = await answerOf<Overview>(response)
    if (answer.kind === 'ok') {
      tag = response.headers.get('ETag')
    }
    return answer
  } catch {
    return { kind: 'unreachable' }
  }
}

/** The next answer is told in full: somebody else has signed in. */
export function forgetOverview(): void {
  tag = null
}

export const sendFixes = (fixes: readonly Fix[]): Promise<Reply<Taken>> =>
  send('POST', '/api/positions', fixes.map((fix) => ({ ...fix, time: new Date(fix.time).toISOString() })))

export const sendDuty = (onDuty: boolean): Promise<Reply<unknown>> => send('PUT', '/api/officer/duty', { onDuty })

export const sendSos = (time: number, fix: Fix | null): Promise<Reply<unknown>> => send('POST', '/api/officer/sos', {
  time: new Date(time).toISOString(),
  ...(fix === null ? {} : {
    lon: fix.lon, lat: fix.lat, fixTime: new Date(fix.time).toISOString(), ...(fix.accuracy === undefined ? {} : { accuracy: fix.accuracy }),
  }),
})

export async function sendAnswer({ incident, order, action, note, picture, saidAt }: Answer): Promise<Reply<unknown>> {
  let id: string | null = null
  if (picture !== null) {
    const sent = await sendPicture(incident, picture)
    if (sent.kind !== 'ok') {
      return sent
    }
    id = sent.value.id
  }
  return send('POST', `/api/incidents/${encodeURIComponent(incident)}/actions/${action}`, {
    order, saidAt: new Date(saidAt).toISOString(), ...(note === '' ? {} : { note }), ...(id === null ? {} : { picture: id }),
  })
}

export const pairPhone = (): Promise<Reply<Phone>> => send('POST', `/api/officer/phone?scheme=${location.protocol.replace(':', '')}`, {})

async function sendPicture(incident: string, picture: Blob): Promise<Reply<{ readonly id: string }>> {
  try {
    return await answerOf<{ readonly id: string }>(await fetch(`/api/incidents/${encodeURIComponent(incident)}/pictures`, {
      method: 'POST', credentials: 'same-origin', body: picture, headers: { Accept: 'application/json', 'Content-Type': picture.type },
      signal: AbortSignal.timeout(4 * patienceMs),
    }))
  } catch {
    return { kind: 'unreachable' }
  }
}

async function send<T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<Reply<T>> {
  try {
    return await call<T>(path, { method, body, signal: AbortSignal.timeout(patienceMs) })
  } catch {
    return { kind: 'unreachable' } // Only running out of time throws.
  }
}

function hear(response: Response): void {
  const date = Date.parse(response.headers.get('Date') ?? '')
  if (Number.isFinite(date)) {
    hostClock.hear(date, Date.now())
  }
}
