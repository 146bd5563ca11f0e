import type { IncidentsMessage } from '../incidents/incident'
import type { RollCallsMessage } from '../rollcalls/rollCall'
import type { ReplayNews } from '../replay/protocol'
import type { MapView, StageNews } from '../stage/protocol'

/** The wall's side of docs/api.md, hub version 1. */
export const protocolVersion = 1

/** A unit's number on this installation: opaque, never shown. */
export type UnitNumber = number & { readonly kind: 'unit number' }

/** On the wire a state is its index here. */
export const unitStates = ['unknown', 'moving', 'stopped', 'idle', 'offline', 'offDuty'] as const
export type UnitState = (typeof unitStates)[number]

export const unitKinds = ['officer', 'vehicle', 'drone'] as const
export type UnitKind = (typeof unitKinds)[number]

export interface Welcome {
  readonly protocol: number
  readonly serverTime: number
  readonly demo: boolean
  readonly user: { readonly name: string; readonly post: string; readonly rights: readonly string[] }
  readonly timeZone: string
  readonly offlineAfter: number
  readonly maxUnits: number
}

export interface Viewport {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
  readonly zoom: number
  readonly kinds?: readonly UnitKind[]
  readonly squads?: readonly string[]
  readonly states?: readonly UnitState[]
}

export interface UnitName {
  readonly n: UnitNumber
  readonly id: string
  readonly kind: UnitKind
  readonly key: string
  readonly name: string
  readonly squad: string | null
  readonly plate: string | null
  readonly pinyin: string
}

export interface UnitColumns {
  readonly n: readonly UnitNumber[]
  readonly lon: readonly number[]
  readonly lat: readonly number[]
  readonly heading: readonly (number | null)[]
  readonly speed: readonly (number | null)[]
  readonly state: readonly number[]
  readonly time: readonly number[]
}

/** Kinds and states are counted in the order of {@link unitKinds} and {@link unitStates}. */
export type CellCount = readonly [cell: string, units: number, alarms: number, kinds: readonly number[], states: readonly number[]]

export interface Frame {
  readonly seq: number
  readonly time: number
  /** When the first of the fixes arrived that this frame is the first to show; null: it shows none. */
  readonly arrived: number | null
  readonly reset: boolean
  readonly names: readonly UnitName[]
  readonly units: UnitColumns
  readonly gone: readonly UnitNumber[]
  readonly cells: readonly CellCount[] | null
}

export interface Count {
  readonly online: number
  readonly registered: number
}

export interface SquadSummary {
  readonly key: string
  readonly name: string
  readonly officers: Count
  readonly vehicles: Count
  readonly openBreaches: number
}

export interface Summary {
  readonly time: number
  readonly dataTime: number | null
  readonly officers: Count
  readonly vehicles: Count
  readonly drones: Count
  readonly cameras: Count
  readonly openBreaches: number
  readonly squads: readonly SquadSummary[]
}

export const ruleTypes = ['enter', 'exit', 'dwell', 'speed', 'gathering', 'absence'] as const
export type RuleType = (typeof ruleTypes)[number]

export type HandlingState = 'open' | 'acknowledged' | 'handled' | 'falseAlarm'

export interface Handling {
  readonly state: HandlingState
  readonly by: string | null
  readonly at: string | null
  readonly note: string | null
}

/** Why a breach was raised. What does not apply is null or left out. */
export interface Why {
  readonly fix?: string | null
  readonly previousFix?: string | null
  readonly crossedAt?: string | null
  readonly distance?: number | null
  readonly accuracy?: number | null
  readonly speed?: number | null
  readonly limit?: number | null
  readonly zoneVersion?: number | null
  /** Seconds: what the rule allows, or for how long it asks for the count. */
  readonly after?: number | null
  readonly count?: number | null
  readonly silent?: readonly string[] | null
}

export interface Breach {
  readonly id: string
  readonly zone: string
  readonly zoneName: string
  readonly rule: string
  readonly type: RuleType
  readonly unit: string | null
  readonly unitName: string | null
  readonly units: readonly string[] | null
  readonly squad: string | null
  readonly level: string
  readonly state: 'provisional' | 'confirmed' | 'retracted'
  readonly startedAt: string
  readonly endedAt: string | null
  readonly supersededBy: string | null
  readonly retractedAt?: string | null
  readonly lon: number | null
  readonly lat: number | null
  readonly why: Why | null
  readonly handling: Handling | null
}

/** All episodes of one rule, or of one rule and unit; corrected ones have lines of their own. */
export interface BreachLine {
  readonly key: string
  readonly count: number
  readonly unacknowledged: number
  readonly unit: string | null
  readonly breach: Breach
}

export interface BreachesMessage {
  readonly reset: boolean
  readonly lines: readonly BreachLine[]
  readonly removed: readonly string[]
}

export interface Notice {
  readonly level: 'info' | 'warning'
  readonly code: string
}

/** All that the host ever sends after the welcome. */
export type HostMessage =
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'summary'; readonly summary: Summary }
  | { readonly type: 'breaches'; readonly breaches: BreachesMessage }
  | { readonly type: 'incidents'; readonly incidents: IncidentsMessage }
  | { readonly type: 'rollCalls'; readonly rollCalls: RollCallsMessage }
  | { readonly type: 'zones'; readonly version: number }
  | { readonly type: 'replay'; readonly news: ReplayNews }
  | { readonly type: 'stage'; readonly news: StageNews }
  | { readonly type: 'look'; readonly view: MapView }
  | { readonly type: 'notice'; readonly notice: Notice }
