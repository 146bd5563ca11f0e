import type { Layer } from '@deck.gl/core'
import { MapLibreOverlay } from '@deck.gl/maplibre'
import { cellToLatLng } from 'h3-js'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { HeatPicture } from '../heat/reading'
import { unitStates } from '../hub/protocol'
import type { PlacedIncident } from '../incidents/incident'
import { incidentLayers, placeTitles } from '../incidents/pins'
import { pastTrailLayers } from '../replay/trails'
import { words } from '../text/language'
import { recordPointLayers } from '../records/pointLayers'
import { shortAge } from '../time/format'
import type { DrawnUnits } from '../units/drawn'
import { isHall, leastText, textPixels } from '../wall/hall'
import { signColours } from '../wall/palette'
import type { Wall } from '../wall/wall'
import { draftLayers } from '../zones/edit/handles'
import type { Zone } from '../zones/zone'
import { Declutter, textWidth } from './declutter'
import { Pace } from './pace'
import { onSpotOf } from './spread'
import { paintAtlas, paintCameras } from './glyphs'
import {
  alarmedUnitsLayer, attributesOf, callingZonesLayer, camerasLayer, cellsLayers, conesLayer, heatLayer, labelsLayer, selectedZoneLayer, selectionLayer,
  trailLayers, unitsLayer, zoneNamesLayer, type UnitAttributes, type UnitLabel,
} from './layers'
import { textScale } from './scale'
import { oldMs, UnitColumns } from './unitColumns'
import { placeZoneNames, zoneNamesFromZoom, type ZoneName } from './zoneNames'

/** Names of all units are written from this zoom on, or when there are no more than this many. */
const namesFromZoom = 14.6
const namesUpTo = 40
const mostLabels = 260
/** When all of a large fleet falls silent, no more than so many ask for room. */
const mostAsking = 1200
/** Cameras show by themselves from here on. */
export const camerasFromZoom = 15.2
/** The picture may be another with every frame; its labels need not be. */
const labelPauseMs = 250
/** Cameras say which way they look from here on, where there is room. */
const conesFromZoom = 13.6
/** Alarms breathe this slowly: seen from across the hall, and not a nuisance. */
const breathMs = 2400
const offDuty = unitStates.indexOf('offDuty')
const labelColours: Record<'chosen' | 'alarmed' | 'old' | 'plain', UnitLabel['colour']> = {
  chosen: [...signColours.chosen, 255], alarmed: [...signColours.alarmed, 255], old: [...signColours.old, 255], plain: [...signColours.plain, 255],
}

/**
 * Draws what moves, over the base map: one pass per animation frame at most, and none when nothing changed.
 * It reads the wall and decides nothing.
 */
export class Drawing {
  readonly overlay: MapLibreOverlay
  readonly #map: MapLibreMap
  readonly #wall: Wall
  readonly #atlas = paintAtlas()
  readonly #cameraGlyphs = paintCameras()
  readonly #columns = new UnitColumns(this.#atlas)
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)')
  #attributes: UnitAttributes | null = null
  #filledVersion = -1
  #filledAt = -Infinity
  #labelledLayout = -1
  #labelledAt = -Infinity
  #units: DrawnUnits | null = null
  #labels: UnitLabel[] = []
  #zones: readonly Zone[] = []
  #zoneNames: readonly ZoneName[] = []
  #incidents: readonly PlacedIncident[] = []
  #titles: ReturnType<typeof placeTitles> = []
  #alarmed: number[] = []
  #calling: readonly Zone[] = []
  readonly #afterDrawing: (() => void)[] = []
  #fixed: Layer[] = []
  #heat: { readonly picture: HeatPicture; readonly layer: Layer } | null = null
  #fixedDirty = true
  #dirty = true
  #hasNews = false
  /** One at a time is asked for. */
  #whenDrawn: (() => void) | null = null
  #drawnAt = -Infinity
  readonly #pace = new Pace()
  #frame = 0
  #frozenAt: number | null = null
  #moves = 0

  constructor(map: MapLibreMap, wall: Wall) {
    this.#map = map
    this.#wall = wall
    this.overlay = new MapLibreOverlay({
      interleaved: false,
      layers: [],
      deviceProps: { type: 'webgl', webgl: { antialias: false } },
      onAfterRender: () => { this.#afterDrawing.splice(0).forEach((then) => { then() }) },
    })
    map.addControl(this.overlay)
    const tick = (now: number) => {
      this.#frame = requestAnimationFrame(tick)
      this.#step(now)
    }
    this.#frame = requestAnimationFrame(tick)
  }

  /** Something other than a position changed: layers, selection, zoom. */
  touch(): void {
    this.#fixedDirty = true
    this.#dirty = true
  }

  /** New positions are there. @param drawn Called in the animation frame in which they are drawn. */
  moved(drawn: (() => void) | null): void {
    this.#hasNews = true
    this.#whenDrawn = drawn ?? this.#whenDrawn
  }

  /** Tells once when all has been drawn anew. */
  onceDrawn(then: () => void): void {
    this.#afterDrawing.push(then)
    this.touch()
  }

  /** Zones whose names the font is there for. */
  nameZones(zones: readonly Zone[]): void {
    this.#zones = zones
    this.#labelledLayout = -1
    this.#dirty = true
  }

  /** Incidents whose titles the font is there for. */
  showIncidents(incidents: readonly PlacedIncident[]): void {
    this.#incidents = incidents
    this.#filledAt = -Infinity
    this.#dirty = true
  }

  /** Without a connection everything stands where it was last drawn. */
  freeze(frozen: boolean): void {
    this.#frozenAt = frozen ? performance.now() : null
    this.touch()
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#tellDrawn()
  }

  #tellDrawn(): void {
    this.#whenDrawn?.()
    this.#whenDrawn = null
  }

  #step(now: number): void {
    this.#pace.frame(now)
    const units = this.#wall.drawn()
    const isPast = this.#wall.replay.isOn()
    const time = this.#frozenAt ?? now
    const still = this.#calm.matches && !isPast // What a replay shows was asked for.
    const isFrozen = this.#frozenAt !== null && !isPast
    const gliding = !still && !isFrozen && units.isGliding(this.#drawnAt)
    const breathing = !still && !isFrozen && (this.#alarmed.length > 0 || this.#calling.length > 0)
    const aged = now - this.#filledAt > 1000
    // Zoomed out a live unit takes a second to cross a pixel: more frames would only burn power.
    const pause = isPast ? 15 : this.#pace.pauseMs(this.#map.getZoom() < 13.5 ? 60 : 30)
    if (units !== this.#units) {
      this.#units = units
      this.#filledVersion = -1
      this.#labelledLayout = -1
      this.touch()
    }
    const sinceDrawn = now - this.#drawnAt
    const hasNews = this.#hasNews && sinceDrawn >= this.#pace.pauseMs(0)
    if (!(this.#dirty || hasNews || aged || ((gliding || breathing) && sinceDrawn >= pause))) {
      return
    }
    this.#drawnAt = now
    this.#pace.drawn()
    this.#dirty = false
    this.#hasNews = false
    units.glide(still ? Infinity : time)
    this.#moves++
    const isNew = units.version !== this.#filledVersion
    if (aged || isNew || this.#attributes === null) {
      this.#fill(units, now)
    }
    // A label names its unit by slot: where slots are others' now, it cannot wait.
    if (aged || units.layout !== this.#labelledLayout || (isNew && now - this.#labelledAt > labelPauseMs)) {
      this.#label(units, now)
    }
    this.#draw((now % breathMs) / breathMs, still)
    this.#tellDrawn()
  }

  /** Everything per unit but where it is. */
  #fill(units: DrawnUnits, now: number): void {
    this.#columns.fill(units, this.#wall.exactNow(), this.#wall.offlineAfterMs())
    this.#attributes = attributesOf(this.#columns, units.size)
    this.#filledVersion = units.version
    this.#filledAt = now
  }

  /** What names units by their slots. */
  #label(units: DrawnUnits, now: number): void {
    this.#alarmed = this.#alarmedSlots()
    this.#labels = this.#makeLabels()
    this.#labelledLayout = units.layout
    this.#labelledAt = now
  }

  #draw(phase: number, still: boolean): void {
    const wall = this.#wall
    const fleet = wall.drawn()
    const scale = textScale()
    const pixels = this.#glyphPixels() * scale
    if (this.#fixedDirty) {
      this.#fixed = this.#makeFixed(scale)
      this.#calling = this.#callingZones()
      this.#fixedDirty = false
    }
    const moment = still ? 0.25 : phase
    const ring = this.#selectedPlace()
    this.overlay.setProps({
      layers: [
        ...this.#fixed,
        ...pastTrailLayers(wall.replay),
        ...(this.#calling.length > 0 ? [callingZonesLayer(this.#calling, moment)] : []),
        ...(this.#incidents.length > 0 ? incidentLayers(this.#incidents, this.#titles, this.#chosenIncident(), this.#map.getZoom()) : []),
        ...(this.#alarmed.length > 0 ? [alarmedUnitsLayer(fleet, this.#alarmed, pixels, moment)] : []),
        ...(ring === null ? [] : [selectionLayer(ring[0], ring[1], Math.max(pixels, 18 * scale))]),
        unitsLayer(fleet, this.#atlas, this.#attributes!, pixels),
        ...(this.#zoneNames.length > 0 ? [zoneNamesLayer(this.#zoneNames, this.#zoneNamePixels())] : []),
        ...(wall.zoneEditing.draft() === null ? [] : draftLayers(wall.zoneEditing.draft()!, wall.zoneEditing.pointer(), scale)),
        ...(this.#labels.length > 0 ? [labelsLayer(fleet, this.#labels, this.#moves, this.#textScale(), pixels * 0.5 + 1)] : []),
      ],
    })
  }

  /** What changes rarely keeps its layers; deck.gl then has nothing to compare. */
  #makeFixed(scale: number): Layer[] {
    const wall = this.#wall
    const layers: Layer[] = []
    const chosen = wall.selection()
    if (chosen?.kind === 'zone') {
      const zone = wall.shownZones().find((each) => each.key === chosen.key)
      layers.push(...(zone === undefined ? [] : [selectedZoneLayer(zone)]))
    }
    if (wall.replay.isOn()) {
      return layers // All else is of the present.
    }
    const heat = wall.analysis.state()
    if (heat.kind === 'ready' && heat.picture.shapes.length > 0) {
      layers.push(this.#heatLayerOf(heat.picture))
    }
    const records = wall.recordPoints.points()
    if (records.length > 0) {
      layers.push(...recordPointLayers(records, this.#map.getZoom(), scale))
    }
    const cells = wall.cells()
    if (cells !== null) {
      layers.push(...cellsLayers(cells, textPixels(15 * scale)))
    }
    if (wall.camerasWanted() || this.#map.getZoom() >= camerasFromZoom) {
      if (this.#map.getZoom() >= conesFromZoom) {
        layers.push(conesLayer(wall.cameras.cameras()))
      }
      layers.push(camerasLayer(wall.cameras.cameras(), this.#cameraGlyphs, (this.#map.getZoom() < 14 ? 16 : 24) * scale, wall.camerasWanted() ? 0.95 : 0.5))
    }
    const trail = wall.trail()
    if (trail.kind === 'ready') {
      layers.push(...trailLayers(trail.trail, this.#wall.hostNow(), (wall.hours() ?? 1) * 3_600_000))
    }
    return layers
  }

  /** One layer an answer: whatever else changes, deck.gl has nothing to compare in it. */
  #heatLayerOf(picture: HeatPicture): Layer {
    if (this.#heat?.picture !== picture) {
      this.#heat = { picture, layer: heatLayer(picture) }
    }
    return this.#heat.layer
  }

  /** The chosen one first, then those in alarm, then zones, then the others; who would cover another goes without. */
  #makeLabels(): UnitLabel[] {
    const fleet = this.#wall.drawn()
    const zoom = this.#map.getZoom()
    const now = this.#wall.exactNow()
    const isPast = this.#wall.replay.isOn()
    const dictionary = words()
    const selected = this.#wall.selectedUnit()
    const chosen = selected === null ? null : this.slotOf(selected)
    const alarmed = new Set(this.#alarmed)
    const named = zoom >= namesFromZoom || fleet.size <= namesUpTo
    const room = new Declutter()
    this.#takeCells(room)
    this.#titles = placeTitles(this.#map, this.#incidents, this.#chosenIncident()?.key ?? null, room)
    const loud: UnitLabel[] = []
    const quiet: UnitLabel[] = []
    for (let slot = 0; slot < fleet.size; slot++) {
      const ageMs = now - fleet.time[slot]!
      const isOffDuty = fleet.state[slot] === offDuty
      const old = ageMs > oldMs && !isOffDuty
      const big = slot === chosen || alarmed.has(slot)
      if (!big && ((!named && !old) || quiet.length >= mostAsking)) {
        continue
      }
      const name = fleet.nameOf(fleet.n[slot]!)?.name
      if (name === undefined) {
        continue
      }
      const age = old ? shortAge(ageMs, dictionary) : slot === chosen && !isOffDuty && !isPast ? dictionary.seconds(Math.max(0, Math.floor(ageMs / 1000))) : ''
      const label: UnitLabel = {
        slot, big,
        text: big || named ? (age === '' ? name : `${name} ${age}`) : age,
        colour: slot === chosen ? labelColours.chosen : big ? labelColours.alarmed : old ? labelColours.old : labelColours.plain,
      }
      // In a hall's letters they would cover each other; their rings tell of them all the same.
      if (big && (slot === chosen || !isHall() || room.take(this.#boxOf(label)))) {
        loud.push(label)
        room.take(this.#boxOf(label), true)
      } else if (!big) {
        quiet.push(label)
      }
    }
    this.#zoneNames = this.#placeZoneNames(room)
    // Numbers do not change, so neither does who wins while two units stay close.
    quiet.sort((a, b) => fleet.n[a.slot]! - fleet.n[b.slot]!)
    return [...quiet.filter((label) => room.take(this.#boxOf(label))).slice(0, mostLabels), ...loud]
  }

  /** What is written in cells has its room before all names. */
  #takeCells(room: Declutter): void {
    const half = 36 * textScale()
    for (const [cell] of this.#wall.replay.isOn() ? [] : this.#wall.cells() ?? []) {
      const [lat, lon] = cellToLatLng(cell)
      const { x, y } = this.#map.project([lon, lat])
      room.take({ left: x - half, right: x + half, top: y - half * 0.7, bottom: y + half }, true)
    }
  }

  #placeZoneNames(room: Declutter): readonly ZoneName[] {
    const area = this.#wall.area()
    if (area === null || !this.#wall.zonesWanted() || this.#map.getZoom() < zoneNamesFromZoom) {
      return []
    }
    const seen = this.#zones.filter(({ labelAt: [lon, lat] }) => lon >= area.west && lon <= area.east && lat >= area.south && lat <= area.north)
    return placeZoneNames(seen, this.#wall.marks().zones, this.#zoneNamePixels(), room, (lon, lat) => this.#map.project([lon, lat]))
  }

  #zoneNamePixels(): number {
    return Math.min(16, Math.max(12, this.#map.getZoom())) * this.#textScale()
  }

  /** The slot of a unit that is drawn; null: it is not. */
  slotOf(id: string): number | null {
    const past = this.#wall.replay.past()
    const n = past === null ? this.#wall.register.unit(id)?.n ?? null : null
    return (past !== null ? past.slotOfId(id) : n === null ? undefined : this.#wall.fleet.slotOf(n)) ?? null
  }

  #boxOf(label: UnitLabel) {
    const fleet = this.#wall.drawn()
    const size = (label.big ? 14 : 12) * this.#textScale()
    const { x, y } = this.#map.project([fleet.drawn[3 * label.slot]!, fleet.drawn[3 * label.slot + 1]!])
    const half = textWidth(label.text, size) / 2 + 2
    const top = y + this.#glyphPixels() * textScale() * 0.5
    return { left: x - half, right: x + half, top, bottom: top + size * 1.25 }
  }

  #alarmedSlots(): number[] {
    return [...this.#wall.marks().units].flatMap((id) => this.slotOf(id) ?? [])
  }

  #callingZones(): readonly Zone[] {
    const { calling } = this.#wall.marks()
    return calling.size === 0 || !this.#wall.zonesWanted() ? [] : this.#wall.shownZones().filter((zone) => calling.has(zone.key))
  }

  #chosenIncident(): PlacedIncident | undefined {
    const chosen = this.#wall.selection()
    return chosen?.kind === 'incident' ? this.#incidents.find((incident) => incident.key === chosen.key) : undefined
  }

  #selectedPlace(): [number, number] | null {
    const chosen = this.#wall.selection()
    if (chosen?.kind === 'report') {
      return [chosen.lon, chosen.lat]
    }
    if (chosen?.kind === 'camera') {
      const camera = this.#wall.cameras.cameras().find((each) => each.key === chosen.key)
      return camera === undefined ? null : [camera.lon, camera.lat]
    }
    return chosen?.kind === 'unit' ? this.#wall.placeOf(chosen.id) : null
  }

  /** Slots of all units that are drawn over this one: none of them could be pointed at alone. */
  onSpotOf(slot: number): number[] {
    const radius = this.#glyphPixels() * textScale() * 0.4
    const units = this.#wall.drawn()
    const at = this.#map.project([units.drawn[3 * slot]!, units.drawn[3 * slot + 1]!])
    const edge = this.#map.unproject([at.x + radius, at.y - radius])
    return onSpotOf(slot, units, { lon: edge.lng - units.drawn[3 * slot]!, lat: edge.lat - units.drawn[3 * slot + 1]! })
  }

  #glyphPixels(): number {
    return Math.min(34, Math.max(17, 20 + (this.#map.getZoom() - 12.5) * 4.5))
  }

  /** Of labels, the smallest of which are 12 pixels. */
  #textScale(): number {
    return Math.max(textScale(), leastText() / 12)
  }
}
