import type { Layer } from '@deck.gl/core'
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import { pageFont } from '../map/fonts'
import { textPixels } from '../wall/hall'
import { inkColour, type Rgb } from '../wall/palette'
import type { RecordPoint } from './point'

export const recordPointsId = 'record-points'

/** Of the five systems, then of key matters. Told apart without colour too: each has a mark of its own. Not the colours of states, alarms, heat or replay. */
const colours: readonly Rgb[] = [
  [140, 180, 235], [120, 200, 170], [235, 170, 130], [200, 160, 235], [215, 210, 150],
  [150, 205, 120], [214, 168, 118], [236, 200, 110], [226, 150, 200], [172, 160, 240], [130, 200, 205],
]

export const pointColour = (index: number): Rgb => colours[index % colours.length]!

/** So many have characters of their own: more are a carpet of dots, and say as much. */
const mostNamed = 1500
const namedFromZoom = 12.5

export function recordPointLayers(points: readonly RecordPoint[], zoom: number, scale: number): Layer[] {
  const nameSize = textPixels(10 * scale)
  const isNamed = points.length <= mostNamed && zoom >= namedFromZoom
  return [
    new ScatterplotLayer<RecordPoint>({
      id: recordPointsId, data: points as RecordPoint[], getPosition: ({ lon, lat }) => [lon, lat], getFillColor: ({ layer }) => [...pointColour(layer.index), isNamed ? 255 : 190],
      radiusUnits: 'pixels', getRadius: isNamed ? 0.8 * nameSize : 3.5 * scale, stroked: true, lineWidthUnits: 'pixels', getLineWidth: 1, getLineColor: [...inkColour, 255], pickable: true,
      updateTriggers: { getFillColor: isNamed },
    }),
    ...(!isNamed ? [] : [new TextLayer<RecordPoint>({
      id: 'record-point-names', data: points as RecordPoint[], getPosition: ({ lon, lat }) => [lon, lat], getText: ({ layer }) => layer.mark, getSize: nameSize,
      getColor: [10, 15, 22, 255], fontFamily: pageFont, fontWeight: 600, characterSet: 'auto',
    })]),
  ]
}
