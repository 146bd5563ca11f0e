import { describe, expect, it } from 'vitest'
import { unitStates, type UnitName, type UnitNumber } from '../hub/protocol'
import { everything } from '../units/filter'
import { markersOf } from './markers'
import { PastFleet } from './past'
import type { WireTrack } from './protocol'
import { speedsOf } from './SpeedChart'
import { ticksOf } from './ticks'
import { gapsOfAll, PastTrack, type PastPlace } from './tracks'
import { waysOf } from './trails'
import { blockAt, detailFor } from './loading'

const start = Date.parse('2026-11-26T00:00:00Z')
const span = { from: start, to: start + 3_600_000 }
type Fix = readonly [seconds: number, lon: number, lat: number, more?: { speed?: number; heading?: number; flags?: number }]

function track(fixes: readonly Fix[], detail: WireTrack['detail'] = null, unit = 'vehicle/a'): WireTrack {
  return {
    unit, name: unit, detail,
    time: fixes.map(([seconds]) => start + seconds * 1000), lon: fixes.map(([, lon]) => lon), lat: fixes.map(([, , lat]) => lat),
    speed: fixes.map(([, , , more]) => more?.speed ?? null), heading: fixes.map(([, , , more]) => more?.heading ?? null),
    flags: fixes.map(([, , , more]) => more?.flags ?? 0),
  }
}

function placeAt(past: PastTrack, seconds: number): (PastPlace & { at: [number, number] }) | null {
  const place: PastPlace = { lon: 0, lat: 0, heading: 0, speed: 0, fixTime: 0, isGap: false }
  return past.placeAt(start + seconds * 1000, place) ? { ...place, at: [Number(place.lon.toFixed(6)), Number(place.lat.toFixed(6))] } : null
}

// The same fixes as in the host's test of frames: what the screen works out is what the host answers.
const fixes: Fix[] = [[0, 121.4, 31.22], [100, 121.41, 31.22], [1000, 121.45, 31.22], [1100, 121.455, 31.22]]

describe('where a unit of a replay is [REP-3]', () => {
  it('is on the straight line between its fixes, by time', () => {
    const past = new PastTrack(track(fixes), span.to)
    expect(placeAt(past, 25)).toMatchObject({ at: [121.4025, 31.22], isGap: false })
    expect(placeAt(past, 1050)).toMatchObject({ at: [121.4525, 31.22], isGap: false })
    expect(placeAt(past, 100)).toMatchObject({ at: [121.41, 31.22], isGap: false })
  })

  it('is where it was last while it is silent for more than 300 s, and says since when', () => {
    const past = new PastTrack(track(fixes), span.to)
    expect(placeAt(past, 500)).toMatchObject({ at: [121.41, 31.22], isGap: true, fixTime: start + 100_000 })
    expect(placeAt(past, 999.999)).toMatchObject({ at: [121.41, 31.22], isGap: true })
    expect(placeAt(past, 1000)).toMatchObject({ at: [121.45, 31.22], isGap: false })
    expect(placeAt(new PastTrack(track([[0, 121, 31], [300, 121.001, 31]]), span.to), 150)).toMatchObject({ isGap: false })
    expect(placeAt(new PastTrack(track([[0, 121, 31], [300.001, 121.001, 31]]), span.to), 150)).toMatchObject({ isGap: true })
  })

  it('is in a gap where it would have had to fly: more than 70 m/s', () => {
    const past = new PastTrack(track([[0, 121.4, 31.2], [10, 121.41, 31.2], [20, 121.411, 31.2]]), span.to)
    expect(placeAt(past, 5)).toMatchObject({ at: [121.4, 31.2], isGap: true })
    expect(placeAt(past, 15)).toMatchObject({ at: [121.4105, 31.2], isGap: false })
  })

  it('is nowhere before its first fix', () => {
    expect(placeAt(new PastTrack(track([[60, 121, 31]]), span.to), 59)).toBeNull()
    expect(placeAt(new PastTrack(track([]), span.to), 59)).toBeNull()
  })

  it('is the same whether the clock runs on, back, or leaps', () => {
    const many = Array.from({ length: 500 }, (_, i): Fix => [i * 7, 121.4 + Math.sin(i / 9) * 0.001, 31.2 + Math.cos(i / 7) * 0.001])
    const past = new PastTrack(track(many), span.to)
    const slowly = (seconds: number): [number, number] => {
      const i = many.findLastIndex(([at]) => at <= seconds)
      const [[at, lon, lat], [next, nextLon, nextLat]] = [many[i]!, many[i + 1] ?? [many[i]![0] + 7, many[i]![1], many[i]![2]]]
      const part = (seconds - at) / (next - at)
      return [Number((lon + part * (nextLon - lon)).toFixed(6)), Number((lat + part * (nextLat - lat)).toFixed(6))]
    }
    const times = Array.from({ length: 800 }, (_, i) => ((i * 7919) % 3490) + (i % 10) / 10)
    for (const seconds of [...times, ...times.toSorted((a, b) => a - b), ...times.toSorted((a, b) => b - a)]) {
      expect(placeAt(past, seconds)!.at).toEqual(slowly(seconds))
    }
  })

  it('goes by an outline’s own word about silence, which may leave out fixes for longer than 300 s', () => {
    const outline = track([[0, 121.4, 31.2], [1500, 121.41, 31.2, { flags: 1024 }], [2500, 121.42, 31.2]], { metres: 250, seconds: 1800 })
    const past = new PastTrack(outline, span.to)
    expect(placeAt(past, 750)).toMatchObject({ at: [121.405, 31.2], isGap: false })
    expect(placeAt(past, 2000)).toMatchObject({ at: [121.41, 31.2], isGap: true })
  })

  it('leaves out fixes that another one of the same moment outranks', () => {
    const past = new PastTrack(track([[0, 121.4, 31.2], [0, 125, 35, { flags: 512 }], [10, 121.401, 31.2]]), span.to)
    expect(past.size).toBe(2)
    expect(placeAt(past, 5)).toMatchObject({ at: [121.4005, 31.2] })
  })

  it('is no gap at the replay’s end, where the next fix may not have been asked for', () => {
    const past = new PastTrack(track([[0, 121.4, 31.2], [3590, 121.4, 31.2]].map((fix) => fix as unknown as Fix)), span.to)
    expect(placeAt(past, 3600)).toMatchObject({ isGap: false })
    expect(placeAt(new PastTrack(track([[3000, 121.4, 31.2]]), span.to), 3100)).toMatchObject({ isGap: true })
  })
})

describe('gaps on the time line', () => {
  it('are where nothing is known: before the first fix, in between and after the last', () => {
    const seconds = new PastTrack(track([[600, 121.4, 31.2], [700, 121.4, 31.2], [1500, 121.4, 31.2], [1600, 121.4, 31.2]]), span.to).gaps(span)
      .map((gap) => [(gap.from - start) / 1000, (gap.to - start) / 1000])
    expect(seconds).toEqual([[0, 600], [700, 1500], [1600, 3600]])
  })

  it('of many units are those that all of them share', () => {
    const of = (...times: number[]) => new PastTrack(track(times.map((at) => [at, 121.4, 31.2])), span.to)
    expect(gapsOfAll([of(0, 250, 2000, 2200), of(600, 800, 1700)], span).map((gap) => [(gap.from - start) / 1000, (gap.to - start) / 1000]))
      .toEqual([[250, 600], [800, 1700], [1700, 2000], [2200, 3600]])
    expect(gapsOfAll([], span)).toEqual([span])
  })

  it('break the line of speeds and the way on the map', () => {
    const past = new PastTrack(track([[0, 121.4, 31.2, { speed: 10 }], [10, 121.4005, 31.2, { speed: 5 }], [900, 121.41, 31.2], [910, 121.4101, 31.2, { speed: 1 }]]), span.to)
    const [times, speeds] = speedsOf(past)
    expect(times).toHaveLength(5)
    expect(speeds).toEqual([36, 18, null, null, expect.closeTo(3.6)])
    expect(waysOf(past, start).map((way) => [...way.timestamps])).toEqual([[0, 10], [900, 910]])
  })
})

describe('the units of a replay', () => {
  const names = ['vehicle/a', 'officer/b'].map((id, i): UnitName => ({
    n: (i + 1) as UnitNumber, id, kind: id.split('/')[0] as UnitName['kind'], key: 'k', name: id, squad: i === 0 ? 's' : null, plate: null, pinyin: '',
  }))
  let instant = start
  const fleet = () => {
    const past = new PastFleet(names, () => instant)
    past.take([track(fixes), track([[50, 121.5, 31.3], [60, 121.5001, 31.3]], null, 'officer/b')], span)
    return past
  }
  const at = (past: PastFleet, seconds: number) => {
    instant = start + seconds * 1000
    past.glide()
    return Array.from({ length: past.size }, (_, slot) => [past.nameOf(past.n[slot]!)!.id, unitStates[past.state[slot]!], Number(past.drawn[3 * slot]!.toFixed(4))])
  }

  it('are drawn from their first fix on, and in grey where they were last', () => {
    const past = fleet()
    expect(at(past, 25)).toEqual([['vehicle/a', 'moving', 121.4025]])
    const layout = past.layout
    expect(at(past, 55)).toEqual([['vehicle/a', 'moving', 121.4055], ['officer/b', 'moving', 121.5001]])
    expect(past.layout).toBeGreaterThan(layout)
    expect(at(past, 600)).toEqual([['vehicle/a', 'offline', 121.41], ['officer/b', 'offline', 121.5001]])
    expect(past.list().map((unit) => unit.time)).toEqual([start + 100_000, start + 60_000])
    expect(at(past, 25)).toHaveLength(1)
    expect(past.list()[1]).toMatchObject({ time: null, lon: null })
  })

  it('keep their columns: another instant makes nothing new', () => {
    const past = fleet()
    at(past, 10)
    const before = [past.drawn, past.state, past.heading, past.time]
    at(past, 700)
    expect([past.drawn, past.state, past.heading, past.time].every((column, i) => column === before[i])).toBe(true)
    expect(past.isGliding()).toBe(false)
  })

  it('are filtered like the live ones', () => {
    const past = fleet()
    past.show({ ...everything, kinds: new Set(['officer']) })
    expect(at(past, 55).map(([id]) => id)).toEqual(['officer/b'])
    past.show({ ...everything, states: new Set(['offline']) })
    expect(at(past, 200).map(([id]) => id)).toEqual(['vehicle/a', 'officer/b'])
    expect(at(past, 30)).toEqual([])
  })

  it('are exact where a stretch was read in full, and by the outline elsewhere', () => {
    const past = new PastFleet(names, () => instant)
    past.take([track([[0, 121.4, 31.2], [200, 121.42, 31.2]], { metres: 10, seconds: 60 })], span)
    past.takeBlock([track([[0, 121.4, 31.2], [50, 121.404, 31.2], [100, 121.4099, 31.2], [200, 121.42, 31.2]])], { from: start, to: start + 100_000 }, start + 400_000)
    expect(at(past, 50)[0]![2]).toBe(121.404)
    expect(at(past, 150)[0]![2]).toBe(121.415)
  })
})

describe('a time line', () => {
  it('has round times, and days at midnight', () => {
    expect(ticksOf(span, 6).map((tick) => tick.text)).toEqual(['08:00', '08:10', '08:20', '08:30', '08:40', '08:50', '09:00'])
    expect(ticksOf({ from: start, to: start + 2 * 86_400_000 }, 5).map((tick) => tick.text)).toEqual(['12:00', '11-27', '12:00', '11-28'])
  })

  it('has one marker for what would lie on top of each other', () => {
    const markers = markersOf([-5, 0, 10, 20, 1000, 1010], (seconds) => start + seconds * 1000, span, 100)
    expect(markers.map((marker) => [marker.time - start, marker.all])).toEqual([[0, [0, 10, 20]], [1_000_000, [1000, 1010]]])
  })

  it('reads fewer of the fixes the more units and hours it has', () => {
    expect(detailFor(1, { from: 0, to: 8 * 3_600_000 })).toBe(0)
    expect(detailFor(300, { from: 0, to: 8 * 3_600_000 })).toBe(10)
    expect(detailFor(360, { from: 0, to: 24 * 3_600_000 })).toBe(50)
    expect(detailFor(1000, { from: 0, to: 7 * 86_400_000 })).toBe(250)
    expect(blockAt(start + 650_000, 10)).toEqual({ from: start + 600_000, to: start + 1_200_000 })
  })
})
