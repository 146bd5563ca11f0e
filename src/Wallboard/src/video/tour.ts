import type { SeenCamera, TileCount, Tour, TourLogItem, Interruption } from './protocol'

/** The cameras of a tour, a page at a time. The last page may have free tiles. */
export function pagesOf(cameras: readonly string[], tiles: TileCount): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(cameras.length / tiles) }, (_, page) => cameras.slice(page * tiles, (page + 1) * tiles))
}

export interface TourPlace {
  readonly page: number
  /** Milliseconds until the next page. */
  readonly left: number
}

/** Where a tour is. It goes by the clock alone: all screens that show it, and one that is reloaded, are at the same page. */
export function placeAt(since: number, dwellSeconds: number, pages: number, now: number): TourPlace {
  const dwell = dwellSeconds * 1000
  const elapsed = Math.max(0, now - since)
  return { page: pages === 0 ? 0 : Math.floor(elapsed / dwell) % pages, left: dwell - (elapsed % dwell) }
}

/** The same tour, begun so that it is at another page now. */
export function sinceFor(page: number, dwellSeconds: number, pages: number, now: number): number {
  return now - (((page % pages) + pages) % pages) * dwellSeconds * 1000
}

interface Stay {
  readonly tour: string
  readonly page: number
  readonly from: number
  readonly seen: Map<string, Seeing>
}

interface Seeing {
  state: SeenCamera['state']
  reason: string | null
  pictureSince: number | null
  picturedMs: number
}

/** Writes down what a screen showed of a tour: page by page, camera by camera, how long there was a picture. */
export class TourRecorder {
  #stay: Stay | null = null

  /** A page is shown; the one before, if there is one, has ended. */
  begin(tour: Tour['key'], page: number, cameras: readonly string[], now: number): void {
    this.#stay = { tour, page, from: now, seen: new Map(cameras.map((camera) => [camera, { state: 'none', reason: null, pictureSince: null, picturedMs: 0 }])) }
  }

  /** What is seen of a camera from now on. */
  saw(camera: string, state: SeenCamera['state'], reason: string | null, now: number): void {
    const seeing = this.#stay?.seen.get(camera)
    if (seeing === undefined) {
      return
    }
    const hasPicture = state === 'playing' || state === 'still'
    if (seeing.pictureSince !== null && !hasPicture) {
      seeing.picturedMs += now - seeing.pictureSince
      seeing.pictureSince = null
    } else if (hasPicture) {
      seeing.pictureSince ??= now
    }
    // That there was a picture counts for more than that it was lost.
    if (hasPicture || seeing.picturedMs === 0) {
      seeing.state = state
    }
    seeing.reason = hasPicture ? null : reason
  }

  /** The page is shown no longer. Null: there was none. */
  end(now: number, place: { readonly stage: string; readonly screen: string } | null, interruptedBy: Interruption | null, id: string): TourLogItem | null {
    const stay = this.#stay
    this.#stay = null
    return stay === null ? null : {
      id, tour: stay.tour, stage: place?.stage ?? null, screen: place?.screen ?? null, page: stay.page,
      from: new Date(stay.from).toISOString(), to: new Date(now).toISOString(), interruptedBy,
      cameras: [...stay.seen].map(([camera, { state, reason, pictureSince, picturedMs }]) => ({
        camera, state, reason, seconds: Math.round((picturedMs + (pictureSince === null ? 0 : now - pictureSince)) / 1000),
      })),
    }
  }
}
