import type { Map as MapLibreMap } from 'maplibre-gl'
import { legendFacts, legendTitle } from '../heat/facts'
import type { HeatPicture } from '../heat/reading'
import { coveredColour, cssOf, differenceGradientStops, heatGradientStops, spotColour } from '../heat/scales'
import { amount, unitName } from '../heat/telling'
import { words } from '../text/language'
import { clock, dayOf } from '../time/format'
import type { Wall } from '../wall/wall'
import type { Drawing } from './drawing'
import { pageFont } from './fonts'

/** A map that is not drawn within this time will not be. */
const patienceMs = 10_000

/** Saves what the map shows as a picture, with what it is of below it: a picture is passed on without the wall that explains it. */
export async function savePicture(map: MapLibreMap, drawing: Drawing, wall: Wall): Promise<void> {
  const [ground, above] = await Promise.all([
    drawnOnce(map.getCanvas(), (then) => { map.once('render', then); map.triggerRepaint() }),
    drawnOnce(drawing.overlay.getCanvas(), (then) => { drawing.onceDrawn(then) }),
  ])
  const ratio = ground.width / map.getContainer().clientWidth
  const rem = ratio * parseFloat(getComputedStyle(document.documentElement).fontSize)
  const state = wall.analysis.state()
  const heat = state.kind === 'ready' ? state.picture : null
  const foot = Math.round((heat === null ? 3 : 6.5) * rem)
  const canvas = document.createElement('canvas')
  canvas.width = ground.width
  canvas.height = ground.height + foot
  const context = canvas.getContext('2d')!
  context.fillStyle = token('--ground')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(ground, 0, 0)
  context.drawImage(above, 0, 0, ground.width, ground.height)
  writeFoot(context, { left: rem, top: ground.height, width: canvas.width - 2 * rem, rem }, heat, wall)
  const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/png') })
  if (blob === null) {
    throw new Error('The browser gave no picture')
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  const now = wall.hostNow()
  link.download = `${[words().product, ...(heat === null ? [] : [titleOf(heat, wall)]), `${dayOf(now)} ${clock(now).replaceAll(':', '')}`].join(' ').replace(/[\\/:*?"<>|]/g, '-')}.png`
  link.click()
  setTimeout(() => { URL.revokeObjectURL(link.href) }, 60_000)
}

/** A colour of the page's theme. */
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const titleOf = (heat: HeatPicture, wall: Wall) => legendTitle(heat.choice, wall).join(' · ')

/** A copy of a canvas as it is right after drawing: later the graphics card has forgotten it. */
function drawnOnce(canvas: HTMLCanvasElement | null, arm: (then: () => void) => void): Promise<HTMLCanvasElement> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error('The map was not drawn')) }, patienceMs)
    arm(() => {
      clearTimeout(timer)
      if (canvas === null) {
        reject(new Error('There is no map'))
        return
      }
      const copy = document.createElement('canvas')
      copy.width = canvas.width
      copy.height = canvas.height
      copy.getContext('2d')!.drawImage(canvas, 0, 0)
      resolve(copy)
    })
  })
}

interface Foot {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly rem: number
}

function writeFoot(context: CanvasRenderingContext2D, { left, top, width, rem }: Foot, heat: HeatPicture | null, wall: Wall): void {
  const { analysis, demo, demoHint, sketch, baseMap } = words()
  const { chosen, isShown } = wall.basemap
  const ground = isShown() ? [chosen()!.label ?? baseMap, ...(chosen()!.attribution === null ? [] : [chosen()!.attribution!])] : [sketch]
  const now = wall.hostNow()
  const write = (text: string, x: number, y: number, size: number, colour: string, weight = 400) => {
    context.font = `${weight} ${size * rem}px "${pageFont}", system-ui, sans-serif`
    context.fillStyle = colour
    context.fillText(text, x, y, left + width - x)
    return x + context.measureText(text).width + 0.75 * rem
  }
  const mark = [analysis.pictureAt(`${dayOf(now)} ${clock(now)}`), ...ground, ...(wall.demo() ? [`${demo}: ${demoHint}`] : [])].join(' · ')
  if (heat === null) {
    write(mark, left, top + 1.9 * rem, 0.875, token('--text-2'))
    return
  }
  write(titleOf(heat, wall), left, top + 1.6 * rem, 1.0625, token('--text'), 620)
  const y = top + 3.1 * rem
  const swatch = (x: number, colour: string) => {
    context.fillStyle = colour
    context.fillRect(x, y - 0.7 * rem, 0.9 * rem, 0.8 * rem)
    return x + 1.2 * rem
  }
  const ramp = (x: number, stops: readonly string[]) => {
    const gradient = context.createLinearGradient(x, 0, x + 9 * rem, 0)
    stops.forEach((colour, i) => { gradient.addColorStop(i / (stops.length - 1), colour) })
    context.fillStyle = gradient
    context.fillRect(x, y - 0.65 * rem, 9 * rem, 0.65 * rem)
    return x + 9.75 * rem
  }
  const { choice, full } = heat
  let x = left
  const say = (text: string, colour = token('--text-2')) => { x = write(text, x, y, 0.875, colour) }
  if (choice.look === 'hotspots') {
    for (const isHot of [true, false]) {
      say(isHot ? analysis.hot : analysis.cold, token('--text'))
      for (const of of [0, 1, 2] as const) {
        x = swatch(x, cssOf(spotColour(isHot, of)))
        say(`${analysis.sure[of]!} (${analysis.sureHint[of]!})`)
      }
    }
  } else {
    const most = amount(choice.look === 'uncovered' ? 'incidents' : choice.layer, full, words())
    say(unitName(choice, words()))
    say(choice.look === 'compare' ? `${analysis.less} ≥ ${most}` : '0')
    x = ramp(x, choice.look === 'compare' ? differenceGradientStops : heatGradientStops)
    say(choice.look === 'compare' ? `${analysis.more} ≥ ${most}` : `≥ ${most}`)
    if (choice.look === 'uncovered') {
      x = swatch(x, cssOf(coveredColour))
      say(analysis.covered)
    }
  }
  write(legendFacts(heat).join(' · '), left, top + 4.5 * rem, 0.875, token('--text'))
  write(mark, left, top + 5.9 * rem, 0.875, token('--text-2'))
}
