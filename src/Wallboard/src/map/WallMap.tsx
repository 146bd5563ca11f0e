import 'maplibre-gl/dist/maplibre-gl.css'
import './map.css'
import type { Feature, FeatureCollection } from 'geojson'
import { Map as MapLibreMap, setWorkerUrl, type GeoJSONSource, type LngLatBoundsLike } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { createEffect, createSignal, on, onCleanup, onMount, Show } from 'solid-js'
import { cellMetres } from '../heat/heat'
import type { HeatCell } from '../heat/heat'
import type { CellCount } from '../hub/protocol'
import { count, language, words } from '../text/language'
import { useWall } from '../wall/wall'
import type { Zone } from '../zones/zone'
import { marksOf, type AlarmMarks } from './alarms'
import { camerasFromZoom, Drawing } from './drawing'
import { layerIds } from './layers'
import { pageFont } from './fonts'
import { readSketch } from './sketch'
import { nameIn, namedLayers, wallStyle } from './style'

setWorkerUrl(workerUrl)

/** Changning from its airport to its old town; fitted to whatever shape the screen has. */
const home: LngLatBoundsLike = [[121.336, 31.183], [121.444, 31.236]]
const homePadding = 12
/** The host is told of a little more than is seen, so that what drives in is there in time. */
const margin = 0.06

interface Tip {
  readonly x: number
  readonly y: number
  readonly lines: readonly string[]
}

export function WallMap() {
  const wall = useWall()
  const [broken, setBroken] = createSignal(false)
  const [tip, setTip] = createSignal<Tip | null>(null)
  let container!: HTMLDivElement

  onMount(() => {
    let map: MapLibreMap
    try {
      map = new MapLibreMap({
        container,
        style: wallStyle(language()),
        bounds: home,
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
    map.on('zoom', () => { drawing.touch() })
    map.on('dragstart', () => {
      atHome = false
      wall.setFollowing(false)
    })
    map.on('wheel', () => { atHome = false })
    map.on('resize', () => {
      if (atHome) {
        map.fitBounds(home, { padding: homePadding, animate: false })
      }
    })
    tellArea()

    const [ready, setReady] = createSignal(false)
    map.on('load', () => {
      setReady(true)
      void readSketch().then((sketch) => {
        source(map, 'sketch').setData(sketch.district)
        source(map, 'sketchNames').setData(sketch.district)
        source(map, 'surroundings').setData(sketch.surroundings)
        source(map, 'surroundingNames').setData(sketch.surroundings)
        source(map, 'outside').setData(sketch.outside)
      })
    })
    createEffect(on([ready, wall.zones.zones, wall.lines, wall.zonesWanted], ([loaded, known, lines, wanted]) => {
      if (loaded) {
        const marks = marksOf(lines)
        const zones = wanted ? known : []
        source(map, 'zones').setData(zoneAreas(zones, marks))
        source(map, 'zoneNames').setData(zoneNames(zones, marks))
      }
      drawing.touch()
    }))
    createEffect(on([ready, language], ([loaded]) => {
      if (loaded) {
        nameLayers(map)
      }
      drawing.touch()
    }))
    createEffect(on([wall.heat, wall.heatPeriod, wall.cells, wall.trail, wall.hours, wall.selection, wall.camerasWanted, wall.cameras.cameras],
      () => { drawing.touch() }))
    createEffect(on(wall.link, (link) => { drawing.freeze(link.kind === 'lost') }))
    wall.onFrame(() => { drawing.moved() })

    createEffect(on(wall.flight, (flight) => {
      if (flight === null) {
        return
      }
      switch (flight.kind) {
        case 'home':
          atHome = true
          map.fitBounds(home, { padding: homePadding, duration: 900 })
          return
        case 'to':
          atHome = false
          map.flyTo({ center: [flight.lon, flight.lat], zoom: flight.zoom ?? map.getZoom(), duration: 1400, maxDuration: 2500 })
          return
        case 'zoom':
          atHome = false
          map.easeTo({ zoom: map.getZoom() + flight.by, duration: 300 })
      }
    }))

    createEffect(on([wall.now, wall.following], ([, following]) => {
      const unit = wall.selectedUnit()
      const known = following && unit !== null ? wall.register.unit(unit) : undefined
      const slot = known?.n == null ? undefined : wall.fleet.slotOf(known.n)
      if (slot !== undefined) {
        atHome = false
        map.easeTo({ center: [wall.fleet.drawn[3 * slot]!, wall.fleet.drawn[3 * slot + 1]!], duration: 950, easing: (t) => t })
      }
    }))

    map.on('click', (event) => {
      const { x, y } = event.point
      const unit = drawing.overlay.pickObject({ x, y, radius: 10, layerIds: [layerIds.units] })
      const picked = unit === null || unit.index < 0 ? undefined : wall.fleet.n[unit.index]
      if (picked !== undefined) {
        const name = wall.fleet.nameOf(picked)
        wall.select(name === undefined ? null : { kind: 'unit', id: name.id })
        return
      }
      const camera = drawing.overlay.pickObject({ x, y, radius: 8, layerIds: [layerIds.cameras] })
      if (camera !== null && camera.object !== undefined) {
        wall.select({ kind: 'camera', key: (camera.object as { key: string }).key })
        return
      }
      const cell = drawing.overlay.pickObject({ x, y, layerIds: [layerIds.cells] })
      if (cell !== null && cell.index >= 0) {
        wall.setFlight({ kind: 'to', lon: event.lngLat.lng, lat: event.lngLat.lat, zoom: map.getZoom() + 1.5 })
        return
      }
      const zone = map.queryRenderedFeatures(event.point, { layers: ['zone-fill'] })[0]
      const key: unknown = zone?.properties['key']
      wall.select(typeof key === 'string' ? { kind: 'zone', key } : null)
    })

    let tipAsked = 0
    map.on('mousemove', (event) => {
      const nowMs = performance.now()
      if ((wall.heatPeriod() === null && wall.cells() === null) || nowMs - tipAsked < 60) {
        return
      }
      tipAsked = nowMs
      const { x, y } = event.point
      const hit = drawing.overlay.pickObject({ x, y, layerIds: [layerIds.cells, layerIds.heat] })
      setTip(hit === null || hit.object === undefined ? null : { x, y, lines: tipLines(hit.layer?.id ?? '', hit.object as HeatCell | CellCount) })
    })
    map.on('mouseout', () => { setTip(null) })

    function tipLines(layer: string, cell: HeatCell | CellCount): string[] {
      if (layer === layerIds.cells) {
        return [words().cellUnits(count(cell[1]))]
      }
      const heat = wall.heat()
      const minutes = Math.round(cell[1] / 60)
      return [
        words().presence(Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0')),
        words().heatGrid(cellMetres(heat.kind === 'ready' ? heat.resolution : 9)),
      ]
    }

    // Text on the map is painted once per sign: the font has to be there before.
    void document.fonts.load(`48px "${pageFont}"`, '0123456789').then(() => { drawing.touch() })

    onCleanup(() => {
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
    <div class="map" classList={{ greyed: wall.link().kind === 'lost' }}>
      <div class="map-canvas" ref={container} role="application" aria-label={words().mapLabel} />
      <Show when={broken()}><p class="map-broken" role="alert">{words().mapFailed}</p></Show>
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

function source(map: MapLibreMap, id: string): GeoJSONSource {
  return map.getSource(id) as GeoJSONSource
}

function nameLayers(map: MapLibreMap): void {
  for (const layer of namedLayers) {
    map.setLayoutProperty(layer, 'text-field', nameIn(language()))
  }
}

function zoneAreas(zones: readonly Zone[], marks: AlarmMarks): FeatureCollection {
  const features = zones.map((zone): Feature => ({
    type: 'Feature',
    properties: { key: zone.key, level: zone.level, occupied: zone.occupants > 0, breached: marks.zones.has(zone.key) },
    geometry: { type: 'MultiPolygon', coordinates: zone.polygons },
  }))
  return { type: 'FeatureCollection', features }
}

function zoneNames(zones: readonly Zone[], marks: AlarmMarks): FeatureCollection {
  const features = zones.map((zone): Feature => ({
    type: 'Feature',
    properties: { label: zone.name, level: zone.level, breached: marks.zones.has(zone.key) },
    geometry: { type: 'Point', coordinates: zone.labelAt },
  }))
  return { type: 'FeatureCollection', features }
}
