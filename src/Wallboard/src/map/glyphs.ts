import { unitKinds, unitStates, type UnitKind, type UnitState } from '../hub/protocol'
import { cameraColours, css, inkColour, stateColours } from '../wall/palette'

/** Side of one glyph in the atlas, in pixels; drawn at a third of it or less, so that it stays sharp on dense screens. */
const cell = 96
/** Numbers a deck.gl icon has in the flat attribute: offset x, y, frame x, y, width, height, mask. */
export const iconNumbers = 7
/** How old a fix is, as its glyph says: filled; filled within a broken outline; a broken outline alone. */
export const ages = ['live', 'late', 'old'] as const
export type Age = (typeof ages)[number]

export interface Atlas {
  readonly image: HTMLCanvasElement
  /** Writes an icon's numbers for a kind, a state, an age (all by index) and whether its heading is known. */
  readonly write: (into: Float32Array, slot: number, kind: number, state: number, age: number, pointing: boolean) => void
}

/** Every glyph there is, painted once: by kind, state and age, and with or without a heading. They point north. */
export function paintAtlas(): Atlas {
  const image = document.createElement('canvas')
  image.width = cell * unitStates.length * ages.length
  image.height = cell * unitKinds.length * 2
  const paint = image.getContext('2d')!
  unitKinds.forEach((kind, k) => {
    for (const pointing of [false, true]) {
      unitStates.forEach((state, s) => {
        ages.forEach((age, a) => {
          paint.save()
          paint.translate((s * ages.length + a) * cell + cell / 2, (k * 2 + Number(pointing)) * cell + cell / 2)
          paintGlyph(paint, kind, state, age, pointing && state !== 'offDuty')
          paint.restore()
        })
      })
    }
  })
  return {
    image,
    write(into, slot, kind, state, age, pointing) {
      const at = slot * iconNumbers
      into[at] = 0
      into[at + 1] = 0
      into[at + 2] = (state * ages.length + age) * cell
      into[at + 3] = (kind * 2 + Number(pointing)) * cell
      into[at + 4] = cell
      into[at + 5] = cell
      into[at + 6] = 0
    },
  }
}

/** A line that is broken says that what it draws is not seen right now. */
const broken = [9, 8]

function paintGlyph(paint: CanvasRenderingContext2D, kind: UnitKind, state: UnitState, age: Age, pointing: boolean): void {
  const colour = stateColours[state]
  const hollow = state === 'offline' || age === 'old'
  const body = kind === 'officer' ? officer(pointing) : kind === 'vehicle' ? vehicle(pointing) : drone(pointing)
  paint.globalAlpha = state === 'offDuty' ? 0.55 : 1
  paint.lineJoin = 'round'
  paint.lineCap = 'round'
  paint.strokeStyle = css(inkColour, 0.9)
  paint.lineWidth = hollow ? 15 : 12
  paint.stroke(body)
  if (hollow) {
    paint.fillStyle = css(inkColour, 0.85)
    paint.fill(body)
    paint.strokeStyle = css(colour)
    paint.lineWidth = state === 'offline' ? 5 : 7
    paint.lineCap = 'butt'
    paint.setLineDash(state === 'offline' ? [] : broken)
    paint.stroke(body)
    return
  }
  paint.fillStyle = css(colour)
  paint.fill(body)
  paint.fillStyle = css(inkColour, 0.82)
  paint.fill(mark(kind))
  if (age === 'late') {
    paint.lineCap = 'butt'
    paint.setLineDash(broken)
    paint.strokeStyle = css(inkColour)
    paint.lineWidth = 9
    paint.stroke(body)
  }
}

/** A disc; with a heading, a drop whose tip shows the way. */
function officer(pointing: boolean): Path2D {
  const path = new Path2D()
  if (!pointing) {
    path.arc(0, 0, 23, 0, 2 * Math.PI)
    return path
  }
  path.arc(0, 2, 23, -Math.PI * 0.22, Math.PI * 1.22)
  path.lineTo(0, -37)
  path.closePath()
  return path
}

/** A car's plan; with a heading, its bonnet is a wedge. */
function vehicle(pointing: boolean): Path2D {
  const path = new Path2D()
  if (!pointing) {
    path.roundRect(-22, -22, 44, 44, 9)
    return path
  }
  path.moveTo(0, -38)
  path.lineTo(21, -12)
  path.lineTo(21, 26)
  path.quadraticCurveTo(21, 33, 14, 33)
  path.lineTo(-14, 33)
  path.quadraticCurveTo(-21, 33, -21, 26)
  path.lineTo(-21, -12)
  path.closePath()
  return path
}

/** A four-pointed star, or a dart with a heading. */
function drone(pointing: boolean): Path2D {
  const path = new Path2D()
  const points: [number, number][] = pointing
    ? [[0, -38], [12, -8], [32, 6], [12, 12], [0, 32], [-12, 12], [-32, 6], [-12, -8]]
    : [[0, -32], [10, -10], [32, 0], [10, 10], [0, 32], [-10, 10], [-32, 0], [-10, -10]]
  points.forEach(([x, y], i) => { if (i === 0) path.moveTo(x, y); else path.lineTo(x, y) })
  path.closePath()
  return path
}

/** What tells kinds apart from afar, cut out of the body. */
function mark(kind: UnitKind): Path2D {
  const path = new Path2D()
  switch (kind) {
    case 'officer':
      path.arc(0, 2, 8, 0, 2 * Math.PI)
      return path
    case 'vehicle':
      path.roundRect(-12, -8, 24, 8, 3)
      path.roundRect(-12, 16, 24, 6, 3)
      return path
    case 'drone':
      path.arc(0, 2, 5, 0, 2 * Math.PI)
      return path
  }
}

/** A camera: a small lens, by whether it is online and whether its direction is known. */
export function paintCameras(): { image: HTMLCanvasElement; mapping: Record<string, { x: number; y: number; width: number; height: number }> } {
  const image = document.createElement('canvas')
  image.width = cell * 3
  image.height = cell * 2
  const paint = image.getContext('2d')!
  const mapping: Record<string, { x: number; y: number; width: number; height: number }> = {}
  const states = { online: css(cameraColours.online), offline: css(cameraColours.offline), unknown: css(cameraColours.unknown) } as const
  Object.entries(states).forEach(([state, colour], column) => {
    for (const pointing of [false, true]) {
      paint.save()
      paint.translate(column * cell + cell / 2, Number(pointing) * cell + cell / 2)
      paintCamera(paint, colour, pointing, state === 'online')
      paint.restore()
      mapping[`${state}${pointing ? '-pointing' : ''}`] = { x: column * cell, y: Number(pointing) * cell, width: cell, height: cell }
    }
  })
  return { image, mapping }
}

function paintCamera(paint: CanvasRenderingContext2D, colour: string, pointing: boolean, solid: boolean): void {
  if (pointing) {
    const cone = new Path2D()
    cone.moveTo(0, 0)
    cone.arc(0, 0, 44, -Math.PI / 2 - 0.5, -Math.PI / 2 + 0.5)
    cone.closePath()
    paint.globalAlpha = solid ? 0.3 : 0.15
    paint.fillStyle = colour
    paint.fill(cone)
    paint.globalAlpha = 1
  }
  const lens = new Path2D()
  lens.arc(0, 0, 15, 0, 2 * Math.PI)
  paint.fillStyle = css(inkColour)
  paint.fill(lens)
  paint.strokeStyle = colour
  paint.lineWidth = 6
  paint.stroke(lens)
  if (solid) {
    const pupil = new Path2D()
    pupil.arc(0, 0, 6, 0, 2 * Math.PI)
    paint.fillStyle = colour
    paint.fill(pupil)
  }
}
