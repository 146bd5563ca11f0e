import type { Layer } from '@deck.gl/core'
import { PathLayer, ScatterplotLayer, SolidPolygonLayer } from '@deck.gl/layers'
import type { Map as MapLibreMap, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'
import { createEffect, on, onCleanup } from 'solid-js'
import { circleRing } from '../../geo/degrees'
import { nearestWithin } from '../../incidents/pins'
import { accentColour, alarmColour, inkColour } from '../../wall/palette'
import { addPoint, close, crossesItself, dropLastPoint, handlesOf, leastPoints, move, removePoint, type Handle, type Point, type ZoneDraft } from './draft'
import type { ZoneEditing } from './editing'

/** Fingers are not exact: a corner is meant within so many pixels. */
const reach = 16

const ends = ['mouseup', 'touchend', 'touchcancel', 'blur'] as const

/**
 * Lets the map's ground be drawn on while a zone is edited; everything else on it has to wait.
 * @param isHeldElsewhere Whether Escape stops something that is more pressing.
 */
export function drawOn(map: MapLibreMap, editing: ZoneEditing, isHeldElsewhere: () => boolean): void {
  const pointOf = (event: MapMouseEvent | MapTouchEvent): Point => [event.lngLat.lng, event.lngLat.lat]
  const handleAt = (draft: ZoneDraft, spot: { x: number; y: number }): Handle | null => {
    const handles = handlesOf(draft)
    const index = nearestWithin(handles.length, (each) => map.project([...handles[each]!.at]), spot, reach)
    return index === null ? null : handles[index]!
  }
  const isOpen = (draft: ZoneDraft) => draft.shape.kind === 'ring' && !draft.shape.isClosed

  map.on('click', (event) => {
    const draft = editing.draft()
    if (draft === null || !isOpen(draft)) {
      return
    }
    const handle = handleAt(draft, event.point)
    // The first corner closes the ring, and so does the last, which a double click hits twice.
    const count = draft.shape.kind === 'ring' ? draft.shape.points.length : 0
    if (handle !== null && (handle.index === 0 || handle.index === count - 1)) {
      editing.change(close(draft))
    } else {
      editing.change(addPoint(draft, pointOf(event)))
    }
  })

  map.on('dblclick', (event) => {
    if (editing.draft() !== null) {
      event.preventDefault() // It ends a ring, and does not zoom.
    }
  })

  map.on('mousemove', (event) => {
    const draft = editing.draft()
    if (draft !== null && isOpen(draft)) {
      editing.setPointer(pointOf(event))
    }
  })

  const press = (event: MapMouseEvent | MapTouchEvent) => {
    const draft = editing.draft()
    const original = event.originalEvent
    if (draft === null || isOpen(draft) || ('button' in original ? original.button !== 0 : original.touches.length > 1)) {
      return
    }
    const handle = handleAt(draft, event.point)
    if (handle === null) {
      return
    }
    event.preventDefault()
    let held = handle
    let isMoved = false
    const drag = (next: MapMouseEvent | MapTouchEvent) => {
      const now = editing.draft()
      if (now === null) {
        drop()
        return
      }
      editing.change(move(now, held, pointOf(next)), isMoved)
      if (held.kind === 'middle') {
        held = { kind: 'corner', index: held.index + 1, at: held.at }
      }
      isMoved = true
    }
    const drop = () => {
      map.off('mousemove', drag)
      map.off('touchmove', drag)
      for (const ended of ends) {
        window.removeEventListener(ended, drop)
      }
    }
    map.on('mousemove', drag)
    map.on('touchmove', drag)
    for (const ended of ends) {
      window.addEventListener(ended, drop) // It may be let go outside of the map.
    }
  }
  map.on('mousedown', press)
  map.on('touchstart', press)
  map.on('contextmenu', (event) => {
    const draft = editing.draft()
    const handle = draft === null ? null : handleAt(draft, event.point)
    if (draft !== null && handle?.kind === 'corner') {
      editing.change(removePoint(draft, handle.index))
    }
  })

  const key = (event: KeyboardEvent) => {
    const draft = editing.draft()
    const isOnMap = event.target === document.body || (event.target instanceof Element && event.target.closest('.map') !== null)
    if (draft === null || !isOnMap) {
      return // Buttons and forms have these keys for themselves.
    }
    const isUndo = (event.ctrlKey || event.metaKey) && event.key === 'z'
    if (event.key === 'Enter' && isOpen(draft)) {
      editing.change(close(draft))
    } else if (event.key === 'Backspace' && isOpen(draft)) {
      editing.change(dropLastPoint(draft))
    } else if (isUndo) {
      editing.undo()
    } else if (event.key === 'Escape' && !isHeldElsewhere()) {
      editing.cancel()
    } else {
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  window.addEventListener('keydown', key, true)
  // Keys go to the map when drawing begins, not to the button that began it.
  createEffect(on(() => editing.draft()?.key, (drawn) => {
    if (drawn !== undefined && isOpen(editing.draft()!)) {
      map.getCanvas().focus()
    }
  }))
  onCleanup(() => { window.removeEventListener('keydown', key, true) })
}

/** The draft on the map: its area, its edge, red where it crosses itself, and what can be taken hold of. */
export function draftLayers(draft: ZoneDraft, pointer: Point | null, scale: number): Layer[] {
  const { shape } = draft
  const rings = shape.kind === 'ring' ? [ringOf(shape.points, shape.isClosed, pointer)]
    : shape.kind === 'circle' ? [circleRing(...shape.centre, shape.radius)]
      : shape.geometry.type === 'MultiPolygon' ? shape.geometry.coordinates.flat() : shape.geometry.type === 'Polygon' ? shape.geometry.coordinates : []
  const isWrong = shape.kind === 'ring' && shape.isClosed && crossesItself(shape.points)
  const colour = isWrong ? alarmColour : accentColour
  const handles = handlesOf(draft)
  return [
    ...(shape.kind === 'ring' && shape.points.length < leastPoints ? [] : [new SolidPolygonLayer<[number, number][]>({
      id: 'draft-area', data: rings, getPolygon: (ring) => ring, getFillColor: [...colour, 40],
    })]),
    new PathLayer<[number, number][]>({
      id: 'draft-edge', data: rings.filter((ring) => ring.length > 1), getPath: (ring) => ring, getColor: [...colour, 255], widthUnits: 'pixels', getWidth: 2.5 * scale, jointRounded: true,
    }),
    new ScatterplotLayer<Handle>({
      id: 'draft-handles', data: handles as Handle[], getPosition: (handle) => [...handle.at], radiusUnits: 'pixels', lineWidthUnits: 'pixels', stroked: true,
      getRadius: (handle) => (handle.kind === 'middle' ? 4 : 7) * scale, getLineWidth: 2, getLineColor: [...colour, 255],
      getFillColor: (handle) => (handle.kind === 'middle' ? [...colour, 200] : [...inkColour, 255]),
    }),
  ]
}

function ringOf(points: readonly Point[], isClosed: boolean, pointer: Point | null): [number, number][] {
  const ring = points.map(([lon, lat]): [number, number] => [lon, lat])
  return isClosed ? [...ring, ring[0]!] : pointer === null || ring.length === 0 ? ring : [...ring, [...pointer]]
}
