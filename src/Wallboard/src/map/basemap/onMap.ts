import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Language } from '../../text/language'
import { signScale, sketchLayers } from '../style'
import type { Basemap } from './basemap'
import { basemapSource, rasterLayer, sourceOf, vectorNames, vectorShapes } from './layers'

/** Zones and all that is of the wall stand above the base map; its names keep away from theirs. */
const belowZones = 'zone-fill'
const belowZoneNames = 'zone-names'

/** What lies under a map, so that it is laid anew only when it is another. */
export interface Laid {
  readonly key: string
  readonly layers: readonly string[]
}

/** Lays the base map under a map; while it cannot be had, and where there is none, the sketch is there. */
export function layBasemap(map: MapLibreMap, laid: Laid | null, basemap: Basemap | null, language: Language): Laid | null {
  const isShown = basemap?.since === null
  // What could not be had may be there now, and is asked for anew: the old one goes as soon as it is not shown.
  const key = isShown ? JSON.stringify([basemap, ...(basemap.kind === 'vector' ? [language, signScale()] : [])]) : null
  if (laid?.key === key) {
    return laid
  }
  for (const layer of laid?.layers ?? []) {
    map.removeLayer(layer)
  }
  if (map.getSource(basemapSource) !== undefined) {
    map.removeSource(basemapSource)
  }
  for (const layer of sketchLayers) {
    map.setLayoutProperty(layer, 'visibility', isShown ? 'none' : 'visible')
  }
  if (!isShown || key === null) {
    return null
  }
  map.addSource(basemapSource, sourceOf(basemap, location.origin))
  const shapes = basemap.kind === 'vector' ? vectorShapes(basemap.schema!) : [rasterLayer(basemap)]
  const names = basemap.kind === 'vector' ? vectorNames(basemap.schema!, language) : []
  for (const layer of shapes) {
    map.addLayer(layer, belowZones)
  }
  for (const layer of names) {
    map.addLayer(layer, belowZoneNames)
  }
  return { key, layers: [...shapes, ...names].map((layer) => layer.id) }
}

const [firstHealMs, lastHealMs] = [4000, 60_000]

/** A tile that once did not come stays a hole: after a while all in sight are asked for again, of which the browser still has the others. */
export function healHoles(refresh: () => void) {
  let pause = firstHealMs
  let timer: ReturnType<typeof setTimeout> | null = null
  return {
    begin(): void {
      timer ??= setTimeout(() => {
        timer = null
        pause = Math.min(2 * pause, lastHealMs)
        refresh()
      }, pause)
    },
    end(): void {
      clearTimeout(timer ?? undefined)
      timer = null
      pause = firstHealMs
    },
  }
}
