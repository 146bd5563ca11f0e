/** Degrees, branded so that the compiler refuses a swapped pair. Costs nothing at run time. */
export type Longitude = number & { readonly unit: 'longitude in degrees' }
export type Latitude = number & { readonly unit: 'latitude in degrees' }

/** A place in WGS-84. */
export interface Place {
  readonly lon: Longitude
  readonly lat: Latitude
}

export function place(lon: number, lat: number): Place {
  return { lon: lon as Longitude, lat: lat as Latitude }
}

/** Mean radius of the Earth; the same value that the server's circles use. */
const earthRadiusMetres = 6_371_008.8

/** Metres between two places, on a locally flat Earth: good to 0.1 % below 20 km away from the poles. */
export function distanceMetres(lonA: number, latA: number, lonB: number, latB: number): number {
  const radians = Math.PI / 180
  const x = (lonB - lonA) * radians * Math.cos(((latA + latB) / 2) * radians)
  const y = (latB - latA) * radians
  return Math.hypot(x, y) * earthRadiusMetres
}

/** A ring of points around a place; closed, counter-clockwise. */
export function circleRing(lon: number, lat: number, radiusMetres: number, points = 64): [number, number][] {
  const degreesPerMetre = 180 / (Math.PI * earthRadiusMetres)
  const stretch = 1 / Math.cos((lat * Math.PI) / 180)
  const ring: [number, number][] = []
  for (let i = 0; i <= points; i++) {
    const angle = (2 * Math.PI * (i % points)) / points
    ring.push([
      lon + Math.cos(angle) * radiusMetres * degreesPerMetre * stretch,
      lat + Math.sin(angle) * radiusMetres * degreesPerMetre,
    ])
  }
  return ring
}

/** The part of a circle that lies so many degrees around a heading, from its centre; closed. */
export function sectorRing(lon: number, lat: number, radiusMetres: number, headingDegrees: number, widthDegrees: number, steps = 12): [number, number][] {
  const degreesPerMetre = 180 / (Math.PI * earthRadiusMetres)
  const stretch = 1 / Math.cos((lat * Math.PI) / 180)
  const ring: [number, number][] = [[lon, lat]]
  for (let i = 0; i <= steps; i++) {
    const angle = ((headingDegrees + widthDegrees * (i / steps - 0.5)) * Math.PI) / 180
    ring.push([lon + Math.sin(angle) * radiusMetres * degreesPerMetre * stretch, lat + Math.cos(angle) * radiusMetres * degreesPerMetre])
  }
  ring.push([lon, lat])
  return ring
}

/** Which of eight winds a heading is: 0 north, 1 north-east … 7 north-west. */
export function windOf(headingDegrees: number): number {
  return Math.round((((headingDegrees % 360) + 360) % 360) / 45) % 8
}
