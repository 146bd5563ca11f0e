import { distanceMetres } from '../geo/degrees'
import { unitKinds, unitStates, type Frame, type UnitName, type UnitNumber } from '../hub/protocol'
import type { DrawnUnits } from './drawn'

/** A unit that moved farther than this between two fixes is put there; gliding would show a way it never took. */
const jumpMetres = 500
/** A glide lasts as long as the unit's last interval between fixes, within these bounds. */
const shortestGlideMs = 300
const longestGlideMs = 15_000
/** After a longer silence than this the interval says nothing; the unit glides in a second. */
const silenceMs = 30_000

/**
 * The units in view, in flat columns: one slot a unit, slots dense, order of no meaning. A frame is folded in by
 * {@link apply}; where a unit is *drawn* follows its fixes by one interval, so that it moves evenly and never
 * ahead of what is known.
 */
export class Fleet implements DrawnUnits {
  size = 0
  /** Grows when anything but drawn positions changed: what is drawn per unit has to be filled in again. */
  version = 0
  n: UnitNumber[] = []
  lon = new Float64Array(1024)
  lat = new Float64Array(1024)
  /** Degrees clockwise from north; NaN when not known. */
  heading = new Float32Array(1024)
  /** Metres a second; NaN when not known. */
  speed = new Float32Array(1024)
  /** Index in unitStates. */
  state = new Uint8Array(1024)
  /** Index in unitKinds. */
  kind = new Uint8Array(1024)
  /** Of the fix, host's epoch milliseconds. */
  time = new Float64Array(1024)
  /** Where the unit is drawn: x, y, 0 a slot. */
  drawn = new Float64Array(3 * 1024)
  #fromLon = new Float64Array(1024)
  #fromLat = new Float64Array(1024)
  #glideStart = new Float64Array(1024)
  #glideEnd = new Float64Array(1024)
  readonly #slots = new Map<UnitNumber, number>()
  readonly #names = new Map<UnitNumber, UnitName>()
  #lastGlideEnd = 0
  #layout = 0

  get layout(): number {
    return this.#layout
  }

  slotOf(n: UnitNumber): number | undefined {
    return this.#slots.get(n)
  }

  nameOf(n: UnitNumber): UnitName | undefined {
    return this.#names.get(n)
  }

  /** A new connection says all names again. */
  forgetNames(): void {
    this.#names.clear()
  }

  /** Whether any unit is still under way to its fix at this local time. */
  isGliding(now: number): boolean {
    return now < this.#lastGlideEnd
  }

  /** Folds a frame in. A reset keeps the glide of those that stay, and drops the others. */
  apply(frame: Frame, now: number): void {
    for (const name of frame.names) {
      this.#names.set(name.n, name)
      this.#layout++
    }
    if (frame.reset) {
      const staying = new Set(frame.units.n)
      for (const n of [...this.#slots.keys()]) {
        if (!staying.has(n)) {
          this.#remove(n)
        }
      }
    }
    for (const n of frame.gone) {
      this.#remove(n)
    }
    for (let i = 0; i < frame.units.n.length; i++) {
      this.#put(frame, i, now)
    }
    this.version++
  }

  /** Moves every unit to where it is drawn at this local time. */
  glide(now: number): void {
    const { drawn, lon, lat } = this
    for (let slot = 0; slot < this.size; slot++) {
      const end = this.#glideEnd[slot]!
      if (now >= end) {
        drawn[3 * slot] = lon[slot]!
        drawn[3 * slot + 1] = lat[slot]!
        continue
      }
      const start = this.#glideStart[slot]!
      const part = (now - start) / (end - start)
      drawn[3 * slot] = this.#fromLon[slot]! + (lon[slot]! - this.#fromLon[slot]!) * part
      drawn[3 * slot + 1] = this.#fromLat[slot]! + (lat[slot]! - this.#fromLat[slot]!) * part
    }
  }

  #put(frame: Frame, i: number, now: number): void {
    const columns = frame.units
    const n = columns.n[i]!
    const lon = columns.lon[i]! / 1e7
    const lat = columns.lat[i]! / 1e7
    const time = columns.time[i]!
    const known = this.#slots.get(n)
    const slot = known ?? this.#add(n)
    if (known === undefined) {
      this.#place(slot, lon, lat)
    } else if (time !== this.time[slot] || lon !== this.lon[slot] || lat !== this.lat[slot]) {
      this.#glideTo(slot, lon, lat, time - this.time[slot]!, now)
    }
    this.time[slot] = time
    this.heading[slot] = columns.heading[i] ?? NaN
    this.speed[slot] = columns.speed[i] ?? NaN
    this.state[slot] = Math.min(columns.state[i]!, unitStates.length - 1)
    const kind = this.#names.get(n)?.kind
    this.kind[slot] = kind === undefined ? 0 : Math.max(0, unitKinds.indexOf(kind))
  }

  #place(slot: number, lon: number, lat: number): void {
    this.lon[slot] = lon
    this.lat[slot] = lat
    this.drawn[3 * slot] = lon
    this.drawn[3 * slot + 1] = lat
    this.#glideEnd[slot] = 0
  }

  #glideTo(slot: number, lon: number, lat: number, interval: number, now: number): void {
    const x = this.drawn[3 * slot]!
    const y = this.drawn[3 * slot + 1]!
    if (interval <= 0 || distanceMetres(x, y, lon, lat) > jumpMetres) {
      this.#place(slot, lon, lat)
      return
    }
    const lasts = interval > silenceMs ? 1000 : Math.min(Math.max(interval, shortestGlideMs), longestGlideMs)
    this.#fromLon[slot] = x
    this.#fromLat[slot] = y
    this.lon[slot] = lon
    this.lat[slot] = lat
    this.#glideStart[slot] = now
    this.#glideEnd[slot] = now + lasts
    this.#lastGlideEnd = Math.max(this.#lastGlideEnd, now + lasts)
  }

  #add(n: UnitNumber): number {
    if (this.size === this.lon.length) {
      this.#grow()
    }
    const slot = this.size++
    this.#layout++
    this.n[slot] = n
    this.#slots.set(n, slot)
    return slot
  }

  /** The last slot takes the place of the one that goes. */
  #remove(n: UnitNumber): void {
    const slot = this.#slots.get(n)
    if (slot === undefined) {
      return
    }
    const last = --this.size
    this.#layout++
    const moved = this.n[last]!
    for (const column of this.#columns()) {
      column[slot] = column[last]!
    }
    this.drawn.copyWithin(3 * slot, 3 * last, 3 * last + 3)
    this.n[slot] = moved
    this.n.length = last
    this.#slots.set(moved, slot)
    this.#slots.delete(n)
  }

  #columns() {
    return [
      this.lon, this.lat, this.heading, this.speed, this.state, this.kind, this.time,
      this.#fromLon, this.#fromLat, this.#glideStart, this.#glideEnd,
    ]
  }

  #grow(): void {
    const wider = <T extends Float64Array | Float32Array | Uint8Array>(column: T, empty: T): T => {
      empty.set(column)
      return empty
    }
    const capacity = this.lon.length * 2
    this.lon = wider(this.lon, new Float64Array(capacity))
    this.lat = wider(this.lat, new Float64Array(capacity))
    this.heading = wider(this.heading, new Float32Array(capacity))
    this.speed = wider(this.speed, new Float32Array(capacity))
    this.state = wider(this.state, new Uint8Array(capacity))
    this.kind = wider(this.kind, new Uint8Array(capacity))
    this.time = wider(this.time, new Float64Array(capacity))
    this.drawn = wider(this.drawn, new Float64Array(3 * capacity))
    this.#fromLon = wider(this.#fromLon, new Float64Array(capacity))
    this.#fromLat = wider(this.#fromLat, new Float64Array(capacity))
    this.#glideStart = wider(this.#glideStart, new Float64Array(capacity))
    this.#glideEnd = wider(this.#glideEnd, new Float64Array(capacity))
  }
}
