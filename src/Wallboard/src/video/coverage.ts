import type { Camera } from '../cameras/camera'

/** How far a camera of a street sees, and how wide: what lies beyond is near at best. */
export const seesMetres = 250
const seesDegrees = 35
const metresPerDegree = 111_195
const degrees = 180 / Math.PI

export interface Place {
  readonly lon: number
  readonly lat: number
}

export interface Covering {
  readonly camera: Camera
  readonly metres: number
  /** It looks there, as far as is known of it. */
  readonly looksThere: boolean
}

/** The cameras that may show a place: those that look there first, then those that may be turned there, then by distance; those that are off last. */
export function coveringCameras(cameras: readonly Camera[], place: Place, atMost: number): readonly Covering[] {
  return cameras
    .map((camera): Covering & { readonly rank: number } => {
      const north = (place.lat - camera.lat) * metresPerDegree
      const east = (place.lon - camera.lon) * metresPerDegree * Math.cos(place.lat / degrees)
      const metres = Math.hypot(north, east)
      const bearing = Math.atan2(east, north) * degrees
      const looksThere = camera.heading !== null && metres <= seesMetres && apart(bearing, camera.heading) <= seesDegrees
      return { camera, metres, looksThere, rank: looksThere ? 0 : camera.heading === null && metres <= seesMetres ? 1 : 2 }
    })
    .sort((a, b) => Number(a.camera.state === 'offline') - Number(b.camera.state === 'offline') || a.rank - b.rank || a.metres - b.metres)
    .slice(0, atMost)
}

/** Between two directions, 0 to 180. */
function apart(a: number, b: number): number {
  const turned = Math.abs(a - b) % 360
  return turned > 180 ? 360 - turned : turned
}
