import { cellToLatLng } from 'h3-js'
import type { Camera } from '../cameras/camera'
import { distanceMetres } from '../geo/degrees'
import type { Zone } from '../zones/zone'

/** A camera further away than this does not say where something is. */
const nearMetres = 400

/** Where a cell is, as people here would say it: in a zone, or near a camera; else null. */
export function placeName(cell: string, zones: readonly Zone[], cameras: readonly Camera[], near: (name: string) => string): string | null {
  const [lat, lon] = cellToLatLng(cell)
  const zone = zones.find(({ polygons }) => polygons.some(([outline, ...holes]) => isIn(lon, lat, outline ?? []) && !holes.some((hole) => isIn(lon, lat, hole))))
  if (zone !== undefined) {
    return zone.name
  }
  let [closest, metres]: [Camera | null, number] = [null, nearMetres]
  for (const camera of cameras) {
    const away = distanceMetres(lon, lat, camera.lon, camera.lat)
    if (away < metres) {
      [closest, metres] = [camera, away]
    }
  }
  return closest === null ? null : near(closest.name)
}

/** Whether a place is inside of a ring, by how often a line to the west of it crosses the ring. */
function isIn(lon: number, lat: number, ring: readonly (readonly [number, number])[]): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[x, y], [px, py]] = [ring[i]!, ring[j]!]
    if ((y > lat) !== (py > lat) && lon < ((px - x) * (lat - y)) / (py - y) + x) {
      inside = !inside
    }
  }
  return inside
}
