import { distanceMetres } from '../geo/degrees'
import type { Span } from './clock'
import type { WireTrack } from './protocol'

/** VIS-5: a segment counts when it is no longer than this and needs no more than that. */
const longestSegmentMs = 300_000
const fastestMetresPerSecond = 70
/** Of two fixes of one millisecond the other one counts (TRK-3). */
const outranked = 512
/** In an outline: the unit was silent after it (TRK-7). */
const silentAfter = 1024
/** Two places nearer than this are within any speed's reach; spares the sine of most segments. Degrees, of at most 112 km. */
const metresPerDegree = 112_000

/** Where a unit was at an instant. Filled in anew for each look, so that a look costs no memory. */
export interface PastPlace {
  lon: number
  lat: number
  /** Degrees and metres a second; NaN when not known. */
  heading: number
  speed: number
  /** Of the fix before, epoch milliseconds. */
  fixTime: number
  /** Nothing is known of the way from that fix on: it stands where it was last. */
  isGap: boolean
}

/** The fixes of one unit that count, in flat columns by time: all of them, or an outline. */
export class PastTrack {
  readonly time: Float64Array
  readonly lon: Float64Array
  readonly lat: Float64Array
  /** NaN when not known. */
  readonly speed: Float32Array
  readonly heading: Float32Array
  /** 1: the way from this fix to the next is known. */
  readonly joined: Uint8Array
  /** Every fix is there. */
  readonly isWhole: boolean
  /** Until when it was asked for; what came later is not known. */
  readonly until: number
  /** Where the last look was: the next one is mostly near. */
  #at = 0

  constructor(track: WireTrack, until: number) {
    const size = track.flags.reduce((count, flags) => count + ((flags & outranked) === 0 ? 1 : 0), 0)
    this.time = new Float64Array(size)
    this.lon = new Float64Array(size)
    this.lat = new Float64Array(size)
    this.speed = new Float32Array(size)
    this.heading = new Float32Array(size)
    this.joined = new Uint8Array(size)
    this.isWhole = track.detail === null
    this.until = until
    const longest = Math.max(longestSegmentMs, (track.detail?.seconds ?? 0) * 1000)
    let at = 0
    let wasSilent = false
    for (let i = 0; i < track.flags.length; i++) {
      if ((track.flags[i]! & outranked) !== 0) {
        continue
      }
      this.time[at] = track.time[i]!
      this.lon[at] = track.lon[i]!
      this.lat[at] = track.lat[i]!
      this.speed[at] = track.speed[i] ?? NaN
      this.heading[at] = track.heading[i] ?? NaN
      if (at > 0) {
        this.joined[at - 1] = !wasSilent && this.#mayReach(at - 1, longest) ? 1 : 0
      }
      wasSilent = !this.isWhole && (track.flags[i]! & silentAfter) !== 0
      at++
    }
  }

  get size(): number {
    return this.time.length
  }

  /** The last fix at or before a time, −1 when there is none. */
  before(time: number): number {
    const { time: times, size } = this
    let at = this.#at
    for (let step = 0; step < 4 && at + 1 < size && times[at + 1]! <= time; step++) {
      at++
    }
    if (size === 0 || times[at]! > time || (at + 1 < size && times[at + 1]! <= time)) {
      at = lastAtOrBefore(times, time)
    }
    this.#at = Math.max(0, at)
    return at
  }

  /** Where the unit was (REP-3); false when no fix had come yet. */
  placeAt(time: number, place: PastPlace): boolean {
    const at = this.before(time)
    if (at < 0) {
      return false
    }
    const fixTime = this.time[at]!
    place.fixTime = fixTime
    place.heading = this.heading[at]!
    place.speed = this.speed[at]!
    place.lon = this.lon[at]!
    place.lat = this.lat[at]!
    if (this.joined[at] === 1) {
      const elapsed = this.time[at + 1]! - fixTime
      const part = (time - fixTime) / elapsed
      if (Number.isNaN(place.speed)) {
        place.speed = (distanceMetres(place.lon, place.lat, this.lon[at + 1]!, this.lat[at + 1]!) * 1000) / elapsed
      }
      place.lon += part * (this.lon[at + 1]! - place.lon)
      place.lat += part * (this.lat[at + 1]! - place.lat)
      place.isGap = false
      return true
    }
    place.isGap = time !== fixTime && !this.#mayGoOn(at, time)
    if (place.isGap) {
      place.speed = NaN
    }
    return true
  }

  /** The stretches of a span in which nothing is known of the unit; where it began and ended to report, too. */
  gaps(span: Span): Span[] {
    const gaps: Span[] = []
    let since = span.from
    for (let i = 0; i < this.size; i++) {
      if (i === 0 || this.joined[i - 1] === 0) {
        gaps.push({ from: since, to: this.time[i]! })
      }
      since = this.time[i]!
    }
    gaps.push({ from: since, to: span.to })
    const isEdge = (gap: Span) => gap.from === span.from || gap.to === span.to
    return gaps.filter((gap) => gap.to - gap.from > (isEdge(gap) ? longestSegmentMs : 0))
  }

  /** After the last fix: the next one may still have come, after what was asked for. */
  #mayGoOn(at: number, time: number): boolean {
    return at === this.size - 1 && time - this.time[at]! <= longestSegmentMs && this.until - this.time[at]! <= longestSegmentMs
  }

  #mayReach(i: number, longestMs: number): boolean {
    const elapsed = this.time[i + 1]! - this.time[i]!
    if (elapsed > longestMs) {
      return false
    }
    const reach = (fastestMetresPerSecond * elapsed) / 1000
    const atMost = (Math.abs(this.lon[i + 1]! - this.lon[i]!) + Math.abs(this.lat[i + 1]! - this.lat[i]!)) * metresPerDegree
    return atMost <= reach || distanceMetres(this.lon[i]!, this.lat[i]!, this.lon[i + 1]!, this.lat[i + 1]!) <= reach
  }
}

function lastAtOrBefore(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= time) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low - 1
}

/** The stretches in which nothing is known of any of the units. */
export function gapsOfAll(tracks: readonly PastTrack[], span: Span): Span[] {
  return tracks.reduce<Span[]>((common, track) => overlaps(common, track.gaps(span)), [span])
}

function overlaps(a: readonly Span[], b: readonly Span[]): Span[] {
  const both: Span[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i]!.from, b[j]!.from)
    const to = Math.min(a[i]!.to, b[j]!.to)
    if (from < to) {
      both.push({ from, to })
    }
    if (a[i]!.to < b[j]!.to) {
      i++
    } else {
      j++
    }
  }
  return both
}
