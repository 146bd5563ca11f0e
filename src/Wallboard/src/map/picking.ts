import type { Map as MapLibreMap } from 'maplibre-gl'
import { cellMetres } from '../heat/heat'
import { cellMore, cellText } from '../heat/telling'
import { isPlaced } from '../incidents/incident'
import { nearestWithin, pinCentre, pinPixels } from '../incidents/pins'
import { words } from '../text/language'
import { recordPointsId } from '../records/pointLayers'
import type { RecordPoint } from '../records/point'
import type { Wall } from '../wall/wall'
import { cellLines } from './cells'
import type { Drawing } from './drawing'
import { layerIds } from './layers'

/** What is under the pointer, in words, at a place on the map in pixels. */
export interface Tip {
  readonly x: number
  readonly y: number
  readonly lines: readonly string[]
}

/** Fingers and walls are not exact: a tap this many pixels beside a glyph still means it. */
const unitReach = 10
const cameraReach = 8
const recordReach = 6
/** A tooltip reads back from the graphics card; no more often than this. */
const tipPauseMs = 60

/** A tap chooses what is nearest to the eye: a unit, an incident, a camera, a cell, a zone. The pointer over heat says how much. */
export function pickOn(map: MapLibreMap, drawing: Drawing, wall: Wall, showTip: (tip: Tip | null) => void, spreadOut: (slot: number | null) => void): void {
  map.on('click', (event) => {
    if (wall.zoneEditing.draft() !== null) {
      return // A zone is being drawn.
    }
    spreadOut(null)
    const { x, y } = event.point
    const unit = drawing.overlay.pickObject({ x, y, radius: unitReach, layerIds: [layerIds.units] })
    const picked = unit === null || unit.index < 0 ? undefined : wall.drawn().n[unit.index]
    if (picked !== undefined) {
      const name = wall.drawn().nameOf(picked)
      wall.select(name === undefined ? null : { kind: 'unit', id: name.id })
      spreadOut(unit!.index)
      return
    }
    const open = wall.shownIncidents().filter(isPlaced)
    const pixels = pinPixels(map.getZoom())
    const pin = nearestWithin(open.length, (index) => pinCentre(map, open[index]!, pixels), event.point, pixels * 0.42)
    if (pin !== null) {
      wall.select({ kind: 'incident', key: open[pin]!.key })
      return
    }
    const camera = drawing.overlay.pickObject({ x, y, radius: cameraReach, layerIds: [layerIds.cameras] })
    if (camera !== null && camera.object !== undefined) {
      wall.select({ kind: 'camera', key: (camera.object as { key: string }).key })
      return
    }
    const record = drawing.overlay.pickObject({ x, y, radius: recordReach, layerIds: [recordPointsId] })
    if (record !== null && record.object !== undefined) {
      const { system, number } = record.object as RecordPoint
      wall.select({ kind: 'record', system, number })
      return
    }
    const cell = drawing.overlay.pickObject({ x, y, layerIds: [layerIds.cells] })
    if (cell !== null && cell.index >= 0) {
      wall.setFlight({ kind: 'to', lon: event.lngLat.lng, lat: event.lngLat.lat, zoom: Math.min(map.getMaxZoom(), map.getZoom() + 1.5) })
      return
    }
    const zone = map.queryRenderedFeatures(event.point, { layers: ['zone-fill'] })[0]
    const key: unknown = zone?.properties['key']
    wall.select(typeof key === 'string' ? { kind: 'zone', key } : null)
  })

  let askedAt = 0
  map.on('mousemove', (event) => {
    const now = performance.now()
    if ((wall.heatPeriod() === null && wall.cells() === null) || now - askedAt < tipPauseMs) {
      return
    }
    askedAt = now
    const { x, y } = event.point
    const hit = drawing.overlay.pickObject({ x, y, layerIds: [layerIds.cells, layerIds.heat] })
    const lines = hit === null || hit.index < 0 ? [] : tipLines(wall, hit.layer?.id ?? '', hit.index)
    showTip(lines.length === 0 ? null : { x, y, lines })
  })
  map.on('mouseout', () => { showTip(null) })
}

function tipLines(wall: Wall, layer: string, index: number): readonly string[] {
  if (layer === layerIds.cells) {
    const cell = wall.cells()?.[index]
    return cell === undefined ? [] : cellLines(cell, words())
  }
  const heat = wall.analysis.state()
  const row = heat.kind === 'ready' ? heat.picture.answer.cells[index] : undefined
  if (heat.kind !== 'ready' || row === undefined) {
    return []
  }
  const { choice, answer } = heat.picture
  const more = cellMore(choice, row, words())
  return [cellText(choice, row, words()), ...(more === null ? [] : [more]), words().heatGrid(cellMetres(answer.resolution))]
}
