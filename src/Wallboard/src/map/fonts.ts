import type { FontFacesSpecification } from 'maplibre-gl'
import ranges from '@fontsource-variable/noto-sans-sc/unicode.json'

/** The family that the style's text-font names; its slices are loaded as signs are needed. */
export const mapFont = 'Noto Sans SC Slices'
/** The same font as the page's style sheet names it. */
export const pageFont = 'Noto Sans SC Variable'

const files = import.meta.glob<string>('/node_modules/@fontsource-variable/noto-sans-sc/files/*-wght-normal.woff2', {
  query: '?url', import: 'default', eager: true,
})

/** The slices of the font with the signs that each holds, for MapLibre to draw labels without any server of glyphs. */
export function fontFaces(): FontFacesSpecification {
  const faces = Object.entries(ranges).flatMap(([name, range]) => {
    const slice = name.replace(/[[\]]/g, '')
    const url = files[`/node_modules/@fontsource-variable/noto-sans-sc/files/noto-sans-sc-${slice}-wght-normal.woff2`]
    return url === undefined ? [] : [{ url: new URL(url, location.href).href, 'unicode-range': range.split(',') }]
  })
  return { [mapFont]: faces }
}
