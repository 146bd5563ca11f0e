import type { UnitKind, UnitNumber, UnitState } from '../hub/protocol'

/** A unit as the list and the card know it, from the register and from the live frames. */
export interface Unit {
  readonly id: string
  readonly n: UnitNumber | null
  readonly kind: UnitKind
  readonly key: string
  readonly name: string
  readonly squad: string | null
  readonly plate: string | null
  readonly pinyin: string
  readonly state: UnitState
  /** Of the newest fix, host's epoch milliseconds. */
  readonly time: number | null
  readonly lon: number | null
  readonly lat: number | null
  readonly heading: number | null
  readonly speed: number | null
}

/** A row of GET /api/units. */
export interface UnitRow {
  readonly id: string
  readonly kind: UnitKind
  readonly key: string
  readonly name: string
  readonly squad: string | null
  readonly plate?: string | null
  readonly pinyin?: string | null
  readonly state: UnitState
  readonly time: string | null
  readonly lon: number | null
  readonly lat: number | null
  readonly heading: number | null
  readonly speed: number | null
  readonly zones?: readonly string[] | null
}

export function unitOfRow(row: UnitRow): Unit {
  return {
    id: row.id, n: null, kind: row.kind, key: row.key, name: row.name, squad: row.squad,
    plate: row.plate ?? null, pinyin: row.pinyin ?? '', state: row.state,
    time: row.time === null ? null : Date.parse(row.time),
    lon: row.lon, lat: row.lat, heading: row.heading, speed: row.speed,
  }
}

/** Reports older than the host's limit are no signal, whatever was last said of the unit. */
export function stateAt(unit: Pick<Unit, 'state' | 'time'>, now: number, offlineAfterMs: number): UnitState {
  if (unit.state === 'offDuty' || unit.time === null) {
    return unit.state
  }
  return now - unit.time > offlineAfterMs ? 'offline' : unit.state
}
