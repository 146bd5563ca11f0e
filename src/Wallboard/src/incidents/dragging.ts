import type { Map as MapLibreMap, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Answer } from '../session/http'
import { allows } from '../session/rights'
import type { Wall } from '../wall/wall'
import * as calls from './calls'
import { isPlaced, type Incident, type Preview } from './incident'
import { nearestWithin, pinCentre, pinPixels, type Spot } from './pins'

/** What is dragged, and what it may be dropped on. */
export type Draggable =
  | { readonly kind: 'unit'; readonly id: string; readonly name: string }
  | { readonly kind: 'incident'; readonly key: string; readonly title: string }

export interface Drag {
  readonly what: Draggable
  /** Where it was taken and where it is, in pixels of the window. */
  readonly from: Spot
  readonly at: Spot
  readonly target: Draggable | null
}

/** A press that moves less than this many pixels is a tap. */
const slackPixels = 6
const takeReach = 14
const dropReach = 30
/** Of a pin, in parts of its size. */
const pinReach = 0.45
/** Nobody reads a preview of what is only passed over. */
const previewPauseMs = 120
/** A finger that rests this long wants to report something. */
export const longPressMs = 650

export function createDragging() {
  const [drag, setDrag] = createSignal<Drag | null>(null)
  const [preview, setPreview] = createSignal<Answer<Preview> | null>(null)
  return { drag, setDrag, preview, setPreview }
}

/** Who goes where, when what is dragged is over its like. */
export function pairOf({ what, target }: Drag): { readonly unit: Extract<Draggable, { kind: 'unit' }>; readonly incident: Extract<Draggable, { kind: 'incident' }> } | null {
  if (what.kind === 'unit' && target?.kind === 'incident') {
    return { unit: what, incident: target }
  }
  return what.kind === 'incident' && target?.kind === 'unit' ? { unit: target, incident: what } : null
}

/**
 * Lets whoever may dispatch drag a unit onto an incident, or an incident onto a unit, with the mouse or a finger. The map's own
 * dragging is held back only where a drag begins. Places are compared on the screen: asking the graphics card would cost a frame.
 */
export function dragOn(map: MapLibreMap, wall: Wall): void {
  const { drag, setDrag, setPreview } = wall.dragging

  const unitAt = (spot: Spot, reach: number): Draggable | null => {
    const { fleet } = wall
    const slot = nearestWithin(fleet.size, (each) => map.project([fleet.drawn[3 * each]!, fleet.drawn[3 * each + 1]!]), spot, reach)
    const name = slot === null ? undefined : fleet.nameOf(fleet.n[slot]!)
    return name === undefined ? null : { kind: 'unit', id: name.id, name: name.name }
  }
  /** A pin is taken by its body; what is dropped may be meant for its body or for the place at its tip. */
  const incidentAt = (spot: Spot, withTips: boolean): Draggable | null => {
    const open = wall.shownIncidents().filter(isPlaced).filter(({ state }) => state !== 'closed')
    const pixels = pinPixels(map.getZoom())
    const spots = open.flatMap((incident) => [
      { incident, at: pinCentre(map, incident, pixels) }, ...(withTips ? [{ incident, at: map.project([incident.lon, incident.lat]) }] : []),
    ])
    const index = nearestWithin(spots.length, (each) => spots[each]!.at, spot, pinReach * pixels)
    return index === null ? null : asDraggable(spots[index]!.incident)
  }
  const onMap = ({ x, y }: Spot): Spot => {
    const box = map.getCanvas().getBoundingClientRect()
    return { x: x - box.left, y: y - box.top }
  }
  const targetAt = (what: Draggable, spot: Spot): Draggable | null => {
    const under = document.elementFromPoint(spot.x, spot.y)
    const row = what.kind === 'unit' ? under?.closest<HTMLElement>('[data-incident]')?.dataset['incident'] : undefined
    const incident = row === undefined ? undefined : wall.incidents.find(row)
    if (incident !== undefined) {
      return asDraggable(incident)
    }
    if (under?.closest('.map-canvas') == null) {
      return null
    }
    return what.kind === 'unit' ? incidentAt(onMap(spot), true) : unitAt(onMap(spot), dropReach)
  }

  let end: () => void = () => undefined

  /** Follows one pointer until it is let go. */
  function follow(what: Draggable, from: Spot, pointer: number | null): void {
    end()
    const move = (event: PointerEvent) => {
      if (pointer !== null && event.pointerId !== pointer) {
        return
      }
      const at = { x: event.clientX, y: event.clientY }
      if (drag() !== null || Math.hypot(at.x - from.x, at.y - from.y) > slackPixels) {
        setDrag({ what, from, at, target: targetAt(what, at) })
      }
    }
    const drop = () => {
      const done = drag()
      const pair = done === null ? null : pairOf(done)
      const seen = wall.dragging.preview()
      end()
      if (pair !== null) {
        wall.dispatching.start(pair.unit, pair.incident, seen?.kind === 'ok' && seen.value.unit === pair.unit.id ? seen.value : undefined)
      }
    }
    const second = (event: PointerEvent) => {
      if (!event.isPrimary) {
        end() // Two fingers zoom.
      }
    }
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.stopImmediatePropagation()
        end()
      }
    }
    const cancel = () => { end() }
    end = () => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', drop)
      window.removeEventListener('pointercancel', cancel)
      window.removeEventListener('pointerdown', second)
      window.removeEventListener('keydown', key, true)
      window.removeEventListener('blur', cancel)
      end = () => undefined
      setDrag(null)
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', drop)
    window.addEventListener('pointercancel', cancel)
    window.addEventListener('pointerdown', second)
    window.addEventListener('keydown', key, true)
    window.addEventListener('blur', cancel)
  }

  let pressing: ReturnType<typeof setTimeout> | undefined
  const reportAt = (lon: number, lat: number) => {
    if (allows(wall.rights(), 'incidents.write') && !wall.replay.isOn() && wall.zoneEditing.draft() === null) {
      wall.select({ kind: 'report', lon, lat })
    }
  }

  const press = (event: MapMouseEvent | MapTouchEvent) => {
    clearTimeout(pressing)
    const original = event.originalEvent
    if ('button' in original ? original.button !== 0 : original.touches.length > 1) {
      end()
      return
    }
    const { x, y } = event.point
    const taken = allows(wall.rights(), 'dispatch') && !wall.replay.isOn() && wall.zoneEditing.draft() === null ? unitAt({ x, y }, takeReach) ?? incidentAt({ x, y }, false) : null
    const box = map.getCanvas().getBoundingClientRect()
    if (taken !== null) {
      event.preventDefault()
      follow(taken, { x: x + box.left, y: y + box.top }, null)
    } else if (!('button' in original)) {
      pressing = setTimeout(() => { reportAt(event.lngLat.lng, event.lngLat.lat) }, longPressMs)
    }
  }
  map.on('mousedown', press)
  map.on('touchstart', press)
  for (const moved of ['touchmove', 'touchend', 'touchcancel', 'dragstart', 'zoomstart'] as const) {
    map.on(moved, () => { clearTimeout(pressing) })
  }
  map.on('contextmenu', (event) => { reportAt(event.lngLat.lng, event.lngLat.lat) })

  // What a target means is asked when the pointer rests on it, and again when something happened to its incident.
  createEffect(on(() => {
    const now = drag()
    const pair = now === null ? null : pairOf(now)
    const version = pair === null ? 0 : wall.incidents.find(pair.incident.key)?.version ?? -1
    return pair === null ? null : `${pair.incident.key} ${pair.unit.id} ${version}`
  }, (asked) => {
    setPreview(null)
    const now = drag()
    const pair = now === null ? null : pairOf(now)
    if (asked === null || pair === null) {
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void calls.preview(pair.incident.key, pair.unit.id, abort.signal).then(setPreview, () => undefined) // Only an abort throws.
    }, previewPauseMs)
    onCleanup(() => {
      clearTimeout(timer)
      abort.abort()
    })
  }))
  onCleanup(() => {
    clearTimeout(pressing)
    end()
  })
}

const asDraggable = ({ key, title }: Incident): Draggable => ({ kind: 'incident', key, title })
