import type { Layer } from '@deck.gl/core'
import { H3HexagonLayer } from '@deck.gl/geo-layers'
import { IconLayer, PathLayer, PolygonLayer, ScatterplotLayer, SolidPolygonLayer, TextLayer } from '@deck.gl/layers'
import { cellToLatLng } from 'h3-js'
import type { Camera } from '../cameras/camera'
import { sectorRing } from '../geo/degrees'
import type { HeatPicture } from '../heat/reading'
import type { CellCount } from '../hub/protocol'
import { count, words } from '../text/language'
import type { DrawnUnits } from '../units/drawn'
import type { Trail, TrailPart } from '../units/track'
import { leastText } from '../wall/hall'
import { accentColour, alarmColour, cameraColours, inkColour, levelColours, signColours } from '../wall/palette'
import type { Zone } from '../zones/zone'
import { kindsText, silentIn } from './cells'
import { pageFont } from './fonts'
import type { Atlas, paintCameras } from './glyphs'
import type { UnitColumns } from './unitColumns'
import { nameGap, type ZoneName } from './zoneNames'

export const layerIds = { units: 'units', cameras: 'cameras', heat: 'heat', cells: 'cells', callingZones: 'calling-zones' } as const

export interface UnitLabel {
  readonly slot: number
  readonly text: string
  readonly colour: readonly [number, number, number, number]
  readonly big: boolean
}

/** A deck.gl image may be a canvas; its types only name an address or a texture. */
const asImage = (image: HTMLCanvasElement) => image as unknown as string

const text = { fontFamily: pageFont, fontWeight: 600, characterSet: 'auto', fontSettings: { sdf: true, fontSize: 48, buffer: 6, radius: 10 } } as const

/** The flat attributes as deck.gl wants them; a new wrapper says that the numbers in it are new. */
export interface UnitAttributes {
  readonly getAngle: { readonly value: Float32Array; readonly size: 1 }
  readonly getColor: { readonly value: Uint8Array; readonly size: 4; readonly normalized: true }
  readonly instanceIconDefs: { readonly value: Float32Array; readonly size: 7 }
}

export function attributesOf(columns: UnitColumns, size: number): UnitAttributes {
  return {
    getAngle: { value: columns.angles.subarray(0, size), size: 1 },
    getColor: { value: columns.colours.subarray(0, 4 * size), size: 4, normalized: true },
    instanceIconDefs: { value: columns.icons.subarray(0, 7 * size), size: 7 },
  }
}

export function unitsLayer(fleet: DrawnUnits, atlas: Atlas, attributes: UnitAttributes, pixels: number): Layer {
  return new IconLayer({
    id: layerIds.units,
    data: { length: fleet.size, attributes: { ...attributes, getPosition: { value: fleet.drawn.subarray(0, 3 * fleet.size), size: 3 } } },
    iconAtlas: asImage(atlas.image),
    iconMapping: {},
    getSize: 1,
    sizeScale: pixels,
    alphaCutoff: 0.02,
    textureParameters: { minFilter: 'linear', magFilter: 'linear', mipmapFilter: 'nearest' }, // Between two sizes of the picture costs a third of the frames where there is no GPU.
    pickable: true,
  })
}

export function labelsLayer(fleet: DrawnUnits, labels: readonly UnitLabel[], moved: number, scale: number, below: number): Layer {
  return new TextLayer<UnitLabel>({
    ...text,
    id: 'labels',
    data: labels,
    getPosition: (label) => [fleet.drawn[3 * label.slot]!, fleet.drawn[3 * label.slot + 1]!],
    getText: (label) => label.text,
    getSize: (label) => (label.big ? 14 : 12) * scale,
    getColor: (label) => label.colour as [number, number, number, number],
    getPixelOffset: [0, below],
    getTextAnchor: 'middle',
    getAlignmentBaseline: 'top',
    outlineWidth: 3,
    outlineColor: [...inkColour, 235],
    updateTriggers: { getPosition: moved },
  })
}

export function zoneNamesLayer(names: readonly ZoneName[], pixels: number): Layer {
  return new TextLayer<ZoneName>({
    ...text,
    id: 'zone-names',
    data: names as ZoneName[],
    getPosition: (name) => name.at as [number, number],
    getText: (name) => name.text,
    getSize: pixels,
    getColor: (name) => name.colour as [number, number, number, number],
    getPixelOffset: (name) => [0, name.above ? -nameGap : nameGap],
    getTextAnchor: 'middle',
    getAlignmentBaseline: (name) => (name.above ? 'bottom' : 'top'),
    outlineWidth: 3,
    outlineColor: [...inkColour, 235],
  })
}

/** A ring around one unit or camera: what the card is about. */
export function selectionLayer(lon: number, lat: number, pixels: number): Layer {
  return new ScatterplotLayer<[number, number]>({
    id: 'selection',
    data: [[lon, lat]],
    getPosition: (at) => at,
    getRadius: pixels * 0.72,
    radiusUnits: 'pixels',
    filled: true,
    getFillColor: [...accentColour, 36],
    stroked: true,
    getLineColor: [...accentColour, 255],
    getLineWidth: 2,
    lineWidthUnits: 'pixels',
  })
}

/** Rings around units in alarm; `phase` in [0, 1) lets them breathe. */
export function alarmedUnitsLayer(fleet: DrawnUnits, slots: readonly number[], pixels: number, phase: number): Layer {
  return new ScatterplotLayer<number>({
    id: 'alarmed-units',
    data: slots,
    getPosition: (slot) => [fleet.drawn[3 * slot]!, fleet.drawn[3 * slot + 1]!],
    getRadius: 1,
    radiusUnits: 'pixels',
    radiusScale: pixels * (0.62 + 0.16 * Math.sin(phase * 2 * Math.PI)),
    filled: true,
    getFillColor: [...alarmColour, 34],
    stroked: true,
    getLineColor: [...alarmColour, 240],
    getLineWidth: 2,
    lineWidthUnits: 'pixels',
    updateTriggers: { getPosition: phase },
  })
}

/** Outlines of zones whose alarm nobody has taken up yet. */
export function callingZonesLayer(zones: readonly Zone[], phase: number): Layer {
  const rings = zones.flatMap((zone) => zone.polygons.map((polygon) => polygon[0] ?? []))
  return new PathLayer<[number, number][]>({
    id: layerIds.callingZones,
    data: rings,
    getPath: (ring) => ring,
    getColor: [...alarmColour, 255],
    widthUnits: 'pixels',
    getWidth: 5,
    jointRounded: true,
    opacity: 0.08 + 0.36 * (0.5 + 0.5 * Math.sin(phase * 2 * Math.PI)),
  })
}

export function selectedZoneLayer(zone: Zone): Layer {
  return new PathLayer<[number, number][]>({
    id: 'selected-zone',
    data: zone.polygons.map((polygon) => polygon[0] ?? []),
    getPath: (ring) => ring,
    getColor: [...levelColours[zone.level], 255],
    widthUnits: 'pixels',
    getWidth: 4,
    jointRounded: true,
  })
}

/** The way a unit went: older parts are fainter, and where nothing is known there is no line. */
export function trailLayers(trail: Trail, hostNow: number, spanMs: number): Layer[] {
  const alpha = (part: TrailPart) => Math.round(70 + 185 * Math.max(0, 1 - (hostNow - part.to) / spanMs))
  return [
    new PathLayer<TrailPart>({
      id: 'trail-edge', data: trail.parts as TrailPart[], getPath: (part) => part.path, getColor: [...inkColour, 190],
      widthUnits: 'pixels', getWidth: 6, capRounded: true, jointRounded: true,
    }),
    new PathLayer<TrailPart>({
      id: 'trail', data: trail.parts as TrailPart[], getPath: (part) => part.path, getColor: (part) => [...accentColour, alpha(part)],
      widthUnits: 'pixels', getWidth: 3, capRounded: true, jointRounded: true,
    }),
  ]
}

export function camerasLayer(cameras: readonly Camera[], glyphs: ReturnType<typeof paintCameras>, pixels: number, opacity: number): Layer {
  return new IconLayer<Camera>({
    id: layerIds.cameras,
    data: cameras as Camera[],
    iconAtlas: asImage(glyphs.image),
    iconMapping: glyphs.mapping,
    getIcon: (camera) => camera.heading === null ? camera.state : `${camera.state}-pointing`,
    getPosition: (camera) => [camera.lon, camera.lat],
    getAngle: (camera) => camera.heading === null ? 0 : -camera.heading,
    getSize: 1,
    sizeScale: pixels,
    alphaCutoff: 0.02,
    opacity,
    pickable: true,
  })
}

/** A camera says which way it looks, not how far or how wide: the cone is the same for all. */
const coneDegrees = 60
const coneMetres = 70

/** Which way cameras look, on the ground: those whose direction is known. */
export function conesLayer(cameras: readonly Camera[]): Layer {
  return new PolygonLayer<Camera>({
    id: 'camera-cones',
    data: cameras as Camera[],
    getPolygon: ({ lon, lat, heading }) => heading === null ? [] : sectorRing(lon, lat, coneMetres, heading, coneDegrees),
    getFillColor: ({ state }) => [...cameraColours[state], state === 'online' ? 34 : 18],
    getLineColor: ({ state }) => [...cameraColours[state], state === 'online' ? 110 : 70],
    getLineWidth: 1,
    lineWidthUnits: 'pixels',
    stroked: true,
    filled: true,
  })
}

/** Cells of heat, as flat arrays from end to end: a month of the district is no object a cell. */
export function heatLayer({ shapes, colours }: HeatPicture): Layer {
  return new SolidPolygonLayer({
    id: layerIds.heat,
    data: {
      length: shapes.length,
      startIndices: shapes.startIndices,
      attributes: {
        indices: { value: shapes.triangles, size: 1 },
        getPolygon: { value: shapes.corners, size: 2 },
        getFillColor: { value: colours, size: 4, normalized: true },
      },
    },
    _normalize: false,
    positionFormat: 'XY',
    extruded: false,
    pickable: true,
  })
}

/** Counts by cell, when the host says that single units would be too many. */
export function cellsLayers(cells: readonly CellCount[], textSize: number): Layer[] {
  const most = cells.reduce((top, [, units]) => Math.max(top, units), 1)
  const small = Math.max(leastText(), 0.83 * textSize)
  const at = ([cell]: CellCount): [number, number] => {
    const [lat, lon] = cellToLatLng(cell)
    return [lon, lat]
  }
  return [
    new H3HexagonLayer<CellCount>({
      id: layerIds.cells,
      data: cells as CellCount[],
      getHexagon: ([cell]) => cell,
      getFillColor: ([, units]) => [61, 150, 190, 40 + Math.round(130 * Math.sqrt(units / most))],
      getLineColor: ([, , alarms]) => alarms > 0 ? [...alarmColour, 255] : [110, 190, 225, 150],
      getLineWidth: ([, , alarms]) => alarms > 0 ? 2.5 : 1,
      lineWidthUnits: 'pixels',
      highPrecision: true,
      extruded: false,
      stroked: true,
      pickable: true,
    }),
    new TextLayer<CellCount>({
      ...text,
      id: 'cell-counts',
      data: cells as CellCount[],
      getPosition: at,
      getText: ([, units]) => count(units),
      getSize: 1.2 * textSize,
      getPixelOffset: [0, -0.65 * textSize],
      getColor: [...signColours.chosen, 255],
      outlineWidth: 3,
      outlineColor: [...inkColour, 220],
      updateTriggers: { getText: words() },
    }),
    // Who they are, and below it how many of them nothing has been heard of.
    new TextLayer<CellCount>({
      ...text,
      id: 'cell-kinds',
      data: cells as CellCount[],
      getPosition: at,
      getText: (cell) => kindsText(cell, words()),
      getSize: small,
      getPixelOffset: [0, 0.55 * textSize],
      getColor: [...signColours.plain, 255],
      outlineWidth: 1,
      outlineColor: [...inkColour, 160],
      updateTriggers: { getText: words() },
    }),
    new TextLayer<CellCount>({
      ...text,
      id: 'cell-silent',
      data: cells.filter(silentIn),
      getPosition: at,
      getText: (cell) => words().cellSilent(count(silentIn(cell))),
      getSize: small,
      getPixelOffset: [0, 1.55 * textSize],
      getColor: [...signColours.old, 255],
      outlineWidth: 1,
      outlineColor: [...inkColour, 160],
      updateTriggers: { getText: words() },
    }),
  ]
}
