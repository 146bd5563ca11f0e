// Breaches of the made-up district: a few at the start, then one now and then; they end, are confirmed, some are retracted.
import { middleOf, pickOne, random, uniform, zones } from './world.mjs'

const iso = (time) => new Date(time).toISOString()
let number = 0

function makeBreach(units, type, startedAt, more = {}) {
  const feature = more.zone ?? pickOne(zones)
  const unit = type === 'gathering' || type === 'absence' ? null : more.unit ?? pickOne(units.filter((each) => each.mood === 'moving'))
  const [lon, lat] = unit === null ? middleOf(feature) : unit.walker.at
  return {
    id: `breach-${++number}`, zone: feature.properties.key, zoneName: feature.properties.name, rule: type, type,
    unit: unit?.id ?? null, unitName: unit?.name ?? null,
    units: type === 'gathering' ? units.slice(10, 16).map((each) => each.id) : null,
    squad: unit?.squad ?? null, level: feature.properties.level, state: 'provisional',
    startedAt: iso(startedAt), endedAt: null, supersededBy: null, lon, lat,
    why: {
      fix: iso(startedAt + 1200), previousFix: unit === null ? null : iso(startedAt - 6100), crossedAt: unit === null ? null : iso(startedAt),
      distance: unit === null ? null : uniform(3, 60), accuracy: unit === null ? null : Math.round(uniform(4, 15)), zoneVersion: 3,
      silent: type === 'absence' ? more.silent ?? [] : [],
      after: { dwell: 900, gathering: 120, absence: 1200 }[type] ?? null, count: { gathering: 5, absence: 1 }[type] ?? null,
    },
    handling: null,
  }
}

export function startingLines(units, now) {
  const at = (minutes) => now - minutes * 60_000
  const lines = [
    makeBreach(units, 'enter', at(0.4), { zone: zones[6] }),
    makeBreach(units, 'gathering', at(3), { zone: zones[0] }),
    makeBreach(units, 'speed', at(5), { zone: zones[2] }),
    makeBreach(units, 'absence', at(11), { zone: zones[9], silent: [units[3].id, units[8].id] }),
    makeBreach(units, 'dwell', at(14), { zone: zones[3] }),
    makeBreach(units, 'absence', at(22), { zone: zones[4] }),
    makeBreach(units, 'exit', at(31), { zone: zones[4] }),
    makeBreach(units, 'enter', at(47), { zone: zones[2] }),
    makeBreach(units, 'enter', at(58), { zone: zones[7] }),
    makeBreach(units, 'dwell', at(26 * 60), { zone: zones[1] }),
  ].map((breach) => ({ key: `${breach.zone}/${breach.type}/${breach.unit ?? ''}`, count: 1, unacknowledged: 1, unit: breach.unit, breach }))
  const [, gathering, , , dwell, , exit, entered, wrong, yesterday] = lines
  gathering.count = 3
  gathering.unacknowledged = 0
  gathering.breach.handling = { state: 'acknowledged', by: '陈建国', at: iso(at(2)), note: null }
  for (const line of [dwell, exit, entered, yesterday]) {
    line.breach.state = 'confirmed'
  }
  exit.breach.endedAt = exit.breach.startedAt
  exit.breach.handling = { state: 'handled', by: '周敏', at: iso(at(20)), note: '已电话核实，临时调岗' }
  entered.breach.endedAt = iso(at(35))
  wrong.breach.state = 'retracted'
  wrong.breach.retractedAt = iso(at(41))
  yesterday.breach.endedAt = iso(at(25.2 * 60))
  return lines
}

/** What happened to the lines by now; gives back those that changed. */
export function live(lines, units, now) {
  const changed = []
  for (const line of lines) {
    const { breach } = line
    const age = now - Date.parse(breach.startedAt)
    if (breach.state === 'provisional' && age > 300_000) {
      breach.state = 'confirmed'
      changed.push(line)
    }
    if (breach.endedAt === null && age > 240_000 && random() < 0.01) {
      breach.endedAt = iso(now)
      changed.push(line)
    }
  }
  if (random() < 0.012) {
    const breach = makeBreach(units, pickOne(['enter', 'exit', 'dwell', 'speed']), now)
    const key = `${breach.zone}/${breach.type}/${breach.unit}`
    const count = (lines.find((each) => each.key === key)?.count ?? 0) + 1
    const line = { key, count, unacknowledged: count, unit: breach.unit, breach }
    const at = lines.findIndex((each) => each.key === key)
    if (at >= 0) {
      lines.splice(at, 1)
    }
    lines.unshift(line)
    changed.push(line)
  }
  return changed
}

const states = { acknowledge: 'acknowledged', handle: 'handled', 'false-alarm': 'falseAlarm' }

/** What a line folds: the mock knows its newest alone. */
export const episodesOf = (lines, zone, rule) => lines.filter((line) => line.breach.zone === zone && line.breach.rule === rule).map((line) => line.breach)

export function handleBreach(lines, id, action, note, by, now) {
  const line = lines.find((each) => each.breach.id === id)
  if (line === undefined || states[action] === undefined) {
    return null
  }
  line.unacknowledged = 0
  line.breach.handling = { state: states[action], by, at: iso(now), note: note ?? null }
  return line
}
