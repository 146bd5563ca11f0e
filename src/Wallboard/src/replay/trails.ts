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

/** Where nothing is known there is no line. */
export function waysOf(track: PastTrack, from: number): readonly Way[] {
  const ways: Way[] = []
  let begin = 0
  for (let i = 0; i < track.size; i++) {
    if (track.joined[i] === 1) {
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

let built: { readonly tracks: readonly PastTrack[]; readonly ways: readonly Way[] } = { tracks: [], ways: [] }

/** All ways as one list, the same one as long as the tracks are the same: the layers then have nothing to compare. */
function waysOfAll(tracks: readonly PastTrack[], from: number): readonly Way[] {
  if (tracks.length !== built.tracks.length || tracks.some((track, i) => track !== built.tracks[i])) {
    const ways = tracks.flatMap((track) => {
      const known = waysOfTracks.get(track) ?? waysOf(track, from)
      waysOfTracks.set(track, known)
      return known
    })
    built = { tracks, ways }
  }
  return built.ways
}

/** The ways that the units of a replay have gone: nothing is made for an instant but the instant itself. */
export function pastTrailLayers(replay: ReplayState): Layer[] {
  const [open, past] = [replay.open(), replay.past()]
  if (open === null || past === null || replay.trackCount() === 0 || !replay.trailsWanted()) {
    return []
  }
  const isFew = open.units.length <= fewUnits
  const focus = replay.focus()
  const alone = focus === null ? undefined : past.trackOf(focus)
  const shown = !isFew && alone !== undefined ? [alone] : isFew ? open.units.flatMap((id) => past.trackOf(id) ?? []) : past.tracks
  const isLong = isFew || alone !== undefined
  const data = waysOfAll(shown, open.from) as Way[]
  const shape = {
    data, _pathType: 'open' as const, positionFormat: 'XY' as const, getPath: (way: Way) => way.path, widthUnits: 'pixels' as const,
    capRounded: true, jointRounded: true,
  }
  return [
    ...(isLong ? [new PathLayer<Way>({ ...shape, id: 'past-way', getColor: [...accentColour, 70], getWidth: 2 })] : []),
    new TripsLayer<Way>({
      ...shape,
      id: 'past-trail',
      getTimestamps: (way) => way.timestamps,
      getColor: [...accentColour, 235],
      getWidth: 3,
      currentTime: Math.max(0, (replay.instantNow() - open.from) / 1000),
      trailLength: isLong ? (open.to - open.from) / 1000 : shortTrailSeconds,
      fadeTrail: !isLong,
    }),
  ]
}
