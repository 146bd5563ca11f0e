import type { Layer } from '@deck.gl/core'
import { IconLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { Declutter, textWidth, type Box } from '../map/declutter'
import { pageFont } from '../map/fonts'
import { textPixels } from '../wall/hall'
import { alarmColour, css, inkColour, levelColours, readable, signColours, type Rgb } from '../wall/palette'
import { incidentLevels, incidentStates, type PlacedIncident, type IncidentLevel, type IncidentState } from './incident'

export interface Spot {
  readonly x: number
  readonly y: number
}

/** Amber and red are kept for what calls people. */
export const incidentColours: Record<IncidentLevel, Rgb> = { info: levelColours.info, warning: levelColours.warning, critical: alarmColour }

/** Names are written from this zoom on. */
const titlesFromZoom = 13.6

/** In the atlas, in pixels: the tip is at the place, and the body above it, so that units which are there stay in sight. */
const cell = 96
const body = { x: 48, y: 38, radius: 29 }
const tipY = 92

/** The size of a pin on the screen. */
export function pinPixels(zoom: number): number {
  const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
  return Math.min(54, Math.max(36, 38 + (zoom - 12.5) * 5)) * scale
}

const bodyAbove = (pixels: number) => ((tipY - body.y) / cell) * pixels

/** The middle of a pin's body on the map. */
export function pinCentre(map: MapLibreMap, { lon, lat }: Pick<PlacedIncident, 'lon' | 'lat'>, pixels: number): Spot {
  const { x, y } = map.project([lon, lat])
  return { x, y: y - bodyAbove(pixels) }
}

/** Which of so many things on the screen is nearest to a spot; null when none is within reach. */
export function nearestWithin(count: number, at: (index: number) => Spot, spot: Spot, reach: number): number | null {
  let [best, least] = [null as number | null, reach * reach]
  for (let index = 0; index < count; index++) {
    const { x, y } = at(index)
    const square = (x - spot.x) ** 2 + (y - spot.y) ** 2
    if (square <= least) {
      [best, least] = [index, square]
    }
  }
  return best
}

/** The path of a pin around its body's middle, for the atlas and for icons on the page alike. */
export const pinOutline = `M0,${tipY - body.y} L-19,22 A${body.radius},${body.radius} 0 1 1 19,22 Z`

/** What tells states apart: a call, waiting for an answer, under way, there, done. */
export const stateMarks: Record<IncidentState, string> = {
  new: 'M-4,-17 H4 L2.500,5 H-2.500 Z M-4,10 H4 V17 H-4 Z',
  dispatched: 'M-17,-4 H-9 V4 H-17 Z M-4,-4 H4 V4 H-4 Z M9,-4 H17 V4 H9 Z',
  accepted: 'M-12,-13 L2,0 L-12,13 Z M2,-13 L16,0 L2,13 Z',
  arrived: 'M-12,-12 H12 V12 H-12 Z',
  done: 'M-15,-1 L-9,-7 L-3,-1 L10,-13 L16,-7 L-3,12 Z',
  closed: 'M-15,-1 L-9,-7 L-3,-1 L10,-13 L16,-7 L-3,12 Z',
}

interface PinGlyphs {
  readonly image: HTMLCanvasElement
  readonly mapping: Record<string, { x: number; y: number; width: number; height: number; anchorX: number; anchorY: number }>
}

let painted: PinGlyphs | undefined

/** A pin by level and state: filled while somebody is called for, hollow once it is done. */
function glyphs(): PinGlyphs {
  if (painted !== undefined) {
    return painted
  }
  const image = document.createElement('canvas')
  image.width = cell * incidentStates.length
  image.height = cell * incidentLevels.length
  const paint = image.getContext('2d')!
  const mapping: PinGlyphs['mapping'] = {}
  incidentLevels.forEach((level, row) => {
    incidentStates.forEach((state, column) => {
      paint.save()
      paint.translate(column * cell + body.x, row * cell + body.y)
      paintPin(paint, incidentColours[level], state)
      paint.restore()
      mapping[`${level} ${state}`] = { x: column * cell, y: row * cell, width: cell, height: cell, anchorX: body.x, anchorY: tipY }
    })
  })
  painted = { image, mapping }
  return painted
}

function paintPin(paint: CanvasRenderingContext2D, colour: Rgb, state: IncidentState): void {
  const outline = new Path2D(pinOutline)
  const hollow = state === 'done' || state === 'closed'
  paint.lineJoin = 'round'
  paint.strokeStyle = css(inkColour, 0.95)
  paint.lineWidth = 9
  paint.stroke(outline)
  paint.fillStyle = hollow ? css(inkColour, 0.92) : css(colour)
  paint.fill(outline)
  paint.strokeStyle = state === 'new' ? '#fff' : css(colour)
  paint.lineWidth = 4
  paint.stroke(outline)
  paint.fillStyle = hollow ? css(colour) : css(inkColour, 0.92)
  paint.fill(new Path2D(stateMarks[state]))
}

/** A title beside its pin. */
interface Title {
  readonly incident: PlacedIncident
  readonly chosen: boolean
}

/** Gives pins their room, and titles what is left; what is grave and the chosen one always have theirs. */
export function placeTitles(map: MapLibreMap, incidents: readonly PlacedIncident[], chosenKey: string | null, room: Declutter): readonly Title[] {
  const pixels = pinPixels(map.getZoom())
  const spots = incidents.map((incident) => ({ incident, at: pinCentre(map, incident, pixels) }))
  for (const { at } of spots) {
    room.take({ left: at.x - pixels * 0.32, right: at.x + pixels * 0.32, top: at.y - pixels * 0.32, bottom: at.y + pixels * 0.4 }, true)
  }
  const titles: Title[] = []
  for (const { incident, at } of spots) {
    const chosen = incident.key === chosenKey
    if ((chosen || map.getZoom() >= titlesFromZoom) && room.take(titleBox(incident.title, at, pixels), chosen)) {
      titles.push({ incident, chosen })
    }
  }
  return titles
}

const titleSize = (pixels: number) => textPixels(pixels * 0.34)

function titleBox(title: string, at: Spot, pixels: number): Box {
  const size = titleSize(pixels)
  const left = at.x + pixels * 0.36
  return { left, right: left + textWidth(title, size), top: at.y - size * 0.65, bottom: at.y + size * 0.65 }
}

export function incidentLayers(incidents: readonly PlacedIncident[], titles: readonly Title[], chosen: PlacedIncident | undefined, zoom: number): Layer[] {
  const pixels = pinPixels(zoom)
  const { image, mapping } = glyphs()
  return [
    ...(chosen === undefined ? [] : [ringLayer(chosen, pixels)]),
    new IconLayer<PlacedIncident>({
      id: 'incidents',
      data: incidents as PlacedIncident[],
      iconAtlas: image as unknown as string,
      iconMapping: mapping,
      getIcon: ({ level, state }) => `${level} ${state}`,
      getPosition: ({ lon, lat }) => [lon, lat],
      getSize: 1,
      sizeScale: pixels,
      alphaCutoff: 0.02,
    }),
    new TextLayer<Title>({
      id: 'incident-titles',
      data: titles as Title[],
      fontFamily: pageFont,
      fontWeight: 600,
      characterSet: 'auto',
      fontSettings: { sdf: true, fontSize: 48, buffer: 6, radius: 10 },
      getPosition: ({ incident }) => [incident.lon, incident.lat],
      getText: ({ incident }) => incident.title,
      getSize: titleSize(pixels),
      getColor: ({ incident, chosen: isChosen }) => [...(isChosen ? signColours.chosen : readable(incidentColours[incident.level])), 255],
      getPixelOffset: [pixels * 0.36, -bodyAbove(pixels)],
      getTextAnchor: 'start',
      getAlignmentBaseline: 'center',
      outlineWidth: 3,
      outlineColor: [...inkColour, 235],
    }),
  ]
}

/** A ring where the chosen one is. */
function ringLayer({ lon, lat, level }: PlacedIncident, pixels: number): Layer {
  return new ScatterplotLayer<[number, number]>({
    id: 'incident-ring',
    data: [[lon, lat]],
    getPosition: (at) => at,
    getRadius: pixels * 0.34,
    radiusUnits: 'pixels',
    getFillColor: [...incidentColours[level], 40],
    stroked: true,
    getLineColor: [...incidentColours[level], 255],
    getLineWidth: 2,
    lineWidthUnits: 'pixels',
  })
}
