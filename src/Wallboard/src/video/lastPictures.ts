/** The last picture of a stream, and when it was taken (ms since 1970, by the host's clock). */
export interface LastPicture {
  readonly picture: Blob
  readonly takenAt: number
}

/** Four full pages: a tour that comes round again has a picture on every tile at once. */
const keptAtMost = 64

/**
 * The last pictures of streams that were shown here. A camera that comes back to a tile after a tour's other pages or after an alarm
 * has one before its stream plays, and also when it plays no more.
 */
export function createLastPictures(limit = keptAtMost) {
  const kept = new Map<string, LastPicture>()
  return {
    of: (camera: string): LastPicture | null => kept.get(camera) ?? null,
    keep(camera: string, last: LastPicture): void {
      kept.delete(camera) // A map is in the order of what was set: the first is the one that was kept longest ago.
      kept.set(camera, last)
      if (kept.size > limit) {
        kept.delete(kept.keys().next().value!)
      }
    },
  }
}

export type LastPictures = ReturnType<typeof createLastPictures>
