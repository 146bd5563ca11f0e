import type { Layer } from '@deck.gl/core'
import { TripsLayer } from '@deck.gl/geo-layers'
import { PathLayer } from '@deck.gl/layers'
import { accentColour } from '../wall/palette'
import type { ReplayState } from './replay'
import type { PastTrack } from './tracks'

/** A stretch of a track without a gap, as the layers take it: flat, and made once for a replay. */
interface Way {
  readonly path: Float64Array
  /** Seconds since the replay's begin, one a vertex. */
  readonly timestamps: Float32Array
}

/** Of few units all of the way is drawn; of many, where they came from just now. */
const fewUnits = 3
const shortTrailSeconds = 600

const waysOfTracks = new WeakMap<PastTrack, readonly Way[]>()

/** Where nothing is known there is no line. With `within`, only what was gone between those fixes. */
export function waysOf(track: PastTrack, from: number, within: readonly [first: number, last: number] = [0, track.size - 1]): readonly Way[] {
  const ways: Way[] = []
  const [first, last] = within
  let begin = first
  for (let i = first; i <= last; i++) {
    if (i < last && track.joined[i] === 1) {
      continue
    }
    if (i > begin) {
      const path = new Float64Array(2 * (i - begin + 1))
      const timestamps = new Float32Array(i - begin + 1)
      for (let at = begin; at <= i; at++) {
        path[2 * (at - begin)] = track.lon[at]!
        path[2 * (at - begin) + 1] = track.lat[at]!
        timestamps[at - begin] = (track.time[at]! - from) / 1000
      }
      ways.push({ path, timestamps })
    }
    begin = i + 1
  }
  return ways
}

/** The ways of a replay's many units, in stretches as long as a trail: two of them are drawn, whichever instant it is. */
class WayStretches {
  readonly #tracks: readonly PastTrack[]
  readonly #from: number
  readonly #made = new Map<number, readonly Way[]>()
  static readonly #most = 16

  constructor(tracks: readonly PastTrack[], from: number) {
    this.#tracks = tracks
    this.#from = from
  }

  isOf(tracks: readonly PastTrack[]): boolean {
    return this.#tracks === tracks
  }

  at(stretch: number): readonly Way[] {
    let ways = this.#made.get(stretch)
    if (ways === undefined) {
      const begin = this.#from + stretch * shortTrailSeconds * 1000
      const end = begin + shortTrailSeconds * 1000
      ways = this.#tracks.flatMap((track) => waysOf(track, this.#from, [Math.max(0, track.before(begin)), Math.min(track.size - 1, track.before(end) + 1)]))
      if (this.#made.size >= WayStretches.#most) {
        this.#made.clear()
      }
      this.#made.set(stretch, ways)
    }
    return ways
  }
}

let stretches = new WayStretches([], 0)

/** The ways that the units of a replay have gone: nothing is made for an instant but the instant itself. */
export function pastTrailLayers(replay: ReplayState): Layer[] {
  const [open, past] = [replay.open(), replay.past()]
  if (open === null || past === null || replay.trackCount() === 0 || !replay.trailsWanted()) {
    return []
  }
  const focus = replay.focus()
  const shown = focus !== null ? [focus] : open.units.length <= fewUnits ? open.units : null
  const currentTime = Math.max(0, (replay.instantNow() - open.from) / 1000)
  if (shown !== null) {
    return shown.flatMap((id) => {
      const track = past.trackOf(id)
      if (track === undefined) {
        return []
      }
      const ways = waysOfTracks.get(track) ?? waysOf(track, open.from)
      waysOfTracks.set(track, ways)
      return [
        new PathLayer<Way>({ ...shapeOf(ways), id: `past-way-${id}`, getColor: [...accentColour, 70], getWidth: 2 }),
        trail(`past-trail-${id}`, ways, currentTime, (open.to - open.from) / 1000, false),
      ]
    })
  }
  const { tracks } = past
  if (!stretches.isOf(tracks)) {
    stretches = new WayStretches(tracks, open.from)
  }
  const now = Math.floor(currentTime / shortTrailSeconds)
  return [now - 1, now].filter((each) => each >= 0)
    .map((stretch) => trail(`past-trail-${stretch}`, stretches.at(stretch), currentTime, shortTrailSeconds, true))
}

const shapeOf = (ways: readonly Way[]) => ({
  data: ways as Way[], _pathType: 'open' as const, positionFormat: 'XY' as const, getPath: (way: Way) => way.path, widthUnits: 'pixels' as const,
  capRounded: true, jointRounded: true,
})

function trail(id: string, ways: readonly Way[], currentTime: number, trailLength: number, fadeTrail: boolean): Layer {
  return new TripsLayer<Way>({
    ...shapeOf(ways), id, currentTime, trailLength, fadeTrail, getTimestamps: (way) => way.timestamps, getColor: [...accentColour, 235], getWidth: 3,
  })
}
