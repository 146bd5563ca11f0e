import { batch, createContext, createEffect, createMemo, createSignal, on, onCleanup, untrack, useContext } from 'solid-js'
import { foldBreaches } from '../breaches/board'
import { createCameras } from '../cameras/cameras'
import { createAnalysis } from '../heat/analysis'
import { openChannel } from '../hub/channel'
import { HubLink, type LinkState } from '../hub/link'
import type { Breach, BreachLine, CellCount, HostMessage, Summary, Viewport, Welcome } from '../hub/protocol'
import { createDispatching } from '../incidents/dispatching'
import { createDragging } from '../incidents/dragging'
import { isPlaced } from '../incidents/incident'
import { createIncidents } from '../incidents/incidents'
import { marksOf } from '../map/alarms'
import { createBasemap } from '../map/basemap/basemap'
import { home } from '../map/home'
import type { RecordRow } from '../records/records'
import { createRollCalls } from '../rollcalls/rollCalls'
import { createReplay, type Problem } from '../replay/replay'
import { call } from '../session/http'
import { allows } from '../session/rights'
import type { Session } from '../session/session'
import { createSounds } from '../sounds/sounds'
import { createLinkage, type Place } from '../stage/linkage'
import { createLatency } from '../stage/latency'
import type { MapView, Picture, PicturePart, ScreenRole } from '../stage/protocol'
import { filterOf, pictureOf } from '../stage/picture'
import { words } from '../text/language'
import { hostClock, now } from '../time/clock'
import { createRecordPoints } from '../records/points'
import { setTimeZone } from '../time/format'
import { everything, type UnitFilter } from '../units/filter'
import type { DrawnUnits } from '../units/drawn'
import { Fleet } from '../units/fleet'
import { createRegister } from '../units/register'
import { createTrail, type TrailHours } from '../units/trail'
import { createZoneEditing } from '../zones/edit/editing'
import { createZones } from '../zones/zones'
import type { VideoPicture } from '../video/protocol'
import type { Subject } from '../video/video'

export type Selection =
  | { readonly kind: 'unit'; readonly id: string }
  | { readonly kind: 'camera'; readonly key: string }
  | { readonly kind: 'zone'; readonly key: string }
  | { readonly kind: 'incident'; readonly key: string }
  | { readonly kind: 'record'; readonly system: string; readonly number: string }
  | { readonly kind: 'report'; readonly lon: number; readonly lat: number }

/** A wish to move the map; a new object each time. Without a zoom the map moves only when the place is out of sight. */
export type Flight =
  | { readonly kind: 'home' }
  | { readonly kind: 'to'; readonly lon: number; readonly lat: number; readonly zoom: number | null }
  | { readonly kind: 'zoom'; readonly by: number }

/** For a screen without a map; it chooses nothing but the size of aggregates. */
const listZoom = 12

/** Whether a screen of this role shows a map. */
export const hasMap = (role: ScreenRole | null): boolean => role === 'map' || role === 'free'

/** Charts and video are of the present: they show no replay, and end none. */
const hasReplay = (role: ScreenRole | null): boolean => role !== 'charts' && role !== 'video'

/** How often a screen gives a sign of life. */
const beatMs = 1000

export type Area = Pick<Viewport, 'west' | 'south' | 'east' | 'north' | 'zoom'>

/** All that one open wall knows and can do. Components read it; the map draws it. */
export function createWall(session: Session, place: Place | null, onSignedOut: (byChoice: boolean) => void) {
  const fleet = new Fleet()
  const [link, setLink] = createSignal<LinkState>({ kind: 'connecting' }, { equals: sameLink })
  const [welcome, setWelcome] = createSignal<Welcome | null>(null)
  const [summary, setSummary] = createSignal<Summary | null>(null)
  const [lines, setLines] = createSignal<readonly BreachLine[]>([])
  const [linesKnown, setLinesKnown] = createSignal(false)
  const [cells, setCells] = createSignal<readonly CellCount[] | null>(null)
  const [frameTime, setFrameTime] = createSignal<number | null>(null)
  const [notice, setNotice] = createSignal<string | null>(null)
  const [filter, setFilter] = createSignal<UnitFilter>(everything)
  const [selection, setSelection] = createSignal<Selection | null>(null)
  const [following, setFollowing] = createSignal(false)
  const [hours, setHours] = createSignal<TrailHours | null>(1)
  const [camerasWanted, setCamerasWanted] = createSignal(false)
  const [zonesWanted, setZonesWanted] = createSignal(true)
  const [videoPicture, setVideoPicture] = createSignal<VideoPicture | null>(null)
  const [flight, setFlight] = createSignal<Flight | null>(null)
  const [area, setArea] = createSignal<Area | null>(null)
  let stagedReplay: string | null = null
  /** Whether the replay that is open is the stage's, and not opened on this screen. */
  const isStaged = () => stagedReplay !== null
  /** Why the replay that the stage follows is not shown here. */
  const [stageProblem, setStageProblem] = createSignal<Problem | null>(null)
  /** Where the map looks when it is at rest; null: at the whole district. */
  const [looksAt, setLooksAt] = createSignal<MapView | null>(null)

  const hostNow = () => hostClock.at(Date.now())
  const offlineAfterMs = () => (welcome()?.offlineAfter ?? 300) * 1000
  const register = createRegister(fleet, hostNow, offlineAfterMs)
  const zones = createZones()
  const cameras = createCameras()
  const basemap = createBasemap()
  const incidents = createIncidents()
  const rollCalls = createRollCalls()
  const dispatching = createDispatching(incidents)
  const dragging = createDragging()
  const selectedUnit = createMemo(() => {
    const chosen = selection()
    return chosen?.kind === 'unit' ? chosen.id : null
  })
  const replay = createReplay({
    follow: (key) => hub.follow(key),
    unit: (id) => register.unit(id),
    hostNow, selectedUnit, filter,
    liveZones: () => zones.zones(),
    // A replay that the stage follows comes with what the stage shows beside it.
    setFilter: (next) => { if (!isStaged()) setFilter(next) },
    select: (id) => { if (!isStaged()) select({ kind: 'unit', id }) },
    flyTo: (lon, lat) => { if (!isStaged()) setFlight({ kind: 'to', lon, lat, zoom: null }) },
  })
  const zoneEditing = createZoneEditing(() => zones.refresh(), replay.isOn)
  const recordPoints = createRecordPoints(replay.isOn, hostNow)
  const analysis = createAnalysis(replay.isOn, { view: area, hostNow, incidents: incidents.list })
  /** A record that was chosen from a list: the map may not show it. */
  const [listedRecord, keepRecord] = createSignal<RecordRow | null>(null)
  const shownPicture = createMemo(() => pictureOf({
    selection: selection(), filter: filter(), zones: zonesWanted(), cameras: camerasWanted(), heat: analysis.period(), heatOf: analysis.stageLayer(), replay: replay.open()?.key ?? null,
    points: recordPoints.stageLayers(), video: videoPicture(),
  }))
  const linkage = createLinkage(place, {
    join: (at) => hub.join(at),
    show: (parts) => hub.show(parts),
    // A screen of a wall may, where it is laid out to: the host judges.
    mayLead: () => session.kind === 'screen' || allows(rights(), 'stages.lead'),
    shown: () => {
      const { replay: shownReplay, ...others } = shownPicture()
      return hasReplay(linkage.role()) ? { ...others, replay: shownReplay } : others
    },
    apply,
  })
  const latency = createLatency(hostNow)
  const sounds = createSounds({ lines, linesKnown, incidents: incidents.list, incidentsKnown: incidents.known, isQuiet: replay.isOn })
  const trail = createTrail(() => (replay.isOn() ? null : selectedUnit()), hours, hostNow)

  // What is shown: the present, or the instant of a replay. Never both.
  const drawn = (): DrawnUnits => replay.past() ?? fleet
  const shownUnits = () => (replay.isOn() ? replay.units() : register.units())
  const shownZones = createMemo(() => (replay.isOn() ? replay.zones() : zones.zones()))
  const shownNow = () => (replay.isOn() ? replay.second() : now())
  const exactNow = () => (replay.isOn() ? replay.instantNow() : hostNow())
  const marks = createMemo(() => (replay.isOn() ? replay.marks() : marksOf(lines())))

  const rights = () => welcome()?.user.rights ?? session.rights
  const demo = () => welcome()?.demo ?? session.demo

  /** Where there is no map, a frame is drawn with the next picture of the page. */
  const withNextPicture = (drawn: (() => void) | null) => { requestAnimationFrame(() => drawn?.()) }
  let frameListener = withNextPicture
  let pictureSaver: (() => Promise<void>) | null = null

  const hub = new HubLink({
    state: setLink,
    welcome(value) {
      hostClock.hear(value.serverTime, Date.now())
      fleet.forgetNames()
      setTimeZone(value.timeZone)
      setNotice(null)
      setWelcome(value)
      replay.reconnected()
      basemap.read()
      void linkage.join()
    },
    frame(frame) {
      hostClock.hear(frame.time, Date.now())
      fleet.apply(frame, performance.now())
      setCells(frame.cells)
      setFrameTime(frame.time)
      frameListener(latency.received(frame.arrived))
    },
    message(message) { receive(message) },
    refused(reason) {
      // The host names the right that is missing; all else may be an ended session.
      if (reason.includes('live.read')) {
        setNotice('rights-changed')
      }
      void checkSession()
    },
  }, { open: openChannel, now: () => performance.now(), random: Math.random })

  function receive(message: Exclude<HostMessage, { type: 'frame' }>): void {
    switch (message.type) {
      case 'summary':
        setSummary(message.summary)
        return
      case 'breaches':
        batch(() => {
          setLinesKnown(true)
          setLines((before) => foldBreaches(before, message.breaches))
        })
        return
      case 'incidents':
        incidents.take(message.incidents)
        return
      case 'rollCalls':
        rollCalls.take(message.rollCalls)
        return
      case 'zones':
        void zones.refresh()
        return
      case 'replay':
        replay.heard(message.news)
        return
      case 'stage':
        linkage.heard(message.news)
        return
      case 'look':
        linkage.heardLook(message.view)
        return
      case 'notice':
        if (message.notice.code === 'signed-out') {
          onSignedOut(false)
        } else {
          setNotice(message.notice.code)
        }
    }
  }

  async function checkSession(): Promise<void> {
    const answer = await call('/api/session')
    if (answer.kind === 'signed-out') {
      onSignedOut(false)
    }
  }

  /** Shows what the stage does. */
  function apply(picture: Picture, changed: ReadonlySet<PicturePart>): void {
    batch(() => {
      if (changed.has('filter')) {
        setFilter(filterOf(picture.filter))
      }
      if (changed.has('layers') || changed.has('period')) {
        setZonesWanted(picture.layers.includes('zones'))
        showCameras(picture.layers.includes('cameras'))
        recordPoints.show(picture.layers)
        analysis.show(picture.layers, picture.period)
      }
      if (changed.has('selection')) {
        const chosen = picture.selection
        select(chosen === null ? null : chosen.kind === 'unit' ? { kind: 'unit', id: chosen.key } : { kind: chosen.kind, key: chosen.key })
      }
    })
    if (changed.has('video')) {
      setVideoPicture(picture.video ?? null) // A host of the version before has none.
    }
    if (changed.has('replay')) {
      followReplay(picture.replay)
    }
  }

  /** The replay that the stage follows, as this screen has to. */
  function followReplay(key: string | null): void {
    const wanted = hasReplay(linkage.role()) ? key : null
    if (wanted === stagedReplay && wanted === (replay.open()?.key ?? wanted)) {
      return // It is there, or on its way.
    }
    stagedReplay = wanted
    setStageProblem(null)
    if (wanted === null) {
      replay.leave()
    } else if (wanted !== replay.open()?.key) {
      void replay.join(wanted, () => stagedReplay === wanted).then((problem) => {
        if (stagedReplay === wanted) {
          setStageProblem(problem)
        }
      })
    }
  }

  // Without a map it lists what the district has.
  createEffect(on(linkage.role, (role) => {
    if (role !== null && !hasMap(role)) {
      setArea({ ...home, zoom: listZoom })
    }
    if (linkage.isLinked()) {
      followReplay(linkage.picture()?.replay ?? null)
    }
  }))

  createEffect(on(replay.isOn, (isOn) => {
    setFollowing(false)
    if (!isOn) {
      stagedReplay = null // Left here, the next one may be opened here.
    }
  }))

  createEffect(on([area, filter, replay.isOn], ([view, only, isPast]) => {
    // A replay's camera may move with every frame, and shows nothing of the live picture.
    if (view !== null && !isPast) {
      hub.setViewport({
        ...view,
        ...(only.kinds.size > 0 ? { kinds: [...only.kinds] } : {}),
        ...(only.squads.size > 0 ? { squads: [...only.squads] } : {}),
        ...(only.states.size > 0 ? { states: [...only.states] } : {}),
      })
    }
  }))

  // A wall that is opened shows its numbers at once; the hub's first summary may take a second.
  void call<Summary>('/api/overview').then((answer) => {
    if (answer.kind === 'ok' && summary() === null) {
      setSummary(answer.value)
    }
  })

  const hurry = () => { hub.hurry() }
  window.addEventListener('online', hurry)
  hub.start()
  const beating = setInterval(() => { hub.beat(latency.take()) }, beatMs)
  onCleanup(() => {
    clearInterval(beating)
    window.removeEventListener('online', hurry)
    hub.stop()
  })

  function showCameras(wanted: boolean): void {
    if (allows(rights(), 'cameras.read')) {
      if (wanted) {
        cameras.want()
      }
      setCamerasWanted(wanted)
    }
  }

  /** Cameras show by themselves when the map is close enough. */
  function approachCameras(): void {
    if (allows(rights(), 'cameras.read')) {
      cameras.want()
    }
  }

  function select(next: Selection | null): void {
    setSelection(next)
    setFollowing(false)
  }

  const nameOf = (unit: string) => register.unit(unit)?.name ?? words().unknownValue

  /** Who a breach is about: a name, or how many. */
  function whoOf({ unitName, units }: Breach): string {
    return unitName ?? (units === null || units.length === 0 ? '' : units.length === 1 ? nameOf(units[0]!) : words().severalUnits(units.length))
  }

  function showUnit(id: string): void {
    const place = placeOf(id)
    select({ kind: 'unit', id })
    if (place !== null) {
      setFlight({ kind: 'to', lon: place[0], lat: place[1], zoom: null })
    }
  }

  /** Where a unit is drawn, or, out of the live view, where it was last. */
  function placeOf(id: string): [number, number] | null {
    const past = replay.past()
    const unit = register.unit(id)
    const slot = past === null ? (unit?.n == null ? undefined : fleet.slotOf(unit.n)) : past.slotOfId(id)
    if (slot !== undefined) {
      const { drawn: at } = past ?? fleet
      return [at[3 * slot]!, at[3 * slot + 1]!]
    }
    return past !== null || unit?.lon == null || unit.lat == null ? null : [unit.lon, unit.lat]
  }

  /** What cameras should show of what is selected: they come up around it. A unit drives on; they stay around where it was. */
  const videoSubject = createMemo((): Subject | null => {
    const chosen = selection()
    switch (chosen?.kind) {
      case 'incident': {
        const incident = incidents.find(chosen.key)
        return incident === undefined || !isPlaced(incident) ? null : { by: 'incident', title: incident.title, place: { lon: incident.lon, lat: incident.lat }, camera: null }
      }
      case 'camera': {
        const camera = cameras.cameras().find((each) => each.key === chosen.key)
        return camera === undefined ? null : { by: 'selection', title: camera.name, place: { lon: camera.lon, lat: camera.lat }, camera: camera.key }
      }
      case 'unit': {
        const at = untrack(() => placeOf(chosen.id))
        return at === null ? null : { by: 'selection', title: nameOf(chosen.id), place: { lon: at[0], lat: at[1] }, camera: null }
      }
      default:
        return null
    }
  }, null, { equals: (a, b) => a?.by === b?.by && a?.title === b?.title && (a?.by === 'selection' && a.camera === null || (a?.place.lon === b?.place.lon && a?.place.lat === b?.place.lat)) && a?.camera === b?.camera })

  const shownIncidents = createMemo(() => (replay.isOn() ? replay.incidents() : [...incidents.closed(), ...incidents.list()]))

  function showIncident(key: string): void {
    const incident = shownIncidents().find((each) => each.key === key)
    select({ kind: 'incident', key })
    if (incident !== undefined && isPlaced(incident)) {
      setFlight({ kind: 'to', lon: incident.lon, lat: incident.lat, zoom: null })
    }
  }

  return {
    linkage, shownPicture, stageProblem, sounds, recordPoints, incidents, rollCalls, shownIncidents, dispatching, dragging, showIncident,
    session, nameOf, whoOf, showUnit, rights, demo, now, hostNow, offlineAfterMs,
    fleet, link, welcome, summary, lines, linesKnown, cells, frameTime, notice,
    filter, setFilter, selection, select, selectedUnit, following, setFollowing,
    replay, drawn, shownUnits, shownZones, shownNow, exactNow, marks, placeOf,
    register, zones, zoneEditing, cameras, basemap, trail, hours, setHours,
    analysis, heatPeriod: analysis.period, setHeatPeriod: analysis.setPeriod, listedRecord, keepRecord,
    savePicture: () => pictureSaver?.(), onSavePicture(saver: (() => Promise<void>) | null) { pictureSaver = saver },
    camerasWanted, toggleCameras: () => { showCameras(!camerasWanted()) }, approachCameras, zonesWanted, setZonesWanted,
    videoPicture, setVideoPicture, videoSubject, flight, setFlight, area, setArea, looksAt, setLooksAt,
    /** @param listener Calls what it is given, if anything, in the animation frame in which it draws the frame. Null: there is no map any more. */
    onFrame(listener: ((drawn: (() => void) | null) => void) | null) { frameListener = listener ?? withNextPicture },
    signOut: () => { onSignedOut(true) },
  }
}

export type Wall = ReturnType<typeof createWall>

export const WallContext = createContext<Wall>()

export function useWall(): Wall {
  const wall = useContext(WallContext)
  if (wall === undefined) {
    throw new Error('A component of the wall stands outside of it')
  }
  return wall
}

/** A state is told anew with every frame; only a change should reach the screen. */
function sameLink(a: LinkState, b: LinkState): boolean {
  return a.kind === b.kind && (a.kind !== 'lost' || (b.kind === 'lost' && a.since === b.since))
}
