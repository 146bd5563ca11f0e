import { batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { Breach, UnitKind, UnitName, UnitNumber } from '../hub/protocol'
import { inOrder, type Incident } from '../incidents/incident'
import type { AlarmMarks } from '../map/alarms'
import { call, isTemporary, type Answer } from '../session/http'
import { hostClock } from '../time/clock'
import { repeatedly } from '../time/repeatedly'
import { everything, type UnitFilter } from '../units/filter'
import { UnitOrder } from '../units/order'
import type { Unit } from '../units/unit'
import { zoneOf, type Zone, type ZoneFeature } from '../zones/zone'
import { clockOf, instantAt, isRunning, laterOf, nextRate, within, type ReplayClock, type Span } from './clock'
import { blockAt, blockMarginMs, detailFor, fastestWithBlocks } from './loading'
import { createMarks } from './marks'
import { PastFleet } from './past'
import { iso, pathOf, type ReplayNews, type WireReplay, type WireReplayFrame, type WireStop, type WireTrack } from './protocol'
import type { PastTrack } from './tracks'

/** Whom a replay is of. */
export type ReplayTarget =
  | { readonly kind: 'unit'; readonly id: string; readonly name: string }
  | { readonly kind: 'zone'; readonly key: string; readonly name: string }
  | { readonly kind: 'area'; readonly west: number; readonly south: number; readonly east: number; readonly north: number }

export interface OpenReplay extends Span {
  readonly key: string
  readonly name: string
  readonly units: readonly string[]
  readonly zone: string | null
  readonly openedBy: string
  readonly openedAt: number
  readonly keptFrom: number | null
}

/** How far the tracks are there; `empty`: nobody reported anything in that time. */
export type TracksState = 'loading' | 'ready' | 'empty' | 'denied' | 'failed'

/** What did not work, for the words. */
export type Problem = 'unreachable' | 'denied' | 'tooMany' | 'tooMuch' | 'failed' | 'gone' | 'noBreachAfter' | 'noBreachBefore' | 'noStopAfter' | 'noStopBefore' | 'noIncidentAfter' | 'noIncidentBefore'

export interface PastFrame {
  readonly time: number
  readonly zones: WireReplayFrame['zones']
  readonly breaches: readonly Breach[]
  readonly incidents: readonly Incident[]
}

export type JumpTo = 'breach' | 'stop' | 'incident'

export interface ClockChange {
  readonly time?: number
  readonly rate?: number
  readonly playing?: boolean
  readonly jump?: JumpTo
  readonly back?: boolean
}

interface Parts {
  /** Follows on the hub; rejects with the host's reason. */
  readonly follow: (replay: string | null) => Promise<WireReplay | null>
  readonly unit: (id: string) => Unit | undefined
  readonly hostNow: () => number
  readonly selectedUnit: () => string | null
  readonly liveZones: () => readonly Zone[]
  readonly filter: () => UnitFilter
  readonly setFilter: (filter: UnitFilter) => void
  /** Chooses the one unit that a replay is of. */
  readonly select: (unit: string) => void
  readonly flyTo: (lon: number, lat: number) => void
}

/** What is not told by the clock is looked after so often: the list, the frame of the instant, stretches of full detail. */
const pulseMs = 500
const framePauseMs = 1000
/** While the clock is dragged the others are told no more often than this. */
const dragPauseMs = 200
/** A busy host is asked again after so long. */
const retryMs = 5000
const problemLastsMs = 6000
const noneLeft: Record<JumpTo, { readonly before: Problem; readonly after: Problem }> = {
  breach: { before: 'noBreachBefore', after: 'noBreachAfter' },
  stop: { before: 'noStopBefore', after: 'noStopAfter' },
  incident: { before: 'noIncidentBefore', after: 'noIncidentAfter' },
}
const noMarks: AlarmMarks = { zones: new Set(), units: new Set(), calling: new Set() }

/** The replay that this screen follows, or none: its clock, who was where, and what was breached. */
export function createReplay(parts: Parts) {
  const [open, setOpen] = createSignal<OpenReplay | null>(null)
  const [clock, setClock] = createSignal<ReplayClock | null>(null)
  const [past, setPast] = createSignal<PastFleet | null>(null)
  const [ended, setEnded] = createSignal(false)
  const [tracks, setTracks] = createSignal<TracksState>('loading')
  const [trackCount, setTrackCount] = createSignal(0)
  const [frame, setFrame] = createSignal<PastFrame | null>(null)
  const { breaches, breachesState, reports, marksFailed } = createMarks(open, ended, parts.hostNow)
  const [stops, setStops] = createSignal<readonly Span[]>([])
  const [whole, setWhole] = createSignal<{ readonly unit: string; readonly track: PastTrack } | null>(null)
  const [units, setUnits] = createSignal<readonly Unit[]>([])
  const [instant, setInstant] = createSignal(0)
  const [dragged, setDragged] = createSignal<number | null>(null)
  const [trailsWanted, setTrailsWanted] = createSignal(true)
  const [problem, setProblem] = createSignal<Problem | null>(null)
  const [jumping, setJumping] = createSignal(false)
  const [pastZones, setPastZones] = createSignal<ReadonlyMap<string, Zone>>(new Map())
  let order = new UnitOrder()
  let visit = new AbortController()
  let frameAt = -Infinity
  let isFraming = false
  let isBlocking = false
  let lastBlock = NaN
  let blocksAfter = -Infinity
  let detail = 0

  const isOn = () => open() !== null
  const second = createMemo(() => Math.floor(instant() / 1000) * 1000)

  const instantNow = (): number => {
    const [replay, running] = [open(), clock()]
    return dragged() ?? (replay === null || running === null ? 0 : instantAt(running, replay, parts.hostNow()))
  }

  /** The unit that the card, the speeds and the stops are about. */
  const focus = createMemo(() => {
    const replay = open()
    const chosen = parts.selectedUnit()
    if (replay === null) {
      return null
    }
    return chosen !== null && replay.units.includes(chosen) ? chosen : replay.units.length === 1 ? replay.units[0]! : null
  })

  const isFresh = (seen: PastFrame) => Math.abs(instant() - seen.time) <= 1000 + 2 * framePauseMs * Math.max(1, Math.abs(clock()?.rate ?? 1))

  /** The frame of about this instant; one of another time says nothing. */
  const freshFrame = createMemo(() => {
    const seen = frame()
    return seen !== null && isFresh(seen) ? seen : null
  })

  const marks = createMemo((): AlarmMarks => {
    const seen = freshFrame()
    return seen === null || seen.breaches.length === 0 ? noMarks : {
      zones: new Set(seen.breaches.map((breach) => breach.zone)),
      units: new Set(seen.breaches.flatMap((breach) => breach.unit !== null ? [breach.unit] : breach.units ?? [])),
      calling: new Set(),
    }
  })

  /** The incidents that were open at the instant, as they were then. */
  const incidents = createMemo((): readonly Incident[] => inOrder(freshFrame()?.incidents ?? []))

  /** The zones in force at the instant, each with the area that it had then. */
  const zones = createMemo((): readonly Zone[] => {
    const known = new Map([...parts.liveZones().map((zone) => [versionOf(zone), zone] as const), ...pastZones()])
    const occupied = freshFrame() !== null
    return (frame()?.zones ?? []).flatMap((seen) => {
      const zone = known.get(versionOf(seen))
      return zone === undefined ? [] : [{ ...zone, name: seen.name, occupants: occupied ? seen.occupants.length : 0 }]
    })
  })

  /** Every fix of the unit in focus, when they are there. */
  const focusTrack = createMemo(() => {
    const unit = focus()
    const read = whole()
    if (unit === null) {
      return null
    }
    if (read?.unit === unit) {
      return read.track
    }
    const known = trackCount() > 0 ? past()?.trackOf(unit) : undefined
    return known?.isWhole === true ? known : null
  })

  function complain(next: Problem): void {
    setProblem(next)
    setTimeout(() => { setProblem((now) => (now === next ? null : now)) }, problemLastsMs)
  }

  async function start(target: ReplayTarget, span: Span): Promise<Problem | null> {
    const answer = await call<WireReplay>('/api/replays', { method: 'POST', body: bodyOf(target, span) })
    if (answer.kind !== 'ok') {
      return problemOf(answer)
    }
    enter(answer.value, true)
    return null
  }

  /** @param isWanted Whether it is still wanted when the host has answered, where that may change. */
  async function join(key: string, isWanted: () => boolean = () => true): Promise<Problem | null> {
    const answer = await call<WireReplay>(pathOf(key))
    if (!isWanted()) {
      return null
    }
    if (answer.kind !== 'ok') {
      return problemOf(answer)
    }
    enter(answer.value, false)
    return null
  }

  function enter(wire: WireReplay, isOwn: boolean): void {
    visit.abort()
    visit = new AbortController()
    const replay = replayOf(wire)
    hostClock.hear(Date.parse(wire.serverTime), Date.now())
    batch(() => {
      forget()
      setClock(clockOf(wire.clock))
      setPast(new PastFleet(replay.units.map((id, i) => nameOf(id, i, parts.unit(id))), instantNow))
      setOpen(replay)
      setInstant(instantNow())
      parts.setFilter(everything)
      if (replay.units.length === 1) {
        parts.select(replay.units[0]!)
      }
    })
    void followOnHub(replay.key)
    void loadTracks(replay, isOwn).catch(() => undefined) // only an abort throws
    hurry()
  }

  /** The wall is live again at once; the replay stays open for whoever follows it. */
  function leave(): void {
    if (!isOn()) {
      return
    }
    visit.abort()
    batch(() => {
      forget()
      setOpen(null)
      setClock(null)
      setPast(null)
    })
    void parts.follow(null).catch(() => undefined) // Without a connection it follows none.
  }

  /** Closes the replay for everybody, and leaves it. */
  async function end(key: string): Promise<Problem | null> {
    const isThis = open()?.key === key
    if (isThis) {
      leave()
    }
    const answer = await call(pathOf(key), { method: 'DELETE' })
    return answer.kind === 'ok' || (answer.kind === 'refused' && answer.status === 404) ? null : problemOf(answer)
  }

  function forget(): void {
    setEnded(false)
    setTracks('loading')
    setTrackCount(0)
    setFrame(null)
    setStops([])
    setWhole(null)
    setUnits([])
    setDragged(null)
    setProblem(null)
    frameAt = -Infinity
    lastBlock = NaN
    wanted = null
    isHeld = false
    order = new UnitOrder()
  }

  async function followOnHub(key: string): Promise<void> {
    try {
      const replay = await parts.follow(key)
      if (replay !== null && open()?.key === key) {
        takeClock(replay.clock, replay.serverTime)
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : ''
      if (open()?.key !== key) {
        return
      }
      if (reason.includes('unknown:')) {
        setEnded(true)
      } else if (reason.includes('tracks.read')) {
        setTracks('denied')
      }
      // Otherwise there is no connection: the next one follows again.
    }
  }

  function heard(news: ReplayNews): void {
    if (news.key !== open()?.key) {
      return
    }
    if (news.closed) {
      setEnded(true)
    } else if (news.clock !== null) {
      takeClock(news.clock, news.serverTime)
    }
  }

  /** A new connection follows nothing yet, and may have missed what was done to the clock. */
  function reconnected(): void {
    const replay = open()
    if (replay !== null && !ended()) {
      void followOnHub(replay.key)
      if (tracks() === 'failed') {
        void loadTracks(replay, false).catch(() => undefined)
      }
    }
  }

  function takeClock(wire: ReplayNews['clock'] & object, serverTime: string): void {
    hostClock.hear(Date.parse(serverTime), Date.now())
    const before = clock()
    const next = laterOf(before, clockOf(wire))
    if (before === null || next.setAt !== before.setAt) {
      setClock(next)
      hurry()
    }
  }

  async function setTheClock(change: ClockChange): Promise<Answer<WireReplay>> {
    const replay = open()
    if (replay === null || ended()) {
      return { kind: 'unreachable' }
    }
    const { time, ...rest } = change
    const body = time === undefined ? rest : { ...rest, time: new Date(Math.round(within(replay, time))).toISOString() }
    const answer = await call<WireReplay>(`${pathOf(replay.key)}/clock`, { method: 'POST', body })
    if (open()?.key !== replay.key) {
      return answer
    }
    if (answer.kind === 'ok') {
      takeClock(answer.value.clock, answer.value.serverTime)
    } else if (answer.kind === 'refused' && answer.status === 404) {
      setEnded(true)
    } else if (change.jump === undefined || answer.kind !== 'refused' || answer.status !== 409) {
      complain(problemOf(answer))
    }
    return answer
  }

  let wanted: number | null = null
  let isSending = false
  let isHeld = false

  /** Shows a time at once, and sets the shared clock to the newest one as soon as it may. */
  function drag(time: number): void {
    isHeld = true
    show(time)
  }

  function release(): void {
    isHeld = false
    if (!isSending) {
      setDragged(null)
    }
  }

  function seek(time: number): void {
    isHeld = false
    show(time)
  }

  function show(time: number): void {
    const replay = open()
    if (replay === null || ended()) {
      return
    }
    wanted = Math.round(within(replay, time))
    setDragged(wanted)
    void sendWanted()
  }

  async function sendWanted(): Promise<void> {
    if (isSending) {
      return
    }
    isSending = true
    while (wanted !== null) {
      const time = wanted
      wanted = null
      await setTheClock({ time })
      if (isHeld) {
        await new Promise((resolve) => setTimeout(resolve, dragPauseMs))
      }
    }
    isSending = false
    if (!isHeld) {
      setDragged(null)
      hurry()
    }
  }

  function togglePlaying(): void {
    const [replay, running] = [open(), clock()]
    if (replay === null || running === null) {
      return
    }
    if (isRunning(running, replay, parts.hostNow())) {
      void setTheClock({ playing: false })
      return
    }
    const edge = running.rate > 0 ? replay.to : replay.from
    const other = running.rate > 0 ? replay.from : replay.to
    void setTheClock(instantNow() === edge ? { playing: true, time: other } : { playing: true })
  }

  const setRate = (rate: number) => void setTheClock({ rate })
  const changeRate = (steps: 1 | -1) => {
    const rate = clock()?.rate
    if (rate !== undefined && nextRate(rate, steps) !== rate) {
      setRate(nextRate(rate, steps))
    }
  }

  async function jump(to: JumpTo, back: boolean): Promise<void> {
    setJumping(true)
    const answer = await setTheClock(back ? { jump: to, back } : { jump: to })
    setJumping(false)
    if (answer.kind === 'refused' && answer.status === 409) {
      complain(noneLeft[to][back ? 'before' : 'after'])
    }
  }

  async function loadTracks(replay: OpenReplay, isOwn: boolean): Promise<void> {
    setTracks('loading')
    const fleet = past()!
    detail = detailFor(replay.units.length, replay)
    const answer = await call<{ tracks: WireTrack[] }>(`${pathOf(replay.key)}/tracks${detail === 0 ? '' : `?detail=${detail}`}`, { signal: visit.signal })
    if (open() !== replay) {
      return
    }
    if (answer.kind !== 'ok' || !Array.isArray(answer.value?.tracks)) {
      setTracks(answer.kind === 'denied' ? 'denied' : 'failed')
      return
    }
    fleet.take(answer.value.tracks, replay)
    const first = fleet.tracks.reduce((least, track) => Math.min(least, track.time[0] ?? Infinity), Infinity)
    batch(() => {
      setTrackCount(fleet.tracks.length)
      setTracks(first === Infinity ? 'empty' : 'ready')
    })
    if (first === Infinity) {
      return
    }
    const isUntouched = clock()?.playing === false && clock()?.setTo === replay.from
    if (isOwn && isUntouched && first > replay.from) {
      seek(first)
    }
    publish()
    const only = replay.units.length === 1 ? fleet.list()[0] : undefined
    if (only?.lon != null && only.lat != null) {
      parts.flyTo(only.lon, only.lat)
    }
  }

  /** Every fix and the stops of the unit in focus. */
  createEffect(on([open, focus, tracks], ([replay, unit, state]) => {
    setStops([])
    if (replay === null || unit === null || (state !== 'ready' && state !== 'empty')) {
      return
    }
    const { signal } = visit
    const path = `/api/units/${unit.split('/').map(encodeURIComponent).join('/')}`
    const range = `from=${iso(replay.from)}&to=${iso(replay.to)}`
    const isStill = () => open() === replay && focus() === unit
    const load = async (): Promise<number | null> => {
      let isUnread = false
      if (past()?.trackOf(unit)?.isWhole !== true) {
        const track = await call<WireTrack>(`${path}/track?${range}`, { signal })
        if (track.kind === 'ok' && isStill()) {
          setWhole({ unit, track: past()!.takeWhole(track.value, replay) })
        }
        isUnread = isTemporary(track)
      }
      const motion = await call<{ stops: WireStop[] }>(`${path}/motion?${range}`, { signal })
      if (motion.kind === 'ok' && isStill()) {
        setStops(motion.value.stops.map((stop) => ({ from: Date.parse(stop.from), to: Date.parse(stop.to) })))
      }
      return isUnread || isTemporary(motion) ? retryMs : null
    }
    onCleanup(repeatedly(() => load().catch(() => null))) // only an abort throws
  }))

  async function loadFrame(replay: OpenReplay): Promise<void> {
    const time = within(replay, Math.round(instantNow()))
    isFraming = true
    const answer = await call<WireReplayFrame>(`${pathOf(replay.key)}/frame?time=${iso(time)}`)
    isFraming = false
    if (open() !== replay) {
      return
    }
    if (answer.kind === 'ok') {
      frameAt = time
      setFrame({ time, zones: answer.value.zones, breaches: answer.value.breaches, incidents: answer.value.incidents })
      await loadPastZones(answer.value)
    } else if (answer.kind === 'refused' && answer.status === 404) {
      setEnded(true)
    }
  }

  /** Zones that had another area then than now. */
  async function loadPastZones(seen: WireReplayFrame): Promise<void> {
    const known = new Set([...parts.liveZones().map(versionOf), ...pastZones().keys()])
    if (seen.zones.every((zone) => known.has(versionOf(zone)))) {
      return
    }
    const answer = await call<{ features: ZoneFeature[] }>(`/api/zones?at=${encodeURIComponent(seen.time)}`)
    if (answer.kind === 'ok') {
      setPastZones((before) => new Map([...before, ...answer.value.features.map(zoneOf).map((zone) => [versionOf(zone), zone] as const)]))
    }
  }

  /** Every fix around the instant, where the tracks are outlines. */
  async function loadBlock(replay: OpenReplay): Promise<void> {
    const [fleet, running, now] = [past(), clock(), instantNow()]
    const block = blockAt(now, replay.units.length)
    const isSettled = block.from === lastBlock
    lastBlock = block.from
    const isFast = running?.playing === true && Math.abs(running.rate) > fastestWithBlocks
    if (fleet === null || detail === 0 || isFast || performance.now() < blocksAfter || tracks() !== 'ready' || (!isSettled && running?.playing !== true)) {
      return
    }
    const ahead = running?.playing === true ? Math.sign(running.rate) * (block.to - block.from) : 0
    const next = [block, blockAt(now + ahead, replay.units.length)].find((each) => !fleet.hasBlock(each.from))
    if (next === undefined) {
      return
    }
    isBlocking = true
    const [from, to] = [Math.max(replay.from, next.from - blockMarginMs), Math.min(replay.to, next.to + blockMarginMs)]
    const answer = await call<{ tracks: WireTrack[] }>(`${pathOf(replay.key)}/tracks?from=${iso(from)}&to=${iso(to)}`, { signal: visit.signal })
      .catch((): Answer<{ tracks: WireTrack[] }> => ({ kind: 'unreachable' }))
    isBlocking = false
    if (open() === replay && answer.kind === 'ok' && Array.isArray(answer.value?.tracks)) {
      fleet.takeBlock(answer.value.tracks, next, to)
    } else {
      blocksAfter = performance.now() + retryMs
    }
  }

  function publish(): void {
    const fleet = past()
    if (fleet !== null) {
      fleet.moveTo(instantNow())
      setUnits(order.sort(fleet.list()))
    }
  }

  let publishedAt = NaN

  function pulse(): void {
    const replay = open()
    if (replay === null || ended()) {
      return
    }
    const now = instantNow()
    if (now !== publishedAt || units().length === 0) {
      publishedAt = now
      publish()
    }
    if (!isBlocking) {
      void loadBlock(replay)
    }
    const isDue = now !== frameAt && (clock()?.playing !== true || performance.now() - framedAt >= framePauseMs)
    if (isDue && !isFraming) {
      framedAt = performance.now()
      void loadFrame(replay)
    }
  }

  let framedAt = -Infinity
  let hurried: ReturnType<typeof setTimeout> | undefined

  /** The clock was set: the picture of the new instant should be there before the next pulse. */
  function hurry(): void {
    clearTimeout(hurried)
    hurried = setTimeout(pulse, 80)
  }

  createEffect(on([past, parts.filter], ([fleet, filter]) => { fleet?.show(filter) }))

  createEffect(on(isOn, (on) => {
    if (!on) {
      return
    }
    let painting = 0
    const paint = () => {
      painting = requestAnimationFrame(paint)
      setInstant(instantNow())
    }
    paint()
    const pulsing = setInterval(pulse, pulseMs)
    onCleanup(() => {
      cancelAnimationFrame(painting)
      clearInterval(pulsing)
      clearTimeout(hurried)
    })
  }))
  onCleanup(() => { visit.abort() })

  const isPlaying = () => {
    const [replay, running] = [open(), clock()]
    instant()
    return replay !== null && running !== null && isRunning(running, replay, parts.hostNow())
  }

  return {
    open, isOn, ended, clock, instant, second, instantNow, isPlaying: createMemo(isPlaying), past, tracks, trackCount, frame: freshFrame, breaches, breachesState, reports, marksFailed, incidents, stops,
    focus, focusTrack, units, marks, zones, problem, jumping, trailsWanted, setTrailsWanted,
    start, join, leave, end, heard, reconnected, drag, release, seek, togglePlaying, setRate, changeRate, jump,
    retryTracks: () => {
      const replay = open()
      if (replay !== null) {
        void loadTracks(replay, false).catch(() => undefined)
      }
    },
  }
}

export type ReplayState = ReturnType<typeof createReplay>

const versionOf = ({ key, version }: { readonly key: string; readonly version: number }) => `${version} ${key}`
const nameLength = 100

function bodyOf(target: ReplayTarget, span: Span): unknown {
  const range = { from: iso(span.from), to: iso(span.to) }
  switch (target.kind) {
    case 'unit': return { ...range, name: target.name.slice(0, nameLength), units: [target.id] }
    case 'zone': return { ...range, name: target.name.slice(0, nameLength), zone: target.key }
    case 'area': return { ...range, bbox: [target.west, target.south, target.east, target.north].map((degrees) => degrees.toFixed(5)).join(',') }
  }
}

export function replayOf(wire: WireReplay): OpenReplay {
  return {
    key: wire.key, name: wire.name, from: Date.parse(wire.from), to: Date.parse(wire.to), units: wire.units, zone: wire.zone,
    openedBy: wire.openedBy, openedAt: Date.parse(wire.openedAt), keptFrom: wire.keptFrom == null ? null : Date.parse(wire.keptFrom),
  }
}

export function problemOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Problem {
  switch (answer.kind) {
    case 'denied': return 'denied'
    case 'unreachable':
    case 'signed-out': return 'unreachable'
    case 'refused': return answer.status === 409 ? 'tooMany' : answer.status === 422 ? 'tooMuch' : answer.status === 404 ? 'gone' : 'failed'
  }
}

/** Who a unit is: as the register knows it, or at least by its id. */
function nameOf(id: string, index: number, known: Unit | undefined): UnitName {
  const [kind, key] = id.split('/') as [UnitKind, string]
  return {
    n: (index + 1) as UnitNumber, id, kind: known?.kind ?? kind, key: known?.key ?? key, name: known?.name ?? key,
    squad: known?.squad ?? null, plate: known?.plate ?? null, pinyin: known?.pinyin ?? '',
  }
}
