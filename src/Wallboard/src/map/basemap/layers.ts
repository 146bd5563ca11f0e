import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { Language } from '../../text/language'
import { theme } from '../../wall/theme'
import { mapFont } from '../fonts'
import { paper, signScale } from '../style'
import type { Basemap, Schema } from './basemap'
import { gcjProtocol } from './gcjTiles'
import { tilePixels } from './warp'

export const basemapSource = 'basemap'

/** Where the tiles are: at this host, whoever has them. */
export function sourceOf(basemap: Basemap, origin: string): SourceSpecification {
  const query = `{z}/{x}/{y}?v=${encodeURIComponent(basemap.revision)}`
  const common = { minzoom: basemap.minZoom, maxzoom: basemap.maxZoom }
  const { bounds } = basemap
  const within = bounds === null || basemap.crs === 'gcj02' ? {} : { bounds: [bounds.west, bounds.south, bounds.east, bounds.north] as [number, number, number, number] }
  return basemap.kind === 'vector'
    ? { type: 'vector', tiles: [`${origin}/api/basemap/tiles/${query}`], ...common, ...within }
    : { type: 'raster', tileSize: tilePixels, tiles: [basemap.crs === 'gcj02' ? `${gcjProtocol}://${query}` : `${origin}/api/basemap/tiles/${query}`], ...common, ...within }
}

/** Pictures become as quiet as the wall: those that are drawn for the other theme's ground are inverted, and their hues turned back. */
export function rasterLayer(basemap: Basemap): LayerSpecification {
  const [darkest, lightest, saturation] = theme === 'dark' ? (basemap.tone === 'dark' ? [0, 0.5, -0.45] : [0.05, 0.62, -0.55]) : [0.4, 0.99, -0.4]
  return {
    id: 'basemap-raster', type: 'raster', source: basemapSource,
    paint: basemap.tone === theme
      ? { 'raster-saturation': saturation!, 'raster-brightness-min': darkest!, 'raster-brightness-max': lightest!, 'raster-fade-duration': 150 }
      : { 'raster-hue-rotate': 180, 'raster-saturation': saturation!, 'raster-brightness-min': lightest!, 'raster-brightness-max': darkest!, 'raster-fade-duration': 150 },
  }
}

const width = (...stops: number[]): ExpressionSpecification => ['interpolate', ['exponential', 1.5], ['zoom'], ...stops]
const isOneOf = (field: string, ...values: string[]): ExpressionSpecification => ['in', ['get', field], ['literal', values]]

/** What the layers of a schema are called, and which of their features are what. */
interface Names {
  readonly land: readonly (readonly [layer: string, filter: FilterSpecification | null])[]
  readonly green: readonly (readonly [layer: string, filter: FilterSpecification | null])[]
  readonly water: string
  readonly streams: readonly [layer: string, filter: FilterSpecification | null]
  readonly buildings: string
  readonly boundaries: readonly [layer: string, filter: FilterSpecification]
  readonly roads: string
  readonly roadNames: string
  readonly road: Record<'motorway' | 'primary' | 'secondary' | 'minor' | 'path' | 'rail', ExpressionSpecification>
  readonly waterNames: string
  readonly places: string
  readonly place: Record<'city' | 'quarter', ExpressionSpecification>
}

const schemas: Record<Schema, Names> = {
  openmaptiles: {
    land: [['landuse', isOneOf('class', 'industrial', 'commercial', 'school', 'university', 'hospital', 'stadium')]],
    green: [['landcover', isOneOf('class', 'wood', 'grass', 'wetland')], ['park', null]],
    water: 'water',
    streams: ['waterway', null],
    buildings: 'building',
    boundaries: ['boundary', ['all', ['<=', ['get', 'admin_level'], 6], ['!=', ['get', 'maritime'], 1]]],
    roads: 'transportation',
    roadNames: 'transportation_name',
    road: {
      motorway: isOneOf('class', 'motorway', 'trunk'),
      primary: isOneOf('class', 'primary'),
      secondary: isOneOf('class', 'secondary', 'tertiary'),
      minor: isOneOf('class', 'minor', 'service'),
      path: isOneOf('class', 'path', 'track'),
      rail: isOneOf('class', 'rail', 'transit'),
    },
    waterNames: 'water_name',
    places: 'place',
    place: { city: isOneOf('class', 'city', 'town'), quarter: isOneOf('class', 'suburb', 'quarter', 'neighbourhood', 'village') },
  },
  protomaps: {
    land: [['landuse', isOneOf('kind', 'industrial', 'commercial', 'school', 'university', 'college', 'hospital', 'stadium', 'railway')]],
    green: [['landuse', isOneOf('kind', 'park', 'forest', 'wood', 'grass', 'garden', 'nature_reserve', 'cemetery', 'golf_course', 'recreation_ground')]],
    water: 'water',
    streams: ['water', ['==', ['geometry-type'], 'LineString']],
    buildings: 'buildings',
    boundaries: ['boundaries', isOneOf('kind', 'country', 'region', 'county', 'locality')],
    roads: 'roads',
    roadNames: 'roads',
    road: {
      motorway: ['any', isOneOf('kind', 'highway'), isOneOf('kind_detail', 'motorway', 'trunk')],
      primary: ['all', isOneOf('kind', 'major_road'), ['!', isOneOf('kind_detail', 'motorway', 'trunk', 'secondary', 'tertiary')]],
      secondary: ['all', isOneOf('kind', 'major_road'), isOneOf('kind_detail', 'secondary', 'tertiary')],
      minor: isOneOf('kind', 'minor_road', 'other'),
      path: isOneOf('kind', 'path'),
      rail: isOneOf('kind', 'rail'),
    },
    waterNames: 'water',
    places: 'places',
    place: { city: isOneOf('kind', 'locality'), quarter: isOneOf('kind', 'neighbourhood', 'macrohood') },
  },
}

/** Shapes of a vector map, in the colours that the sketch has. */
export function vectorShapes(schema: Schema): LayerSpecification[] {
  const names = schemas[schema]
  const from = (layer: string) => ({ source: basemapSource, 'source-layer': layer })
  const only = (filter: FilterSpecification | null) => (filter === null ? {} : { filter })
  const roads = (id: keyof Names['road'], colour: string, minzoom: number, ...stops: number[]): LayerSpecification => ({
    id: `basemap-${id}`, type: 'line', ...from(names.roads), minzoom, filter: names.road[id], layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': width(...stops) },
  })
  return [
    { id: 'basemap-ground', type: 'background', paint: { 'background-color': paper.district } },
    ...names.land.map(([layer, filter], index): LayerSpecification => ({
      id: `basemap-land-${index}`, type: 'fill', ...from(layer), ...only(filter), paint: { 'fill-color': paper.campus, 'fill-opacity': 0.9 } })),
    ...names.green.map(([layer, filter], index): LayerSpecification => ({
      id: `basemap-green-${index}`, type: 'fill', ...from(layer), ...only(filter), paint: { 'fill-color': paper.park } })),
    { id: 'basemap-water', type: 'fill', ...from(names.water), filter: ['!=', ['geometry-type'], 'LineString'], paint: { 'fill-color': paper.water } },
    { id: 'basemap-streams', type: 'line', ...from(names.streams[0]), ...only(names.streams[1]), paint: { 'line-color': paper.water, 'line-width': width(11, 0.8, 16, 5) } },
    { id: 'basemap-buildings', type: 'fill', ...from(names.buildings), minzoom: 13.5,
      paint: { 'fill-color': paper.campus, 'fill-outline-color': paper.border, 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13.5, 0, 14.5, 1] } },
    { id: 'basemap-boundaries', type: 'line', ...from(names.boundaries[0]), filter: names.boundaries[1], paint: { 'line-color': paper.border, 'line-width': 1.2, 'line-dasharray': [4, 3] } },
    roads('path', paper.campus, 15, 15, 0.6, 18, 2.5),
    roads('rail', paper.border, 12, 12, 0.7, 16, 2),
    roads('minor', paper.secondary, 12.5, 12.5, 0.5, 16, 6, 18, 14),
    roads('secondary', paper.secondary, 10.5, 11, 0.7, 13, 1.8, 16, 9, 18, 18),
    roads('primary', paper.primary, 9, 11, 1.2, 13, 2.8, 16, 13, 18, 24),
    roads('motorway', paper.motorway, 7, 11, 1.6, 13, 3.8, 16, 15, 18, 26),
  ]
}

/** Names of a vector map; they keep away from those of zones like the sketch's. */
export function vectorNames(schema: Schema, language: Language): LayerSpecification[] {
  const names = schemas[schema]
  const from = (layer: string) => ({ source: basemapSource, 'source-layer': layer })
  const spacing = (zh: number) => (language === 'zh' ? zh : 0.02)
  const scale = signScale()
  const text = (near: number, small: number, far = near + 4, large = small) => ({
    'text-field': nameOf(language), 'text-font': [mapFont], 'text-size': ['interpolate', ['linear'], ['zoom'], near, small * scale, far, large * scale] as ExpressionSpecification })
  const halo = { 'text-halo-color': paper.ground, 'text-halo-width': 1.4 }
  const along = (id: string, filter: ExpressionSpecification, minzoom: number): LayerSpecification => ({
    id: `basemap-${id}-names`, type: 'symbol', ...from(names.roadNames), minzoom, filter,
    layout: { ...text(12, 11, 16, 14), 'symbol-placement': 'line', 'symbol-spacing': 420,
      'text-letter-spacing': spacing(0.12), 'text-max-angle': 35, 'text-padding': 6 },
    paint: { 'text-color': paper.names.road, ...halo },
  })
  return [
    along('minor', names.road.minor, 15.5),
    along('main', ['any', names.road.motorway, names.road.primary, names.road.secondary], 12.5),
    ...(['line', 'point'] as const).map((placement): LayerSpecification => ({
      id: `basemap-water-names-${placement}`, type: 'symbol', ...from(names.waterNames), minzoom: 12,
      filter: ['all', ['has', 'name'], [placement === 'line' ? '==' : '!=', ['geometry-type'], 'LineString']],
      layout: { ...text(12, 12), 'text-letter-spacing': spacing(0.2), 'symbol-placement': placement },
      paint: { 'text-color': paper.names.water, ...halo } })),
    { id: 'basemap-quarter-names', type: 'symbol', ...from(names.places), minzoom: 12, maxzoom: 16, filter: names.place.quarter,
      layout: { ...text(12, 11, 15, 15), 'text-letter-spacing': spacing(0.18), 'text-max-width': 10 },
      paint: { 'text-color': paper.names.place, ...halo } },
    { id: 'basemap-city-names', type: 'symbol', ...from(names.places), maxzoom: 14, filter: names.place.city,
      layout: { ...text(12, 15), 'text-letter-spacing': spacing(0.3), 'text-max-width': 10 }, paint: { 'text-color': paper.names.place, ...halo } },
  ]
}

/** What a place is called: the two schemas, and what they were over time, spell it differently. */
function nameOf(language: Language): ExpressionSpecification {
  const fields = language === 'zh' ? ['name:zh', 'name:zh-Hans', 'name_zh', 'name'] : ['name:en', 'name_en', 'name:latin', 'name']
  return ['coalesce', ...fields.map((field): ExpressionSpecification => ['get', field])] as unknown as ExpressionSpecification
}
