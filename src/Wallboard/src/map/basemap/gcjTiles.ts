import { addProtocol } from 'maplibre-gl'
import { meshOf, tilesUnder, warp } from './warp'

/** Addresses of tiles that are redrawn from GCJ-02 to WGS-84, on which everything else on the map stands. */
export const gcjProtocol = 'vantage-gcj02'

/** Neighbours are made of the same pictures. */
const mostKept = 96
const kept = new Map<string, Promise<ImageBitmap | null>>()

addProtocol(gcjProtocol, async ({ url }, { signal }) => {
  const [, z, x, y, query] = /\/\/(\d+)\/(\d+)\/(\d+)(.*)$/.exec(url)!
  const zoom = Number(z)
  const mesh = meshOf(zoom, Number(x), Number(y))
  const { left, top, right, bottom } = tilesUnder(mesh)
  const wanted: Promise<{ column: number; row: number; picture: ImageBitmap | null }>[] = []
  for (let row = Math.max(0, top); row <= Math.min(bottom, 2 ** zoom - 1); row++) {
    for (let column = left; column <= right; column++) {
      const wrapped = ((column % 2 ** zoom) + 2 ** zoom) % 2 ** zoom
      wanted.push(read(`/api/basemap/tiles/${zoom}/${wrapped}/${row}${query}`).then((picture) => ({ column, row, picture })))
    }
  }
  const found = (await Promise.all(wanted)).filter(({ picture }) => picture !== null)
  signal.throwIfAborted()
  if (found.length === 0) {
    throw Object.assign(new Error('No tile'), { status: 404 }) // The map draws the one above it instead.
  }
  const size = found[0]!.picture!.width
  const under = new OffscreenCanvas((right - left + 1) * size, (bottom - top + 1) * size)
  const context = under.getContext('2d', { willReadFrequently: true })!
  for (const { column, row, picture } of found) {
    context.drawImage(picture!, (column - left) * size, (row - top) * size, size, size)
  }
  const to = new ImageData(size, size)
  warp(mesh, context.getImageData(0, 0, under.width, under.height), left, top, size, to)
  return { data: await createImageBitmap(to) }
})

/** One picture as it is served; null: there is none. */
function read(path: string): Promise<ImageBitmap | null> {
  const known = kept.get(path)
  if (known !== undefined) {
    kept.delete(path)
    kept.set(path, known)
    return known
  }
  const reading = fetch(path).then(async (answer) => {
    if (answer.status === 404 || answer.status === 204) {
      return null
    }
    if (!answer.ok) {
      throw new Error(`A tile of the base map: ${answer.status}`)
    }
    return createImageBitmap(await answer.blob())
  })
  kept.set(path, reading)
  reading.catch(() => { kept.delete(path) })
  if (kept.size > mostKept) {
    kept.delete(kept.keys().next().value!)
  }
  return reading
}
