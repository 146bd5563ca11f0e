import type { Breach } from '../hub/protocol'
import type { Incident, IncidentLevel } from '../incidents/incident'

/** The wall's side of docs/api.md, Replays. */
export interface WireClock {
  readonly setTo: string
  readonly setAt: string
  readonly rate: number
  readonly playing: boolean
}

export interface WireReplay {
  readonly key: string
  readonly name: string
  readonly from: string
  readonly to: string
  readonly units: readonly string[]
  readonly zone: string | null
  readonly bbox: readonly number[] | null
  readonly openedAt: string
  readonly openedBy: string
  /** Tracks from before are no longer kept. */
  readonly keptFrom?: string | null
  readonly clock: WireClock
  readonly serverTime: string
}

/** What the hub tells those who follow: the clock was set, or the replay closed. */
export interface ReplayNews {
  readonly key: string
  readonly clock: WireClock | null
  readonly closed: boolean
  readonly serverTime: string
}

/** The part of a frame that the tracks do not tell. */
export interface WireReplayFrame {
  readonly time: string
  readonly zones: readonly { readonly key: string; readonly version: number; readonly name: string; readonly occupants: readonly string[] }[]
  readonly breaches: readonly Breach[]
  /** Those that were open then, as they were then. */
  readonly incidents: readonly Incident[]
}

/** One of GET /api/replays/{key}/incidents: as it was reported. */
export interface WireReport {
  readonly key: string
  readonly kind: string
  readonly title: string
  readonly level: IncidentLevel
  readonly reportedAt: string
}

/** One of GET /api/replays/{key}/tracks, or GET /api/units/{kind}/{key}/track: columns of equal length. */
export interface WireTrack {
  readonly unit: string
  readonly name: string
  /** How much an outline leaves out; null: every fix is there. */
  readonly detail: { readonly metres: number; readonly seconds: number } | null
  readonly time: readonly number[]
  readonly lon: readonly number[]
  readonly lat: readonly number[]
  readonly speed: readonly (number | null)[]
  readonly heading: readonly (number | null)[]
  readonly flags: readonly number[]
}

/** Of GET /api/units/{kind}/{key}/motion. */
export interface WireStop {
  readonly from: string
  readonly to: string
}

export const iso = (time: number) => new Date(time).toISOString()
export const pathOf = (key: string) => `/api/replays/${encodeURIComponent(key)}`
