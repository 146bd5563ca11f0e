import type { ExpressionSpecification, GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Language } from '../text/language'
import { leastText } from '../wall/hall'
import { css, levelColours, alarmColour } from '../wall/palette'
import { theme, type Theme } from '../wall/theme'
import { fontFaces, mapFont } from './fonts'
import { zoneNamesFromZoom } from './zoneNames'

interface Paper {
  readonly ground: string
  readonly district: string
  readonly campus: string
  readonly park: string
  readonly water: string
  readonly border: string
  readonly ownBorder: string
  readonly secondary: string
  readonly primary: string
  readonly motorway: string
  readonly outside: string
  readonly dot: string
  readonly names: { readonly road: string; readonly water: string; readonly park: string; readonly metro: string; readonly place: string; readonly district: string }
}

/** What the map is printed on, and its signs: each is read upon every area that it may lie on. */
export const papers: Record<Theme, Paper> = {
  dark: {
    ground: '#0b1119', district: '#0f1822', campus: '#131f2b', park: '#10211c', water: '#0b2233', border: '#253244', ownBorder: '#4b7ea3',
    secondary: '#1f2c3b', primary: '#2a3a4d', motorway: '#3a4b62', outside: '#06090e', dot: '#7f93ab',
    names: { road: '#a9bacb', water: '#9cc9ec', park: '#9fd0b9', metro: '#b0c1d3', place: '#bccad9', district: '#a9bacb' },
  },
  light: {
    ground: '#e7ecf1', district: '#f4f6f8', campus: '#e9eef3', park: '#e0efe4', water: '#d3e6f4', border: '#b9c5d1', ownBorder: '#4b7ea3',
    secondary: '#ffffff', primary: '#fdfdfd', motorway: '#fbe9c6', outside: '#cfd8e1', dot: '#4a6076',
    names: { road: '#3b4856', water: '#0a4468', park: '#124a2e', metro: '#33455a', place: '#2a3846', district: '#3b4856' },
  },
}

export const paper = papers[theme]
const { ground, ground: halo } = paper

const emptySource: GeoJSONSourceSpecification = { type: 'geojson', data: { type: 'FeatureCollection', features: [] } }

/** Only Chinese is written on zones and squads; places and roads have both. */
export function nameIn(language: Language): ExpressionSpecification {
  return language === 'en' ? ['coalesce', ['get', 'nameEn'], ['get', 'name']] : ['get', 'name']
}

/** Layers whose text follows the language, with the spacing that Chinese signs have in them. */
export const namedLayers = {
  'road-names': 0.12, 'place-names': 0.22, 'metro-names': 0, 'district-names': 0.4, 'water-names': 0.2, 'park-names': 0,
} as const

const byLevel = (alpha: number): ExpressionSpecification => ['match', ['get', 'level'],
  'critical', css(levelColours.critical, alpha), 'warning', css(levelColours.warning, alpha), css(levelColours.info, alpha)]

/** The dark base map and the zones upon it. Names have sources of their own, so that shapes need not wait for the font; those of zones are drawn above the units, and only keep other names away here. All data is put in later; nothing is fetched by the map but slices of the font. */
export function wallStyle(language: Language): StyleSpecification {
  return {
    version: 8,
    'font-faces': fontFaces(),
    sources: { sketch: emptySource, sketchNames: emptySource, surroundings: emptySource, surroundingNames: emptySource, outside: emptySource, zones: emptySource, zoneNames: emptySource },
    layers: [...areas, ...roads, ...zones, ...labels(nameIn(language))],
  }
}

const kindIs = (kind: string): ExpressionSpecification => ['==', ['get', 'kind'], kind]
const roadIs = (roadClass: string): ExpressionSpecification => ['all', kindIs('road'), ['==', ['get', 'class'], roadClass]]
const width = (...stops: number[]): ExpressionSpecification => ['interpolate', ['exponential', 1.5], ['zoom'], ...stops]

const areas: LayerSpecification[] = [
  { id: 'ground', type: 'background', paint: { 'background-color': ground } },
  { id: 'own-ground', type: 'fill', source: 'sketch', filter: kindIs('district'), paint: { 'fill-color': paper.district } },
  { id: 'campus', type: 'fill', source: 'sketch', filter: ['all', kindIs('place'), ['==', ['geometry-type'], 'Polygon']],
    paint: { 'fill-color': paper.campus, 'fill-opacity': 0.9 } },
  { id: 'park', type: 'fill', source: 'sketch', filter: kindIs('park'), paint: { 'fill-color': paper.park } },
  { id: 'water', type: 'fill', source: 'sketch', filter: kindIs('water'), paint: { 'fill-color': paper.water } },
  { id: 'district-lines', type: 'line', source: 'surroundings', filter: kindIs('district'),
    paint: { 'line-color': paper.border, 'line-width': 1, 'line-dasharray': [4, 3] } },
]

const roads: LayerSpecification[] = [
  { id: 'secondary', type: 'line', source: 'sketch', filter: roadIs('secondary'), layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': paper.secondary, 'line-width': width(11, 0.7, 13, 1.8, 16, 9) } },
  { id: 'primary', type: 'line', source: 'sketch', filter: roadIs('primary'), layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': paper.primary, 'line-width': width(11, 1.2, 13, 2.8, 16, 13) } },
  { id: 'motorway-edge', type: 'line', source: 'sketch', filter: roadIs('motorway'), layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': ground, 'line-width': width(11, 2.6, 13, 6, 16, 19) } },
  { id: 'motorway', type: 'line', source: 'sketch', filter: roadIs('motorway'), layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': paper.motorway, 'line-width': width(11, 1.6, 13, 3.8, 16, 15) } },
  { id: 'outside', type: 'fill', source: 'outside', paint: { 'fill-color': paper.outside, 'fill-opacity': 0.5, 'fill-antialias': false } },
  { id: 'own-line', type: 'line', source: 'sketch', filter: kindIs('district'), layout: { 'line-join': 'round' },
    paint: { 'line-color': paper.ownBorder, 'line-opacity': 0.75, 'line-width': width(11, 1.2, 15, 2.5) } },
]

const zones: LayerSpecification[] = [
  { id: 'zone-fill', type: 'fill', source: 'zones',
    paint: {
      'fill-color': ['case', ['get', 'breached'], css(alarmColour), byLevel(1)],
      'fill-opacity': ['case', ['get', 'breached'], 0.2, ['get', 'occupied'], 0.17, 0.07],
    } },
  { id: 'zone-line', type: 'line', source: 'zones', layout: { 'line-join': 'round' },
    paint: {
      'line-color': ['case', ['get', 'breached'], css(alarmColour), byLevel(1)],
      'line-opacity': ['case', ['get', 'breached'], 1, ['get', 'occupied'], 0.95, 0.6],
      'line-width': width(11, 1, 14, 2, 17, 3),
    } },
]

/** Pixels at two zooms, by layer; the smallest of all is `smallest`. */
const sizes: Readonly<Record<string, readonly [zoom: number, size: number, zoom: number, size: number]>> = {
  'road-names': [12, 11, 16, 15], 'water-names': [12, 12, 16, 12], 'park-names': [12.5, 11, 16, 14], 'metro-names': [13, 11, 16, 14], 'place-names': [11, 11, 14, 17],
  'district-names': [11, 15, 16, 15], 'zone-names': [12, 12, 16, 16],
}
const smallest = 11

/** How much larger than on a desk the map's signs are. */
export const signScale = (least = leastText()): number => Math.max(1, least / smallest)

/** How large the signs of each layer are, so that none is smaller than `least` pixels. */
export function textSizes(least: number): Record<string, ExpressionSpecification> {
  const scale = signScale(least)
  return Object.fromEntries(Object.entries(sizes).map(([layer, [near, small, far, large]]) => [layer, ['interpolate', ['linear'], ['zoom'], near, small * scale, far, large * scale]]))
}

function labels(name: ExpressionSpecification): LayerSpecification[] {
  const size = textSizes(leastText())
  const text = (layer: string) => ({ 'text-field': name, 'text-font': [mapFont], 'text-size': size[layer]! })
  return [
    { id: 'road-names', type: 'symbol', source: 'sketchNames', minzoom: 12.2, filter: ['all', kindIs('road'), ['any', ['>=', ['zoom'], 14], ['!=', ['get', 'class'], 'secondary']]],
      layout: { ...text('road-names'), 'symbol-placement': 'line', 'symbol-spacing': 420,
        'text-letter-spacing': 0.12, 'text-max-angle': 35, 'text-padding': 6 },
      paint: { 'text-color': paper.names.road, 'text-halo-color': halo, 'text-halo-width': 1.4 } },
    { id: 'water-names', type: 'symbol', source: 'sketchNames', filter: kindIs('water'), minzoom: 13,
      layout: { ...text('water-names'), 'text-letter-spacing': 0.2 }, paint: { 'text-color': paper.names.water, 'text-halo-color': halo, 'text-halo-width': 1 } },
    { id: 'park-names', type: 'symbol', source: 'sketchNames', filter: ['any', kindIs('park'), ['all', kindIs('place'), ['==', ['geometry-type'], 'Polygon']]], minzoom: 12.6,
      layout: { ...text('park-names'), 'text-max-width': 7 },
      paint: { 'text-color': paper.names.park, 'text-halo-color': halo, 'text-halo-width': 1.2 } },
    { id: 'metro-dots', type: 'circle', source: 'sketch', filter: kindIs('metro'), minzoom: 12,
      paint: { 'circle-radius': width(12, 2, 16, 5), 'circle-color': ground, 'circle-stroke-color': paper.dot, 'circle-stroke-width': 1.3 } },
    { id: 'metro-names', type: 'symbol', source: 'sketchNames', filter: kindIs('metro'), minzoom: 13.2,
      layout: { ...text('metro-names'), 'text-offset': [0, 0.8], 'text-anchor': 'top', 'text-max-width': 8 },
      paint: { 'text-color': paper.names.metro, 'text-halo-color': halo, 'text-halo-width': 1.4 } },
    { id: 'place-names', type: 'symbol', source: 'sketchNames', filter: ['all', kindIs('place'), ['==', ['geometry-type'], 'Point']], maxzoom: 15.5,
      layout: { ...text('place-names'), 'text-letter-spacing': 0.22, 'text-max-width': 12 },
      paint: { 'text-color': paper.names.place, 'text-halo-color': halo, 'text-halo-width': 1.6 } },
    { id: 'district-names', type: 'symbol', source: 'surroundingNames', filter: kindIs('district-label'),
      layout: { ...text('district-names'), 'text-letter-spacing': 0.4 }, paint: { 'text-color': paper.names.district, 'text-halo-color': halo, 'text-halo-width': 1 } },
    { id: 'zone-names', type: 'symbol', source: 'zoneNames', minzoom: zoneNamesFromZoom,
      layout: { 'text-field': ['get', 'name'], 'text-font': [mapFont], 'text-size': size['zone-names']!,
        'text-anchor': 'bottom', 'text-offset': [0, -0.25], 'text-max-width': 20, 'text-allow-overlap': true },
      paint: { 'text-opacity': 0 } },
  ]
}

/** The sketch: what gives way to a base map. The ground and the zones stay. */
export const sketchLayers: readonly string[] = [...areas.slice(1), ...roads, ...labels(nameIn('zh')).filter((layer) => layer.id !== 'zone-names')].map((layer) => layer.id)
