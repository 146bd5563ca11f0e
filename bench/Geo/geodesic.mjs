// Measures geographiclib-geodesic on the positions that come by standard input, from the first to each.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { measure, serve } from './measure.mjs'

const { Geodesic } = createRequire(join(process.cwd(), 'package.json'))('geographiclib-geodesic')

await serve((positions, what) => {
  const mask = what === 'distance' ? Geodesic.DISTANCE : Geodesic.STANDARD
  const [[latitude, longitude]] = positions
  return measure(positions.length, () => { for (const [toLatitude, toLongitude] of positions) Geodesic.WGS84.Inverse(latitude, longitude, toLatitude, toLongitude, mask) })
})
