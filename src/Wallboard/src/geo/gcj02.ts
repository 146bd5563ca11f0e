/** What the offset applies in, as in the host's Vantage.Geo: a box around China, and nowhere else. */
const box = { west: 72.004, south: 0.8293, east: 137.8347, north: 55.8271 }

const semiMajorAxis = 6_378_245
const eccentricitySquare = 0.00669342162296594323
const radians = Math.PI / 180

const wave = (halfTurns: number): number => Math.sin(halfTurns * Math.PI)

/** GCJ-02 of a place in WGS-84, by the open formula: a wave field in metres around 105° E 35° N. The host has the same (src/Geo/Crs/Gcj02.cs). */
export function gcj02Of(lon: number, lat: number): [number, number] {
  if (lon < box.west || lon > box.east || lat < box.south || lat > box.north) {
    return [lon, lat]
  }
  const [x, y] = [lon - 105, lat - 35]
  const ripple = 20 * wave(6 * x) + 20 * wave(2 * x)
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x))
    + ((ripple + 20 * wave(y) + 40 * wave(y / 3) + 160 * wave(y / 12) + 320 * wave(y / 30)) * 2) / 3
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x))
    + ((ripple + 20 * wave(x) + 40 * wave(x / 3) + 150 * wave(x / 12) + 300 * wave(x / 30)) * 2) / 3
  const sin = Math.sin(lat * radians)
  const flattening = 1 - eccentricitySquare * sin * sin
  const meridianRadius = (semiMajorAxis * (1 - eccentricitySquare)) / (flattening * Math.sqrt(flattening))
  const parallelRadius = (semiMajorAxis / Math.sqrt(flattening)) * Math.cos(lat * radians)
  return [lon + east / parallelRadius / radians, lat + north / meridianRadius / radians]
}
