// A made-up district for development: units that follow the sketch's roads, zones, cameras and breaches.
import { readFileSync } from 'node:fs'

const sketch = JSON.parse(readFileSync(new URL('../../../assets/sketch/changning.geojson', import.meta.url), 'utf8'))
const metresPerDegree = 111_195
const stretch = Math.cos((31.21 * Math.PI) / 180)

let seed = 20261121
export function random() {
  seed = (seed * 1664525 + 1013904223) % 4294967296
  return seed / 4294967296
}
const pick = (list) => list[Math.floor(random() * list.length)]
const between = (low, high) => low + random() * (high - low)

const roads = sketch.features.filter((f) => f.properties.kind === 'road').map((f) => f.geometry.coordinates)
const streets = sketch.features.filter((f) => f.properties.kind === 'road' && f.properties.class !== 'motorway').map((f) => f.geometry.coordinates)

/** Which roads pass through a vertex. */
const joints = new Map()
for (const road of streets) {
  road.forEach((vertex, i) => {
    const at = vertex.join(',')
    joints.set(at, [...(joints.get(at) ?? []), { road, i }])
  })
}

const distance = (a, b) => Math.hypot((b[0] - a[0]) * stretch, b[1] - a[1]) * metresPerDegree
const bearing = (a, b) => ((Math.atan2((b[0] - a[0]) * stretch, b[1] - a[1]) * 180) / Math.PI + 360) % 360

/** Moves along the roads, turning where they meet. */
export class Walker {
  constructor(road = pick(streets), i = Math.floor(random() * (road.length - 1))) {
    this.road = road
    this.i = i
    this.step = random() < 0.5 ? 1 : -1
    this.at = [...road[i]]
    this.heading = 0
  }

  advance(metres) {
    for (let guard = 0; metres > 0 && guard < 50; guard++) {
      const next = this.road[this.i + this.step]
      if (next === undefined) {
        this.turn()
        continue
      }
      const left = distance(this.at, next)
      this.heading = bearing(this.at, next)
      if (left > metres) {
        const part = metres / left
        this.at = [this.at[0] + (next[0] - this.at[0]) * part, this.at[1] + (next[1] - this.at[1]) * part]
        return
      }
      metres -= left
      this.at = [...next]
      this.i += this.step
      if (random() < 0.4) {
        this.turn()
      }
    }
  }

  turn() {
    const ways = (joints.get(this.road[this.i].join(',')) ?? [])
      .flatMap(({ road, i }) => [{ road, i, step: 1 }, { road, i, step: -1 }])
      .filter(({ road, i, step }) => road[i + step] !== undefined)
    Object.assign(this, ways.length > 0 ? pick(ways) : { step: -this.step })
  }
}

export const squads = [
  ['xinjing', '新泾镇中队'], ['chengjiaqiao', '程家桥中队'], ['beixinjing', '北新泾中队'], ['xianxia', '仙霞中队'], ['tianshan', '天山中队'],
  ['hongqiao', '虹桥中队'], ['zhoujiaqiao', '周家桥中队'], ['xinhua', '新华中队'], ['huayang', '华阳中队'], ['jiangsu', '江苏中队'], ['jidong', '机动中队'],
].map(([key, name]) => ({ key, name }))

const family = [['王', 'w'], ['李', 'l'], ['张', 'z'], ['刘', 'l'], ['陈', 'c'], ['杨', 'y'], ['赵', 'z'], ['黄', 'h'], ['周', 'z'], ['吴', 'w'], ['徐', 'x'], ['孙', 's'], ['胡', 'h'], ['朱', 'z'], ['高', 'g'], ['林', 'l'], ['何', 'h'], ['郭', 'g'], ['马', 'm'], ['罗', 'l'], ['沈', 's'], ['陆', 'l'], ['顾', 'g'], ['金', 'j']]
const given = [['伟', 'w'], ['敏', 'm'], ['建国', 'jg'], ['晓峰', 'xf'], ['丽华', 'lh'], ['志强', 'zq'], ['海燕', 'hy'], ['俊', 'j'], ['文博', 'wb'], ['佳怡', 'jy'], ['振宇', 'zy'], ['雪梅', 'xm'], ['国平', 'gp'], ['思远', 'sy'], ['明', 'm'], ['倩', 'q'], ['浩然', 'hr'], ['玉兰', 'yl'], ['斌', 'b'], ['宁', 'n']]

function makeUnit(n, kind, index) {
  const squad = squads[index % squads.length]
  const walker = new Walker()
  const base = { n, kind, squad: squad.key, walker, every: between(5000, 11_000), due: 0 }
  if (kind === 'officer') {
    const [f, g] = [pick(family), pick(given)]
    return { ...base, key: String(1000 + index).padStart(6, '0'), name: f[0] + g[0], pinyin: f[1] + g[1], plate: null, cruise: between(0.9, 1.6) }
  }
  if (kind === 'vehicle') {
    const plate = `沪A${String(10_000 + Math.floor(random() * 89_999))}`
    return { ...base, key: plate, name: `执法车 ${index + 1} 号`, pinyin: `zfc${index + 1}h`, plate, cruise: between(5, 11) }
  }
  return { ...base, key: `uav-${index}`, name: `无人机 ${index + 1}`, pinyin: `wrj${index + 1}`, plate: null, cruise: between(8, 13) }
}

export function makeUnits(total) {
  const units = []
  for (let n = 1; n <= total; n++) {
    const kind = n % 50 === 0 ? 'drone' : n % 5 === 0 ? 'vehicle' : 'officer'
    units.push({ ...makeUnit(n, kind, units.length), id: '' })
  }
  const now = Date.now()
  for (const unit of units) {
    unit.id = `${unit.kind}/${unit.key}`
    const luck = random()
    unit.mood = luck < 0.62 ? 'moving' : luck < 0.76 ? 'stopped' : luck < 0.86 ? 'idle' : luck < 0.94 ? 'offline' : 'offDuty'
    unit.state = unit.mood
    unit.time = unit.mood === 'offline' ? now - between(6, 200) * 60_000 : unit.mood === 'offDuty' ? now - between(1, 12) * 3_600_000 : now - between(0, 9000)
    unit.walker.advance(between(0, 3000))
    unit.due = now + between(0, unit.every)
  }
  return units
}

/** Moves those that are due; gives back who reported. */
export function advance(units, now) {
  const reported = []
  for (const unit of units) {
    if (unit.mood === 'offline' || unit.mood === 'offDuty' || now < unit.due) {
      continue
    }
    const elapsed = (now - unit.time) / 1000
    if (unit.mood === 'moving') {
      unit.walker.advance(unit.cruise * Math.min(elapsed, 15))
    }
    unit.time = now
    unit.due = now + unit.every * between(0.85, 1.15)
    reported.push(unit)
    if (random() < 0.01) {
      unit.mood = unit.mood === 'moving' ? pick(['stopped', 'idle']) : 'moving'
      unit.state = unit.mood
    }
  }
  return reported
}

/** The way that led to where the unit is, newest last, with a gap or two. */
export function trackOf(unit, from, to) {
  const columns = { time: [], lon: [], lat: [], speed: [], heading: [], altitude: [], accuracy: [], flags: [] }
  const walker = new Walker(unit.walker.road, Math.max(0, Math.min(unit.walker.i, unit.walker.road.length - 1)))
  const points = []
  let silent = 0
  for (let time = Math.min(to, unit.time); time >= from; time -= 10_000) {
    if (silent === 0 && random() < 0.002) {
      silent = 60
    }
    if (silent > 0) {
      silent--
    } else {
      points.push([time, ...(points.length === 0 ? unit.walker.at : walker.at), walker.heading])
    }
    walker.advance(unit.cruise * 10 * (random() < 0.3 ? 0 : 1))
  }
  for (const [time, lon, lat, heading] of points.reverse()) {
    columns.time.push(time)
    columns.lon.push(lon)
    columns.lat.push(lat)
    columns.speed.push(unit.cruise)
    columns.heading.push((heading + 180) % 360)
    columns.altitude.push(null)
    columns.accuracy.push(8)
    columns.flags.push(0)
  }
  return columns
}

const box = (lon, lat, w, h, tilt = 0) => {
  const corners = [[-w, -h], [w, -h], [w, h], [-w, h], [-w, -h]]
  return [corners.map(([x, y]) => {
    const [rx, ry] = [x * Math.cos(tilt) - y * Math.sin(tilt), x * Math.sin(tilt) + y * Math.cos(tilt)]
    return [lon + rx / metresPerDegree / stretch, lat + ry / metresPerDegree]
  })]
}
const zone = (key, name, level, geometry, occupants, more = {}) => ({
  type: 'Feature', geometry, properties: { key, name, level, version: 3, occupants, rules: [], ...more },
})
export const zones = [
  zone('park-night', '中山公园夜市', 'warning', { type: 'Polygon', coordinates: box(121.4148, 31.2213, 420, 250, 0.2) }, 6),
  zone('gubei-food', '古北餐饮街', 'info', { type: 'Polygon', coordinates: box(121.3945, 31.1985, 380, 200, -0.1) }, 2),
  zone('station', '虹桥枢纽周边', 'critical', { type: 'Polygon', coordinates: box(121.345, 31.199, 420, 520, 0.1) }, 4),
  zone('loushanguan', '娄山关路商圈', 'warning', { type: 'Polygon', coordinates: box(121.4008, 31.2098, 330, 330) }, 9),
  zone('xinhua-road', '新华路风貌区', 'info', { type: 'Polygon', coordinates: box(121.4225, 31.2068, 520, 190, -0.35) }, 3),
  zone('zoo', '上海动物园广场', 'info', { type: 'Point', coordinates: [121.363, 31.1935] }, 0, { radius: 420 }),
  zone('linkong', '临空园区渣土管控', 'critical', { type: 'Polygon', coordinates: box(121.3565, 31.2185, 640, 330, 0.15) }, 5),
  zone('jiangsu-hotel', '江苏路宾馆街', 'info', { type: 'Point', coordinates: [121.4262, 31.2192] }, 1, { radius: 260 }),
  zone('suzhou-creek', '苏州河岸线', 'warning', { type: 'Polygon', coordinates: box(121.4035, 31.2225, 700, 90, 0.02) }, 0),
  zone('beixinjing-market', '北新泾菜场', 'warning', { type: 'Polygon', coordinates: box(121.3742, 31.2192, 240, 180) }, 2),
]
export const middleOf = (feature) => feature.geometry.type === 'Point' ? feature.geometry.coordinates
  : feature.geometry.coordinates[0].slice(0, 4).reduce(([x, y], p) => [x + p[0] / 4, y + p[1] / 4], [0, 0])

const classes = [['垃圾分类'], ['渣土运输'], ['占道经营'], ['户外广告'], ['违法建筑', '工地'], ['道路监控']]
const sources = ['城管自建', '公安共享', '街道共享', '绿化市容共享']
const streetNames = sketch.features.filter((f) => f.properties.kind === 'road').map((f) => f.properties.name)
export const cameras = Array.from({ length: 1250 }, (_, i) => {
  const walker = new Walker()
  walker.advance(between(0, 2000))
  return {
    key: `cam-${i}`, name: `${pick(streetNames)} ${String(i % 97 + 1).padStart(2, '0')} 号球机`,
    lon: walker.at[0] + between(-0.00015, 0.00015), lat: walker.at[1] + between(-0.00015, 0.00015),
    state: random() < 0.95 ? 'online' : random() < 0.7 ? 'offline' : 'unknown',
    source: pick(sources), classes: pick(classes), heading: random() < 0.75 ? Math.floor(between(0, 360)) : null, streams: [],
  }
})

export const pickOne = pick
export const uniform = between
export const roadCount = roads.length
