import type { UnitName, UnitNumber } from '../hub/protocol'

/** The units that the map draws, in flat columns: one slot a unit, slots dense. The live ones, or those of a replay. */
export interface DrawnUnits {
  readonly size: number
  /** Grows when anything but drawn positions changed: what is drawn per unit has to be filled in again. */
  readonly version: number
  /** Grows when a slot may be another unit's than before. */
  readonly layout: number
  readonly n: readonly UnitNumber[]
  /** Degrees clockwise from north; NaN when not known. */
  readonly heading: Float32Array
  /** Index in unitStates. */
  readonly state: Uint8Array
  /** Index in unitKinds. */
  readonly kind: Uint8Array
  /** When the unit was surely there, epoch milliseconds. */
  readonly time: Float64Array
  /** Where the unit is drawn: x, y, 0 a slot. */
  readonly drawn: Float64Array
  slotOf(n: UnitNumber): number | undefined
  nameOf(n: UnitNumber): UnitName | undefined
  /** Whether any unit is drawn elsewhere after this local time. */
  isGliding(now: number): boolean
  /** Moves every unit to where it is drawn at this local time. */
  glide(now: number): void
}
