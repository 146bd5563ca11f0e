// A stand-in for the host while the wall is developed: the contract of docs/api.md over a made-up district.
//   npm run mock -- [--port 5080] [--root ../Host/wwwroot] [--units 400] [--max-units 1500] [--open]
// With --open nobody has to sign in.
import { createServer } from 'node:http'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join, normalize, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gridDisk, latLngToCell, polygonToCells } from 'h3-js'
import { WebSocketServer } from 'ws'
import { episodesOf, handleBreach, live, startingLines } from './breaches.mjs'
import { advance, cameras, makeUnits, squads, trackOf, zones } from './world.mjs'

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '5080' },
    root: { type: 'string', default: resolve(import.meta.dirname, '../../Host/wwwroot') },
    units: { type: 'string', default: '400' },
    'max-units': { type: 'string', default: '1500' },
    moving: { type: 'boolean', default: false },
    open: { type: 'boolean', default: false },
  },
})

const states = ['unknown', 'moving', 'stopped', 'idle', 'offline', 'offDuty']
const posts = [
  { user: 'demo-commander', name: '指挥长', post: 'commander', person: '陈建国' },
  { user: 'demo-duty-chief', name: '值班长', post: 'duty-chief', person: '周敏' },
  { user: 'demo-online-duty', name: '网上勤务', post: 'online-duty', person: '徐晓峰' },
  { user: 'demo-statistics', name: '统计分析', post: 'statistics', person: '林佳怡' },
  { user: 'demo-technical', name: '技术支持', post: 'technical', person: '沈浩然' },
]
const rightsOf = (post) => post === 'technical' ? ['cameras.read', 'audit.read']
  : post === 'statistics' ? ['live.read', 'history.read', 'heat.read']
  : ['live.read', 'tracks.read', 'history.read', 'heat.read', 'cameras.read', 'breaches.handle']
const units = makeUnits(Number(options.units))
if (options.moving) {
  for (const unit of units) {
    unit.mood = unit.state = 'moving'
    unit.time = Date.now()
    unit.every = 5000
  }
}
const lines = startingLines(units, Date.now())
const screens = new Set()
const signedIn = new Map()
let wrongTries = 0

const who = (request) => options.open ? posts[0] : signedIn.get(/session=(\w+)/.exec(request.headers.cookie ?? '')?.[1])

function summary(now) {
  const of = (list) => ({ online: list.filter((unit) => now - unit.time < 300_000).length, registered: list.length })
  const open = lines.filter((line) => line.breach.state !== 'retracted' && !['handled', 'falseAlarm'].includes(line.breach.handling?.state))
  return {
    time: now, dataTime: Math.max(...units.map((unit) => unit.time)),
    officers: of(units.filter((unit) => unit.kind === 'officer')), vehicles: of(units.filter((unit) => unit.kind === 'vehicle')),
    drones: of(units.filter((unit) => unit.kind === 'drone')),
    cameras: { online: cameras.filter((camera) => camera.state === 'online').length, registered: cameras.length },
    openBreaches: open.length,
    squads: squads.map((squad) => ({
      ...squad,
      officers: of(units.filter((unit) => unit.squad === squad.key && unit.kind === 'officer')),
      vehicles: of(units.filter((unit) => unit.squad === squad.key && unit.kind === 'vehicle')),
      openBreaches: open.filter((line) => line.breach.squad === squad.key).length,
    })),
  }
}

function equipment(now) {
  const { cameras: counts } = summary(now)
  const offline = cameras.filter((camera) => camera.state !== 'online').map((camera) => camera.name)
  return {
    time: new Date(now).toISOString(), ready: true, cameras: counts, sources: [{ source: '公安', cameras: counts }], offline,
    terminals: [{ protocol: 'osmand', online: units.length, silent: 0, offDuty: 0, newest: new Date(now).toISOString() }],
  }
}

function sees(viewport, unit) {
  const [lon, lat] = unit.walker.at
  return lon >= viewport.west && lon <= viewport.east && lat >= viewport.south && lat <= viewport.north
    && (!viewport.kinds || viewport.kinds.includes(unit.kind)) && (!viewport.squads || viewport.squads.includes(unit.squad))
    && (!viewport.states || viewport.states.includes(unit.state))
}

class Screen {
  constructor(socket, person) {
    Object.assign(this, { socket, person, seq: 0, acked: 0, viewport: null, reset: false, named: new Set(), shown: new Map(), greeted: false, sentAt: 0 })
  }

  send(target, argument) {
    this.socket.send(`${JSON.stringify({ type: 1, target, arguments: [argument] })}\x1e`)
  }

  frame(now) {
    if (this.viewport === null || this.seq - this.acked >= 2) {
      return
    }
    const inView = units.filter((unit) => sees(this.viewport, unit))
    const many = inView.length > Number(options['max-units'])
    const changed = many ? [] : inView.filter((unit) => this.reset || this.shown.get(unit.n) !== `${unit.time}${unit.state}`)
    const now_ = new Set(many ? [] : inView.map((unit) => unit.n))
    const gone = this.reset ? [] : [...this.shown.keys()].filter((n) => !now_.has(n))
    if (!this.reset && changed.length === 0 && gone.length === 0 && now - this.sentAt < (many ? 1000 : 5000)) {
      return
    }
    const names = changed.filter((unit) => !this.named.has(unit.n))
    for (const unit of names) this.named.add(unit.n)
    for (const n of gone) this.shown.delete(n)
    if (this.reset) this.shown.clear()
    for (const unit of changed) this.shown.set(unit.n, `${unit.time}${unit.state}`)
    const column = (get) => changed.map(get)
    this.sentAt = now
    this.send('frame', {
      seq: ++this.seq, time: now, reset: this.reset,
      names: names.map(({ n, id, kind, key, name, squad, plate, pinyin }) => ({ n, id, kind, key, name, squad, plate, pinyin })),
      units: {
        n: column((u) => u.n), lon: column((u) => Math.round(u.walker.at[0] * 1e7)), lat: column((u) => Math.round(u.walker.at[1] * 1e7)),
        heading: column((u) => u.state === 'moving' ? Math.round(u.walker.heading * 10) / 10 : null),
        speed: column((u) => u.state === 'moving' ? u.cruise : 0), state: column((u) => states.indexOf(u.state)), time: column((u) => u.time),
      },
      gone, cells: many ? cellsOf(inView, this.viewport.zoom) : null,
    })
    this.reset = false
  }

  receive(message) {
    if (message.type !== 1) {
      return
    }
    const [argument] = message.arguments
    let result
    if (message.target === 'Hello') {
      if (!rightsOf(this.person.post).includes('live.read')) {
        this.socket.send(`${JSON.stringify({ type: 3, invocationId: message.invocationId, error: 'An unexpected error occurred invoking \'Hello\' on the server. HubException: live.read is needed' })}\x1e`)
        return
      }
      this.greeted = true
      result = {
        protocol: 1, serverTime: Date.now(), demo: true, user: { name: this.person.person, post: this.person.name, rights: rightsOf(this.person.post) },
        timeZone: 'Asia/Shanghai', offlineAfter: 300, maxUnits: Number(options['max-units']),
      }
      this.send('summary', summary(Date.now()))
      this.send('breaches', { reset: true, lines: lines.slice(0, 20), removed: [] })
    } else if (message.target === 'SetViewport') {
      this.viewport = argument
      this.reset = true
    } else if (message.target === 'Ack') {
      this.acked = Math.max(this.acked, argument)
    }
    if (message.invocationId !== undefined) {
      this.socket.send(`${JSON.stringify({ type: 3, invocationId: message.invocationId, result: result ?? null })}\x1e`)
    }
  }
}

function cellsOf(list, zoom) {
  const resolution = zoom < 11.6 ? 8 : zoom < 13.4 ? 9 : 10
  const counts = new Map()
  for (const unit of list) {
    const cell = latLngToCell(unit.walker.at[1], unit.walker.at[0], resolution)
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  return [...counts].map(([cell, count], i) => [cell, count, i % 17 === 0 ? 1 : 0])
}

function heat(query) {
  const resolution = Number(query.get('resolution'))
  const [west, south, east, north] = query.get('bbox').split(',').map(Number)
  const counts = new Map()
  for (const unit of units) {
    const middle = latLngToCell(unit.walker.at[1], unit.walker.at[0], resolution)
    gridDisk(middle, resolution > 9 ? 2 : 1).forEach((cell, i) => {
      counts.set(cell, (counts.get(cell) ?? 0) + Math.round((i === 0 ? 3000 : 400) * (1 + (unit.n % 7))))
    })
  }
  const inside = new Set(polygonToCells([[south, west], [south, east], [north, east], [north, west]], resolution))
  const cells = [...counts].filter(([cell]) => inside.has(cell))
  return { layer: 'presence', resolution, from: query.get('from'), to: query.get('to'), total: cells.length, cells }
}

const rowOf = (unit) => ({
  id: unit.id, kind: unit.kind, key: unit.key, name: unit.name, squad: unit.squad, plate: unit.plate, pinyin: unit.pinyin, state: unit.state,
  time: new Date(unit.time).toISOString(), lon: unit.walker.at[0], lat: unit.walker.at[1], speed: unit.cruise, heading: unit.walker.heading,
  zones: unit.n % 3 === 0 ? ['park-night'] : [],
})

async function api(request, url) {
  const now = Date.now()
  const person = who(request)
  const body = request.method === 'POST' ? JSON.parse(await text(request) || '{}') : {}
  const path = decodeURIComponent(url.pathname)
  if (path === '/api/session' && request.method === 'POST') {
    const post = posts.find((each) => each.user === body.user && body.password === undefined)
    if (post === undefined) {
      return ++wrongTries > 4 ? [429, { title: 'locked' }, { 'Retry-After': '150' }] : [401, { title: 'wrong' }]
    }
    const token = Math.random().toString(36).slice(2)
    signedIn.set(token, post)
    return [200, {}, { 'Set-Cookie': `session=${token}; HttpOnly; Path=/` }]
  }
  if (path === '/api/session' && request.method === 'DELETE') {
    return [204, null, { 'Set-Cookie': 'session=; Max-Age=0; Path=/' }]
  }
  if (person === undefined) {
    return [401, { demo: true, posts: posts.map(({ user, name, post }) => ({ user, name, post })) }]
  }
  if (path === '/api/session') return [200, { user: person.user, name: person.person, post: person.post, postName: person.name, rights: rightsOf(person.post), demo: true, timeZone: 'Asia/Shanghai' }]
  if (path === '/api/equipment') return [200, equipment(now)]
  if (path === '/api/breaches/board') return [200, { items: episodesOf(lines, url.searchParams.get('zone'), url.searchParams.get('rule')), cursor: null }]
  if (path === '/api/overview') return [200, summary(now)]
  if (path === '/api/zones') return [200, { type: 'FeatureCollection', features: zones }]
  if (path === '/api/cameras') return [200, { items: cameras, cursor: null }]
  if (path === '/api/heatmaps/presence') return [200, heat(url.searchParams)]
  if (path === '/api/units') return [200, { items: units.slice(0, 1000).map(rowOf), cursor: null }]
  const track = /^\/api\/units\/(.+)\/track$/.exec(path)
  const unit = units.find((each) => each.id === (track?.[1] ?? path.slice('/api/units/'.length)))
  if (unit !== undefined) {
    return [200, track ? trackOf(unit, Date.parse(url.searchParams.get('from')), Date.parse(url.searchParams.get('to'))) : rowOf(unit)]
  }
  const lineAction = /^\/api\/breaches\/actions\/([^/]+)$/.exec(path)
  if (lineAction) {
    for (const { id } of episodesOf(lines, body.zone, body.rule)) {
      const line = handleBreach(lines, id, lineAction[1], body.note, person.person, now)
      for (const screen of screens) screen.send('breaches', { reset: false, lines: [line], removed: [] })
    }
    return [200, { breaches: 1 }]
  }
  const action = /^\/api\/breaches\/([^/]+)\/actions\/([^/]+)$/.exec(path)
  if (action) {
    const line = handleBreach(lines, action[1], action[2], body.note, person.person, now)
    if (line !== null) {
      for (const screen of screens) screen.send('breaches', { reset: false, lines: [line], removed: [] })
      return [200, line.breach]
    }
  }
  return [404, { title: 'Not found' }]
}

async function text(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.geojson': 'application/geo+json' }

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname === '/hubs/wall/negotiate') {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ negotiateVersion: 1, connectionId: 'a', connectionToken: 'a', availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }] }))
    return
  }
  if (url.pathname.startsWith('/api/')) {
    void api(request, url).then(([status, body, headers]) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
      response.end(body === null ? undefined : JSON.stringify(body))
    })
    return
  }
  const file = join(options.root, normalize(url.pathname === '/' || url.pathname === '/login' ? '/index.html' : decodeURIComponent(url.pathname)))
  if (!file.startsWith(resolve(options.root)) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end()
    return
  }
  // What the host is to send as well: nothing from outside can load, even by mistake.
  response.writeHead(200, {
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'",
  })
  response.end(readFileSync(file))
})

new WebSocketServer({ server, path: '/hubs/wall' }).on('connection', (socket, request) => {
  const person = who(request)
  if (person === undefined) {
    socket.close()
    return
  }
  const screen = new Screen(socket, person)
  let shaken = false
  socket.on('message', (data) => {
    for (const part of data.toString('utf8').split('\x1e').filter((each) => each !== '')) {
      if (shaken) {
        screen.receive(JSON.parse(part))
      } else {
        shaken = true
        socket.send('{}\x1e')
        screens.add(screen)
      }
    }
  })
  const ping = setInterval(() => { socket.send('{"type":6}\x1e') }, 5000)
  socket.on('close', () => {
    clearInterval(ping)
    screens.delete(screen)
  })
})

setInterval(() => {
  const now = Date.now()
  advance(units, now)
  for (const screen of screens) screen.frame(now)
}, 200)
setInterval(() => {
  const now = Date.now()
  const changed = live(lines, units, now)
  for (const screen of screens) {
    screen.send('summary', summary(now))
    if (changed.length > 0) screen.send('breaches', { reset: false, lines: changed, removed: [] })
  }
}, 1000)

server.listen(Number(options.port), '127.0.0.1', () => { console.log(`http://127.0.0.1:${options.port}`) })
