// Turns the hand-drawn strokes into the sketch that ships: node draw.mjs
// With the path of echarts 4.9's map/json/province/shanghai.json it also remakes the outlines of the districts:
//   node draw.mjs node_modules/echarts/map/json/province/shanghai.json
import { readFileSync, writeFileSync } from 'node:fs'

const metresPerDegreeLat = 111_195
const metresPerDegreeLon = metresPerDegreeLat * Math.cos((31.21 * Math.PI) / 180)
const joinMetres = 30

const folder = new URL('.', import.meta.url)
const round = (value, digits = 5) => Number(value.toFixed(digits))
const toMetres = ([lon, lat]) => [(lon - 121.39) * metresPerDegreeLon, (lat - 31.21) * metresPerDegreeLat]
const toDegrees = ([x, y]) => [round(121.39 + x / metresPerDegreeLon), round(31.21 + y / metresPerDegreeLat)]
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1])

function readStrokes() {
  return readFileSync(new URL('strokes.txt', folder), 'utf8').split('\n')
    .filter((line) => line.includes('|') && !line.startsWith('#'))
    .map((line) => {
      const [kind, detail, name, nameEn, points] = line.split('|').map((part) => part.trim())
      return { kind, detail, name, nameEn, points: points.split(' ').map((pair) => toMetres(pair.split(',').map(Number))) }
    })
}

/** Where p falls on the segment a–b: how far along, in [0, 1], and how far off, in metres. */
function project(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const along = Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)))
  const at = [a[0] + along * dx, a[1] + along * dy]
  return { along, at, off: distance(p, at) }
}

function crossing(a, b, c, d) {
  const cross = (u, v) => u[0] * v[1] - u[1] * v[0]
  const [r, s, q] = [[b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]], [c[0] - a[0], c[1] - a[1]]]
  const denominator = cross(r, s)
  if (Math.abs(denominator) < 1e-9) return null
  const [t, u] = [cross(q, s) / denominator, cross(q, r) / denominator]
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? [a[0] + t * r[0], a[1] + t * r[1]] : null
}

/** Puts a vertex into a line at p, or moves the vertex that is already as good as there. */
function addVertex(line, p) {
  const near = line.findIndex((v) => distance(v, p) < joinMetres)
  if (near >= 0) {
    line[near] = p
    return
  }
  const hits = line.slice(1).map((b, i) => ({ i, ...project(p, line[i], b) })).sort((x, y) => x.off - y.off)
  line.splice(hits[0].i + 1, 0, p)
}

/** Gives every two roads that cross or touch a vertex in common; several that meet at one place share one. */
function joinRoads(roads) {
  const joints = []
  const jointAt = (p) => {
    const known = joints.find((j) => distance(j.at, p) < joinMetres)
    if (known) return known
    const joint = { at: p, roads: new Set() }
    joints.push(joint)
    return joint
  }
  for (const [i, a] of roads.entries()) {
    for (const b of roads.slice(i + 1)) {
      const meet = (p) => { const joint = jointAt(p); joint.roads.add(a).add(b) }
      for (const v of a.points) {
        if (b.points.some((w) => distance(v, w) < joinMetres)) meet(v)
      }
      for (let m = 1; m < a.points.length; m++) {
        for (let n = 1; n < b.points.length; n++) {
          const p = crossing(a.points[m - 1], a.points[m], b.points[n - 1], b.points[n])
          if (p) meet(p)
        }
      }
      for (const [end, other] of [[a.points[0], b], [a.points.at(-1), b], [b.points[0], a], [b.points.at(-1), a]]) {
        const hit = other.points.slice(1).map((q, k) => project(end, other.points[k], q)).sort((x, y) => x.off - y.off)[0]
        if (hit.off < joinMetres) meet(hit.at)
      }
    }
  }
  for (const joint of joints) {
    for (const road of joint.roads) addVertex(road.points, joint.at)
  }
  for (const road of roads) {
    road.points = road.points.filter((p, i) => i === 0 || distance(p, road.points[i - 1]) > 1)
  }
  return joints.length
}

/** A band of the given width along a line; mitred, for gentle bends. */
function band(points, width) {
  const side = (sign) => points.map((p, i) => {
    const [a, b] = [points[Math.max(0, i - 1)], points[Math.min(points.length - 1, i + 1)]]
    const length = distance(a, b)
    return [p[0] - (sign * (b[1] - a[1]) * width) / (2 * length), p[1] + (sign * (b[0] - a[0]) * width) / (2 * length)]
  })
  return [...side(-1), ...side(1).reverse()]
}

/** Chaikin's corner cutting: a river has bends, not corners. */
function smooth(points, passes = 2) {
  const cut = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
  for (let pass = 0; pass < passes; pass++) {
    points = [points[0], ...points.slice(1).flatMap((b, i) => [cut(points[i], b, 0.25), cut(points[i], b, 0.75)]), points.at(-1)]
  }
  return points
}

/** Twice the area, positive when counter-clockwise. */
const signedArea = (points) => points.reduce((sum, p, i) => {
  const q = points[(i + 1) % points.length]
  return sum + p[0] * q[1] - q[0] * p[1]
}, 0)

/** A closed ring in degrees, exterior counter-clockwise as RFC 7946 wants it. */
function ring(points) {
  const ordered = (signedArea(points) < 0 ? [...points].reverse() : points).map(toDegrees)
  return [...ordered, ordered[0]]
}

const feature = (properties, type, coordinates) => ({ type: 'Feature', properties, geometry: { type, coordinates } })

function toFeature({ kind, detail, name, nameEn, points }) {
  switch (kind) {
    case 'road': return feature({ kind, class: detail, name, nameEn }, 'LineString', points.map(toDegrees))
    case 'water': return feature({ kind, name, nameEn }, 'Polygon', [ring(band(smooth(points), Number(detail)))])
    case 'park': case 'district': return feature({ kind, name, nameEn }, 'Polygon', [ring(points)])
    case 'metro': return feature({ kind, name, nameEn, lines: detail.split('/') }, 'Point', toDegrees(points[0]))
    case 'place': return points.length === 1
      ? feature({ kind, class: detail, name, nameEn }, 'Point', toDegrees(points[0]))
      : feature({ kind, class: detail, name, nameEn }, 'Polygon', [ring(points)])
    default: throw new Error(`Unknown kind of stroke: ${kind}`)
  }
}

function write(file, features) {
  const lines = features.map((f) => JSON.stringify(f)).join(',\n')
  writeFileSync(new URL(file, folder), `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`)
}

const strokes = readStrokes()
const order = ['district', 'water', 'park', 'place', 'road', 'metro']
const joints = joinRoads(strokes.filter((s) => s.kind === 'road' && s.detail !== 'motorway'))
write('changning.geojson', strokes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map(toFeature))
console.log(`${strokes.length} strokes, ${joints} joints`)

// The districts of Shanghai, from echarts 4.9.0 (Apache-2.0): delta-coded integers, 1/1024 degree, in GCJ-02.

function decode(text, offset) {
  let [x, y] = offset
  const points = []
  for (let i = 0; i < text.length; i += 2) {
    const [dx, dy] = [text.charCodeAt(i) - 64, text.charCodeAt(i + 1) - 64]
    x += (dx >> 1) ^ -(dx & 1)
    y += (dy >> 1) ^ -(dy & 1)
    points.push([x / 1024, y / 1024])
  }
  return points
}

/** The offset that GCJ-02 adds, in degrees, as publicly known: a low polynomial and sines, on Krasovsky's ellipsoid. */
function gcjOffset(lon, lat) {
  const [x, y, pi] = [lon - 105, lat - 35, Math.PI]
  const wave = (v, parts) => parts.reduce((sum, [amplitude, period]) => sum + amplitude * Math.sin((v / period) * pi), 0) * (2 / 3)
  const common = wave(x, [[20, 1 / 6], [20, 1 / 2]])
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x))
    + common + wave(y, [[20, 1], [40, 3], [160, 12], [320, 30]])
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x))
    + common + wave(x, [[20, 1], [40, 3], [150, 12], [300, 30]])
  const [a, e2, phi] = [6_378_245, 0.00669342162296594323, (lat * pi) / 180]
  const w2 = 1 - e2 * Math.sin(phi) ** 2
  return [
    (east * 180) / ((a / Math.sqrt(w2)) * Math.cos(phi) * pi),
    (north * 180) / (((a * (1 - e2)) / (w2 * Math.sqrt(w2))) * pi),
  ]
}

function toWgs84([lon, lat]) {
  let [wgsLon, wgsLat] = [lon, lat]
  for (let i = 0; i < 5; i++) {
    const [dLon, dLat] = gcjOffset(wgsLon, wgsLat)
    ;[wgsLon, wgsLat] = [lon - dLon, lat - dLat]
  }
  return [round(wgsLon, 4), round(wgsLat, 4)]
}

const closed = (points) => {
  const [first, last] = [points[0], points.at(-1)]
  return first[0] === last[0] && first[1] === last[1] ? points : [...points, first]
}

/** Exterior rings counter-clockwise, holes clockwise. */
const wound = (ring, exterior) => (signedArea(ring) > 0) === exterior ? ring : [...ring].reverse()

const source = process.argv[2]
if (source) {
  const map = JSON.parse(readFileSync(source, 'utf8'))
  write('shanghai-districts.geojson', map.features.map(({ id, properties, geometry }) => {
    const polygons = (geometry.type === 'Polygon' ? [geometry] : geometry.coordinates.map((c, i) => ({ coordinates: c, encodeOffsets: geometry.encodeOffsets[i] })))
      .map((p) => p.coordinates.map((text, i) => decode(text, p.encodeOffsets[i]).map(toWgs84)))
      .map((rings) => rings.map((points, i) => wound(closed(points), i === 0)))
    return feature({ kind: 'district', name: properties.name, code: String(id) }, 'MultiPolygon', polygons)
  }))
}
