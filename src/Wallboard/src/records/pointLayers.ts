import type { Layer } from '@deck.gl/core'
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import { pageFont } from '../map/fonts'
import { textPixels } from '../wall/hall'
import { inkColour, type Rgb } from '../wall/palette'
import type { Theme, ThemePoint } from './themes'

export const themeLayerId = 'theme-points'

/** Told apart without colour too: each has the first character of its name. Not the colours of states, alarms, heat or replay. */
const colours: readonly Rgb[] = [[150, 205, 120], [214, 168, 118], [236, 200, 110], [226, 150, 200], [172, 160, 240], [130, 200, 205]]

export const themeColour = (index: number): Rgb => colours[index % colours.length]!

/** So many have characters of their own: more are a carpet of dots, and say as much. */
const mostNamed = 1500
const namedFromZoom = 12.5

export function themeLayers(points: readonly ThemePoint[], themes: readonly Theme[], zoom: number, scale: number): Layer[] {
  const index = new Map(themes.map((theme, i) => [theme.key, i]))
  const colourOf = ({ theme }: ThemePoint): Rgb => themeColour(index.get(theme.key) ?? 0)
  const nameSize = textPixels(10 * scale)
  const isNamed = points.length <= mostNamed && zoom >= namedFromZoom
  return [
    new ScatterplotLayer<ThemePoint>({
      id: themeLayerId, data: points as ThemePoint[], getPosition: ({ lon, lat }) => [lon, lat], getFillColor: (point) => [...colourOf(point), isNamed ? 255 : 190],
      radiusUnits: 'pixels', getRadius: isNamed ? 0.8 * nameSize : 3.5 * scale, stroked: true, lineWidthUnits: 'pixels', getLineWidth: 1, getLineColor: [...inkColour, 255], pickable: true,
      updateTriggers: { getFillColor: isNamed },
    }),
    ...(!isNamed ? [] : [new TextLayer<ThemePoint>({
      id: 'theme-names', data: points as ThemePoint[], getPosition: ({ lon, lat }) => [lon, lat], getText: ({ theme }) => theme.name.slice(0, 1), getSize: nameSize,
      getColor: [10, 15, 22, 255], fontFamily: pageFont, fontWeight: 600, characterSet: 'auto',
    })]),
  ]
}
