import 'maplibre-gl/dist/maplibre-gl.css'
import './map.css'
import { LngLat, Map as MapLibreMap, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { createEffect, createMemo, createSignal, on, onCleanup, onMount, Show } from 'solid-js'
import { dragOn } from '../incidents/dragging'
import { isPlaced } from '../incidents/incident'
import { unitStates } from '../hub/protocol'
import { count, language, words } from '../text/language'
import type { MapView } from '../stage/protocol'
import { fitted, ownView, spanOf, wholeView, type Span } from '../stage/span'
import { leastText } from '../wall/hall'
import { useWall } from '../wall/wall'
import { drawOn } from '../zones/edit/handles'
import { basemapSource } from './basemap/layers'
import { healHoles, layBasemap, type Laid } from './basemap/onMap'
import { camerasFromZoom, Drawing } from './drawing'
import { Fan, type SpreadOut } from './Fan'
import { mostInFan, type Spot } from './spread'
import { pageFont } from './fonts'
import { home, homePadding } from './home'
import { pickOn, type Tip } from './picking'
import { savePicture } from './saving'
import { textScale } from './scale'
import { readSketch } from './sketch'
import { nameIn, namedLayers, textSizes, wallStyle } from './style'
import { zoneAreas, zoneNamePoints } from './zoneFeatures'

setWorkerUrl(workerUrl)

/** The host is told of a little more than is seen, so that what drives in is there in time. */
const margin = 0.06

export function WallMap() {
  const wall = useWall()
  const [broken, setBroken] = createSignal(false)
  const [tip, setTip] = createSignal<Tip | null>(null)
  const [fan, setFan] = createSignal<SpreadOut | null>(null)
  /** Where the fan's spot is on the screen, in pixels. */
  const [fanAt, setFanAt] = createSignal<Spot>({ x: 0, y: 0 })
  /** Beside the chosen unit: how many more are on its spot, and where that is. */
  const [beside, setBeside] = createSignal<(Spot & { readonly more: number }) | null>(null)
  let spreadChosen = (): void => undefined
  let container!: HTMLDivElement

  onMount(() => {
    let map: MapLibreMap
    try {
      map = new MapLibreMap({
        container,
        style: wallStyle(language()),
        bounds: [home.west, home.south, home.east, home.north],
        fitBoundsOptions: { padding: homePadding },
        minZoom: 9,
        maxZoom: 18.5,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 200,
        cancelPendingTileRequestsWhileZooming: false,
      })
    } catch {
      setBroken(true)
      return
    }
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
    const drawing = new Drawing(map, wall)
    let atHome = true
    /** What a zoom that is under way ends at: the next tap goes on from there. */
    let zoomingTo: number | null = null
    let isRemoved = false
    const size = () => ({ width: container.clientWidth, height: container.clientHeight })
    let sized = size()
    const span = (): Span | null => {
      const [screen, stage] = [wall.linkage.own(), wall.linkage.stage()]
      // What is cast on a screen, and what one looks at alone, is all its own.
      return screen === null || stage === null || screen.link === 'alone' || screen.pushed !== null ? null : spanOf(screen, stage.screens)
    }
    const viewNow = (): MapView => {
      const { lng, lat } = map.getCenter()
      return wholeView({ lon: lng, lat, zoom: map.getZoom() }, span(), size())
    }
    /** Goes where the others look; that is not told to them again. */
    const lookAt = (view: MapView | null, duration: number) => {
      atHome = view === null
      const across = span()
      if (view === null && across === null) {
        map.fitBounds([home.west, home.south, home.east, home.north], { padding: homePadding, duration }, byOthers)
        return
      }
      const own = ownView(view ?? fitted(home, across!, size(), homePadding), across, size())
      map.easeTo({ center: [own.lon, own.lat], zoom: own.zoom, duration, easing: (t) => t }, byOthers)
    }

    const tellArea = () => {
      const bounds = map.getBounds()
      const [width, height] = [bounds.getEast() - bounds.getWest(), bounds.getNorth() - bounds.getSouth()]
      wall.setArea({
        west: bounds.getWest() - width * margin,
        south: bounds.getSouth() - height * margin,
        east: bounds.getEast() + width * margin,
        north: bounds.getNorth() + height * margin,
        zoom: map.getZoom(),
      })
      if (map.getZoom() >= camerasFromZoom) {
        wall.approachCameras()
      }
      drawing.touch()
    }
    map.on('moveend', tellArea)
    map.on('moveend', () => { zoomingTo = null })
    map.on('moveend', (event) => {
      const view = atHome ? null : viewNow()
      wall.setLooksAt(view)
      if (!isByOthers(event)) {
        wall.linkage.rested(view)
      }
    })
    /** Nothing of a canvas can be read: programs that look at the page are told where the map looks. */
    const publish = () => { container.dataset['view'] = JSON.stringify({ ...map.getCenter(), zoom: map.getZoom() }) }
    publish()
    map.on('move', publish)
    map.on('move', (event) => {
      const isResized = container.clientWidth !== sized.width || container.clientHeight !== sized.height
      if (!atHome && !isResized && !isByOthers(event)) {
        wall.linkage.moving(viewNow())
      }
    })
    map.on('zoom', () => { drawing.touch() })
    map.on('dragstart', () => { wall.setFollowing(false) })
    map.on('wheel', () => { atHome = false }) // MapLibre does not say of a zoom by the wheel that it is somebody's.
    map.on('movestart', (event) => {
      if (event.originalEvent !== undefined) {
        atHome = false
      }
    })
    map.on('resize', () => {
      sized = size()
      if (atHome) {
        lookAt(null, 0)
      } else if (span() !== null) {
        lookAt(wall.looksAt(), 0)
      }
    })
    tellArea()

    const [ready, setReady] = createSignal(false)
    map.on('load', () => {
      setReady(true)
      void readSketch().then((sketch) => {
        if (isRemoved) {
          return
        }
        source(map, 'sketch').setData(sketch.district)
        source(map, 'sketchNames').setData(sketch.district)
        source(map, 'surroundings').setData(sketch.surroundings)
        source(map, 'surroundingNames').setData(sketch.surroundings)
        source(map, 'outside').setData(sketch.outside)
      })
    })
    let laid: Laid | null = null
    const healing = healHoles(() => { if (laid !== null && !isRemoved) map.refreshTiles(basemapSource) })
    createEffect(on([ready, wall.basemap.chosen, language, leastText], ([loaded, basemap, inLanguage]) => {
      if (loaded) {
        const before = laid
        laid = layBasemap(map, laid, basemap, inLanguage)
        if (laid !== before) {
          healing.end()
        }
      }
    }))
    map.on('error', (event) => {
      if ((event as { sourceId?: string }).sourceId === basemapSource) {
        wall.basemap.hurry()
        healing.begin()
      } else {
        console.error(event.error) // As without a listener.
      }
    })
    createEffect(on([ready, wall.shownZones, wall.marks, wall.zonesWanted], ([loaded, known, marks, wanted]) => {
      if (loaded) {
        const zones = wanted ? known : []
        source(map, 'zones').setData(zoneAreas(zones, marks))
        source(map, 'zoneNames').setData(zoneNamePoints(zones))
      }
      drawing.touch()
    }))
    createEffect(on([ready, language, wall.replay.isOn], ([loaded, , isPast]) => {
      map.getCanvas().setAttribute('aria-label', isPast ? words().pastMapLabel : words().mapLabel) // MapLibre calls it "Map" in every language.
      if (loaded) {
        nameLayers(map)
      }
      drawing.touch()
    }))
    createEffect(on([ready, leastText], ([loaded, least]) => {
      if (loaded) {
        for (const [layer, size] of Object.entries(textSizes(least))) {
          map.setLayoutProperty(layer, 'text-size', size)
        }
      }
      drawing.touch()
    }))
    createEffect(on([wall.analysis.state, wall.heatPeriod, wall.cells, wall.trail, wall.hours, wall.selection, wall.camerasWanted, wall.cameras.cameras,
      wall.replay.isOn, wall.replay.tracks, wall.replay.trailsWanted, wall.replay.focusTrack, wall.zoneEditing.draft, wall.zoneEditing.pointer, wall.recordPoints.points],
      () => { drawing.touch() }))
    createEffect(on(wall.link, (link) => { drawing.freeze(link.kind === 'lost') }))
    wall.onFrame((drawn) => { drawing.moved(drawn) })

    /** Zooming keeps the chosen unit where it is, when it is in sight. */
    const aroundChosen = () => {
      const id = wall.selectedUnit()
      const at = id === null ? null : wall.placeOf(id)
      return at === null || !map.getBounds().contains(at) ? {} : { around: new LngLat(...at) }
    }

    createEffect(on(wall.flight, (flight) => {
      if (flight === null) {
        return
      }
      switch (flight.kind) {
        case 'home':
          atHome = true
          lookAt(null, 900)
          wall.linkage.rested(null)
          return
        case 'to':
          if (flight.zoom === null && isWellInView(map, flight.lon, flight.lat)) {
            return
          }
          atHome = false
          map.flyTo({ center: [flight.lon, flight.lat], zoom: flight.zoom ?? map.getZoom(), duration: 1400, maxDuration: 2500 })
          return
        case 'zoom': {
          atHome = false
          const zoom = (zoomingTo ?? map.getZoom()) + flight.by
          map.easeTo({ zoom, duration: 300, ...aroundChosen() }) // Ends the zoom before.
          zoomingTo = map.isMoving() ? zoom : null
        }
      }
    }, { defer: true })) // A map that comes back does not fly anew.

    if (wall.linkage.isLinked()) {
      lookAt(wall.linkage.picture()?.view ?? null, 0)
    }
    createEffect(on(wall.linkage.look, (look) => {
      if (look !== null) {
        lookAt(look.view, look.glideMs)
      }
    }, { defer: true }))
    // Another place on the wall is another part of the picture.
    const place = createMemo(() => JSON.stringify(span()))
    createEffect(on(place, () => { lookAt(wall.looksAt(), 0) }, { defer: true }))
    createEffect(on(wall.zoneEditing.draft, (draft) => { map.doubleClickZoom[draft === null ? 'enable' : 'disable']() }))

    createEffect(on([wall.now, wall.following], ([, following]) => {
      const unit = wall.selectedUnit()
      const known = following && unit !== null && !wall.replay.isOn() ? wall.register.unit(unit) : undefined
      const slot = known?.n == null ? undefined : wall.fleet.slotOf(known.n)
      if (slot !== undefined) {
        atHome = false
        map.easeTo({ center: [wall.fleet.drawn[3 * slot]!, wall.fleet.drawn[3 * slot + 1]!], duration: 950, easing: (t) => t })
      }
    }))

    // In a replay the camera stays on the unit: at 64 times it would be out of sight within a second.
    createEffect(on([wall.replay.instant, wall.following], ([, following]) => {
      const unit = wall.selectedUnit()
      const past = following && unit !== null ? wall.replay.past() : null
      past?.glide()
      const at = past === null ? null : wall.placeOf(unit!)
      if (at !== null && !isNearMiddle(map, at)) {
        atHome = false
        map.jumpTo({ center: at })
      }
    }))

    let fannedZoom = 0
    const spreadOut = (slot: number | null): void => {
      const units = wall.drawn()
      const slots = slot === null ? [] : drawing.onSpotOf(slot)
      if (slot === null || slots.length < 2) {
        setFan(null)
        return
      }
      fannedZoom = map.getZoom()
      const [lon, lat] = [units.drawn[3 * slot]!, units.drawn[3 * slot + 1]!]
      setFanAt(map.project([lon, lat]))
      const there = slots.flatMap((each) => {
        const name = units.nameOf(units.n[each]!)
        return name === undefined ? [] : [{ id: name.id, name: name.name, kind: name.kind, state: unitStates[units.state[each]!]!, time: units.time[each]! }]
      })
      setFan({ lon, lat, units: there.slice(0, mostInFan), more: Math.max(0, there.length - mostInFan) })
    }
    const slotOfChosen = (): number | null => {
      const id = wall.selectedUnit()
      return id === null ? null : drawing.slotOf(id)
    }
    spreadChosen = () => { spreadOut(slotOfChosen()) }
    const lookBeside = (): void => {
      const slot = fan() === null ? slotOfChosen() : null
      const more = slot === null ? 0 : drawing.onSpotOf(slot).length - 1
      setBeside(slot === null || more === 0 ? null : { ...map.project([wall.drawn().drawn[3 * slot]!, wall.drawn().drawn[3 * slot + 1]!]), more })
    }
    createEffect(on([wall.shownNow, wall.selectedUnit, fan], lookBeside))
    createEffect(on(wall.replay.isOn, () => { setFan(null) }))
    map.on('move', () => {
      const open = fan()
      if (open !== null && Math.abs(map.getZoom() - fannedZoom) > 0.3) {
        setFan(null)
      } else if (open !== null) {
        setFanAt(map.project([open.lon, open.lat]))
      }
      lookBeside()
    })
    pickOn(map, drawing, wall, setTip, spreadOut)
    wall.onSavePicture(() => savePicture(map, drawing, wall))
    drawOn(map, wall.zoneEditing, () => wall.dispatching.errands().length > 0)
    dragOn(map, wall)

    // Text on the map is painted once per sign: the font has to be there before.
    createEffect(on(wall.shownZones, (zones) => {
      void document.fonts.load(`48px "${pageFont}"`, zones.map((zone) => zone.name).join('')).then(() => { drawing.nameZones(zones) })
    }))
    createEffect(on(() => wall.shownIncidents().filter(isPlaced), (incidents) => {
      void document.fonts.load(`48px "${pageFont}"`, incidents.map((incident) => incident.title).join('')).then(() => { drawing.showIncidents(incidents) })
    }))
    void document.fonts.load(`48px "${pageFont}"`, '0123456789').then(() => { drawing.touch() })

    onCleanup(() => {
      isRemoved = true
      wall.onSavePicture(null)
      wall.onFrame(null)
      wall.linkage.stopMoving()
      healing.end()
      drawing.stop()
      map.remove()
    })
  })

  createEffect(() => {
    if (wall.heatPeriod() === null && wall.cells() === null) {
      setTip(null)
    }
  })

  return (
    <div class="map" classList={{ greyed: wall.link().kind === 'lost' || wall.replay.ended() }}>
      <div class="map-canvas" ref={container} role="application" aria-label={words().mapLabel} />
      <Show when={broken()}><p class="map-broken" role="alert">{words().mapFailed}</p></Show>
      <Show when={beside()}>
        {(shown) => (
          <button
            type="button" class="fan-open" style={{ left: `${shown().x}px`, top: `${shown().y}px` }} title={words().spreadOut}
            aria-label={words().spreadOutOf(count(shown().more + 1))} onClick={() => { spreadChosen() }}
          >
            ＋{count(shown().more)}
          </button>
        )}
      </Show>
      <Show when={fan()} keyed>{(open) => <Fan fan={open} at={fanAt()} scale={textScale()} close={() => { setFan(null) }} />}</Show>
      <Show when={wall.basemap.isShown() && wall.basemap.chosen()?.attribution}>{(attribution) => <small class="map-attribution">{attribution()}</small>}</Show>
      <Show when={tip()}>
        {(shown) => (
          <div class="map-tip" style={{ left: `${shown().x}px`, top: `${shown().y}px` }}>
            {shown().lines.map((line) => <div>{line}</div>)}
          </div>
        )}
      </Show>
    </div>
  )
}

/** Goes with the movements that come from the other screens. */
const byOthers = { isByOthers: true }
const isByOthers = (event: object): boolean => 'isByOthers' in event

function source(map: MapLibreMap, id: string): GeoJSONSource {
  return map.getSource(id) as GeoJSONSource
}

/** Chinese signs may stand apart; Latin words would fall to pieces. */
function nameLayers(map: MapLibreMap): void {
  for (const [layer, spacing] of Object.entries(namedLayers)) {
    map.setLayoutProperty(layer, 'text-field', nameIn(language()))
    map.setLayoutProperty(layer, 'text-letter-spacing', language() === 'zh' ? spacing : 0.02)
  }
}

function isNearMiddle(map: MapLibreMap, at: [number, number]): boolean {
  const { x, y } = map.project(at)
  const { clientWidth, clientHeight } = map.getContainer()
  return Math.hypot(x - clientWidth / 2, y - clientHeight / 2) < 1
}

/** The corner that cards cover, in parts of the text's size. */
const cardCorner = { width: 25, height: 24 }

/** In sight: not at the very edge, and not below a card. */
function isWellInView(map: MapLibreMap, lon: number, lat: number): boolean {
  const { x, y } = map.project([lon, lat])
  const { clientWidth, clientHeight } = map.getContainer()
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  const isBelowCard = x < cardCorner.width * rem && y > clientHeight - cardCorner.height * rem
  return !isBelowCard && x > clientWidth * 0.08 && x < clientWidth * 0.92 && y > clientHeight * 0.1 && y < clientHeight * 0.88
}
