import { distanceMetres } from '../geo/degrees'

/** GET /api/units/{kind}/{key}/track: columns of equal length. */
export interface TrackColumns {
  readonly time: readonly number[]
  readonly lon: readonly number[]
  readonly lat: readonly number[]
  readonly speed?: readonly (number | null)[]
}

/** A stretch without a gap. `from` and `to` are epoch milliseconds. */
export interface TrailPart {
  readonly path: [number, number][]
  readonly from: number
  readonly to: number
}

export interface Trail {
  readonly parts: readonly TrailPart[]
  readonly points: number
  readonly gaps: number
  readonly metres: number
}

/** The server's rules for a segment between two fixes: not longer than this, not faster than that. */
const longestGapMs = 300_000
const fastestMetresPerSecond = 70
/** Parts are cut into pieces of this many points, so that age can be shown by fading. */
const pieceLength = 24

/** Cuts a track where nothing is known of the way between two fixes: a gap stays a gap. */
export function trailOf(track: TrackColumns): Trail {
  const parts: TrailPart[] = []
  let path: [number, number][] = []
  let from = 0
  let gaps = 0
  let metres = 0
  const close = (to: number) => {
    if (path.length > 1) {
      parts.push({ path, from, to })
    }
  }
  for (let i = 0; i < track.time.length; i++) {
    const point: [number, number] = [track.lon[i]!, track.lat[i]!]
    const before = path.at(-1)
    const elapsed = i === 0 ? 0 : track.time[i]! - track.time[i - 1]!
    const way = before === undefined ? 0 : distanceMetres(before[0], before[1], point[0], point[1])
    const connected = before !== undefined && elapsed <= longestGapMs && way <= fastestMetresPerSecond * Math.max(1, elapsed / 1000)
    if (connected) {
      metres += way
      path.push(point)
      if (path.length >= pieceLength) {
        close(track.time[i]!)
        path = [point]
        from = track.time[i]!
      }
      continue
    }
    if (i > 0) {
      gaps++
      close(track.time[i - 1]!)
    }
    path = [point]
    from = track.time[i]!
  }
  close(track.time.at(-1) ?? 0)
  return { parts, points: track.time.length, gaps, metres }
}
