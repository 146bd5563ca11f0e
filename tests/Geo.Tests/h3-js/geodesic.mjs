// Prints what geographiclib-geodesic answers for random pairs of positions: node geodesic.mjs <kind> <seed> <count>.
// Binary, 56 bytes each: latitude, longitude, latitude, longitude, metres, azimuths at both ends; float64, little-endian.
import geographiclib from 'geographiclib-geodesic'
import { seeded } from './random.mjs'

const [kind, seed, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const geodesic = geographiclib.Geodesic.WGS84

const random = seeded(seed)

const between = (from, to) => from + (to - from) * random()
const sign = () => (random() < 0.5 ? -1 : 1)
const pick = (list) => list[Math.floor(random() * list.length)]
/** Off by an angle in degrees whose order of magnitude is uniform. */
const off = (least, most) => sign() * 10 ** between(Math.log10(least), Math.log10(most))
const clamp = (latitude) => Math.min(90, Math.max(-90, latitude))
const wrap = (longitude) => (longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude)
const somewhere = () => [Math.asin(between(-1, 1)) * 180 / Math.PI, between(-180, 180)]

const kinds = {
  anywhere: () => [somewhere(), somewhere()],
  near() {
    const [latitude, longitude] = random() < 0.2 ? [pick([90, -90, 0]) + off(1e-9, 1), between(-180, 180)] : somewhere()
    return [[clamp(latitude), longitude], [clamp(latitude + off(1e-9, 0.1)), wrap(longitude + off(1e-9, 0.1))]]
  },
  antipodal() {
    const [latitude, longitude] = random() < 0.3 ? [off(1e-9, 1), between(-180, 180)] : somewhere()
    return [[latitude, longitude], [clamp(off(1e-10, 1) - latitude), wrap(wrap(longitude + 180) + off(1e-10, 1))]]
  },
  equatorial: () => [[0, between(-180, 180)], [pick([0, 0, off(1e-12, 1)]), pick([between(-180, 180), 180, -180])]],
  meridional() {
    const longitude = between(-180, 180)
    return [[between(-90, 90), longitude], [between(-90, 90), pick([longitude, wrap(longitude + 180)])]]
  },
  polar: () => [[pick([90, -90]), between(-180, 180)], pick([somewhere(), [pick([90, -90]), between(-180, 180)], [clamp(pick([90, -90]) + off(1e-10, 1)), between(-180, 180)]])],
  parallel() {
    const latitude = pick([between(-90, 90), Math.round(between(-90, 90))])
    return [[latitude, between(-180, 180)], [pick([latitude, -latitude]), between(-180, 180)]]
  },
}

const out = Buffer.alloc(56 * count)
for (let n = 0; n < count; n++) {
  const pair = kinds[kind]().flat()
  if (random() < 0.5) pair.push(...pair.splice(0, 2))
  const { s12, azi1, azi2 } = geodesic.Inverse(...pair)
  for (const [at, value] of [...pair, s12, azi1, azi2].entries()) out.writeDoubleLE(value, 56 * n + 8 * at)
}
process.stdout.write(out)
