import { unitKinds, unitStates, type UnitName, type UnitNumber, type UnitState } from '../hub/protocol'
import type { DrawnUnits } from '../units/drawn'
import type { UnitFilter } from '../units/filter'
import type { Unit } from '../units/unit'
import type { Span } from './clock'
import { PastTrack, type PastPlace } from './tracks'
import type { WireTrack } from './protocol'

const [moving, stopped, offline] = (['moving', 'stopped', 'offline'] as const).map((state) => unitStates.indexOf(state)) as [number, number, number]
/** Slower than a walk: what stands reports as much by the noise of its positions. Metres a second. */
const standingSpeed = 0.5
/** So many stretches of full detail are kept. */
const mostBlocks = 6

/** A stretch of full detail: exact for instants within `span`, though read from before it to after it. */
interface Block {
  readonly span: Span
  readonly tracks: readonly (PastTrack | undefined)[]
}


/**
 * The units of a replay where they were at an instant. All columns are there from the beginning: to show another instant creates nothing.
 */
export class PastFleet implements DrawnUnits {
  size = 0
  version = 0
  layout = 0
  readonly n: UnitNumber[] = []
  readonly heading: Float32Array
  readonly state: Uint8Array
  readonly kind: Uint8Array
  readonly time: Float64Array
  readonly drawn: Float64Array
  readonly #units: readonly UnitName[]
  readonly #indexes: ReadonlyMap<string, number>
  readonly #slots: Int32Array
  readonly #kinds: Uint8Array
  readonly #isHidden: Uint8Array
  readonly #outlines: (PastTrack | undefined)[]
  readonly #wholes = new Map<number, PastTrack>()
  #tracks: readonly PastTrack[] = []
  #blocks: Block[] = []
  #shownStates: ReadonlySet<UnitState> = new Set()
  #shown = NaN
  readonly #instant: () => number
  readonly #place: PastPlace = { lon: 0, lat: 0, heading: NaN, speed: NaN, fixTime: 0, isGap: false }

  /** @param instant What the replay's clock says now. */
  constructor(units: readonly UnitName[], instant: () => number) {
    const { length } = units
    this.#units = units
    this.#indexes = new Map(units.map((unit, i) => [unit.id, i]))
    this.heading = new Float32Array(length)
    this.state = new Uint8Array(length)
    this.kind = new Uint8Array(length)
    this.time = new Float64Array(length)
    this.drawn = new Float64Array(3 * length)
    this.#slots = new Int32Array(length).fill(-1)
    this.#kinds = Uint8Array.from(units, (unit) => Math.max(0, unitKinds.indexOf(unit.kind)))
    this.#isHidden = new Uint8Array(length)
    this.#outlines = new Array<PastTrack | undefined>(length)
    this.#instant = instant
  }

  /** Tracks of the whole replay: every fix, or an outline. */
  take(tracks: readonly WireTrack[], span: Span): void {
    for (const track of tracks) {
      const index = this.#indexes.get(track.unit)
      if (index !== undefined) {
        this.#outlines[index] = new PastTrack(track, span.to)
      }
    }
    this.#tracks = this.#outlines.filter((track) => track !== undefined)
    this.#again()
  }

  /** Every fix of one unit, over the whole replay. */
  takeWhole(track: WireTrack, span: Span): PastTrack {
    const whole = new PastTrack(track, span.to)
    const index = this.#indexes.get(track.unit)
    if (index !== undefined) {
      this.#wholes.set(index, whole)
      this.#again()
    }
    return whole
  }

  /** Every fix of all units around the instants of a span. */
  takeBlock(tracks: readonly WireTrack[], span: Span, until: number): void {
    const block: (PastTrack | undefined)[] = new Array<PastTrack | undefined>(this.#units.length)
    for (const track of tracks) {
      const index = this.#indexes.get(track.unit)
      if (index !== undefined) {
        block[index] = new PastTrack(track, until)
      }
    }
    this.#blocks = [{ span, tracks: block }, ...this.#blocks].slice(0, mostBlocks)
    this.#again()
  }

  hasBlock(from: number): boolean {
    return this.#blocks.some((block) => block.span.from === from)
  }

  /** Of the whole replay; the same list until others are taken. */
  get tracks(): readonly PastTrack[] {
    return this.#tracks
  }

  trackOf(id: string): PastTrack | undefined {
    const index = this.#indexes.get(id)
    return index === undefined ? undefined : this.#wholes.get(index) ?? this.#outlines[index]
  }

  show(filter: UnitFilter): void {
    this.#units.forEach((unit, i) => {
      const isShown = (filter.kinds.size === 0 || filter.kinds.has(unit.kind))
        && (filter.squads.size === 0 || (unit.squad !== null && filter.squads.has(unit.squad)))
      this.#isHidden[i] = isShown ? 0 : 1
    })
    this.#shownStates = filter.states
    this.#again()
  }

  slotOf(n: UnitNumber): number | undefined {
    const slot = this.#slots[n - 1]
    return slot === undefined || slot < 0 ? undefined : slot
  }

  slotOfId(id: string): number | undefined {
    const index = this.#indexes.get(id)
    return index === undefined ? undefined : this.slotOf((index + 1) as UnitNumber)
  }

  nameOf(n: UnitNumber): UnitName | undefined {
    return this.#units[n - 1]
  }

  isGliding(): boolean {
    return this.#instant() !== this.#shown
  }

  glide(): void {
    this.moveTo(this.#instant())
  }

  moveTo(instant: number): void {
    if (instant === this.#shown) {
      return
    }
    this.#shown = instant
    const block = this.#blocks.find(({ span }) => instant >= span.from && instant <= span.to)
    const place = this.#place
    let size = 0
    let isMixed = false
    for (let i = 0; i < this.#units.length; i++) {
      const isShown = this.#isHidden[i] === 0 && this.#lookUp(i, instant, block, place) && this.#passes(stateIndexOf(place))
      if (isShown) {
        const slot = size++
        isMixed ||= this.#slots[i] !== slot
        this.#slots[i] = slot
        this.n[slot] = (i + 1) as UnitNumber
        this.#put(slot, i, instant, place)
      } else {
        isMixed ||= this.#slots[i]! >= 0
        this.#slots[i] = -1
      }
    }
    this.size = size
    this.version++
    if (isMixed) {
      this.layout++
    }
  }

  /** All units as the list shows them, at the instant last moved to. */
  list(): Unit[] {
    const block = this.#blocks.find(({ span }) => this.#shown >= span.from && this.#shown <= span.to)
    const place = this.#place
    return this.#units.map((unit, i): Unit => {
      const isThere = this.#lookUp(i, this.#shown, block, place)
      const known = isThere && !place.isGap
      return {
        ...unit,
        state: isThere ? unitStates[stateIndexOf(place)]! : 'offline',
        time: !isThere ? null : place.isGap ? place.fixTime : this.#shown,
        lon: isThere ? place.lon : null, lat: isThere ? place.lat : null,
        heading: known && !Number.isNaN(place.heading) ? place.heading : null,
        speed: known && !Number.isNaN(place.speed) ? place.speed : null,
      }
    })
  }

  #put(slot: number, index: number, instant: number, place: PastPlace): void {
    this.drawn[3 * slot] = place.lon
    this.drawn[3 * slot + 1] = place.lat
    this.heading[slot] = place.heading
    this.state[slot] = stateIndexOf(place)
    this.kind[slot] = this.#kinds[index]!
    this.time[slot] = place.isGap ? place.fixTime : instant
  }

  #lookUp(index: number, instant: number, block: Block | undefined, place: PastPlace): boolean {
    return this.#wholes.get(index)?.placeAt(instant, place) === true
      || block?.tracks[index]?.placeAt(instant, place) === true
      || this.#outlines[index]?.placeAt(instant, place) === true
  }

  #passes(state: number): boolean {
    return this.#shownStates.size === 0 || this.#shownStates.has(unitStates[state]!)
  }

  /** What is shown has to be looked up again, though the instant is the same. */
  #again(): void {
    this.#shown = NaN
  }
}

/** What positions tell of a unit's state: who is on duty, or idle, they do not. */
function stateIndexOf(place: PastPlace): number {
  return place.isGap ? offline : place.speed >= standingSpeed ? moving : stopped
}
