import type { UnitState } from '../hub/protocol'
import type { ZoneLevel } from '../zones/zone'
import { theme, type Theme } from './theme'

export type Rgb = readonly [number, number, number]

export interface Palette {
  readonly state: Record<UnitState, Rgb>
  readonly level: Record<ZoneLevel, Rgb>
  readonly alarm: Rgb
  readonly accent: Rgb
  /** Round a sign on the map, and what is cut out of it. */
  readonly ink: Rgb
  /** Words on the map, round which ink is. */
  readonly sign: { readonly chosen: Rgb; readonly alarmed: Rgb; readonly old: Rgb; readonly plain: Rgb }
  readonly camera: { readonly online: Rgb; readonly offline: Rgb; readonly unknown: Rgb }
}

/** Colour means state, and nothing else: amber and red are kept for alarms, violet for heat, lime for a replay. */
export const palettes: Record<Theme, Palette> = {
  dark: {
    state: {
      unknown: [170, 192, 190],
      moving: [92, 242, 148],
      stopped: [88, 180, 255],
      idle: [204, 170, 212],
      offline: [166, 178, 193],
      offDuty: [84, 96, 112],
    },
    level: { info: [92, 142, 214], warning: [232, 178, 84], critical: [236, 128, 72] },
    alarm: [255, 116, 126],
    accent: [86, 200, 245],
    ink: [10, 15, 22],
    sign: { chosen: [226, 246, 255], alarmed: [255, 200, 204], old: [178, 190, 204], plain: [203, 215, 228] },
    camera: { online: [185, 201, 219], offline: [133, 147, 165], unknown: [133, 147, 165] },
  },
  light: {
    state: {
      unknown: [75, 68, 80],
      moving: [0, 74, 16],
      stopped: [2, 60, 206],
      idle: [128, 26, 132],
      offline: [60, 72, 84],
      offDuty: [134, 144, 156],
    },
    level: { info: [44, 98, 176], warning: [150, 98, 0], critical: [176, 72, 12] },
    alarm: [150, 0, 23],
    accent: [0, 108, 160],
    ink: [255, 255, 255],
    sign: { chosen: [4, 50, 74], alarmed: [126, 0, 20], old: [66, 80, 94], plain: [30, 44, 58] },
    camera: { online: [61, 80, 99], offline: [123, 138, 152], unknown: [123, 138, 152] },
  },
}

const own = palettes[theme]
export const stateColours = own.state
export const levelColours = own.level
export const alarmColour = own.alarm
export const accentColour = own.accent
export const inkColour = own.ink
export const signColours = own.sign
export const cameraColours = own.camera
/** What is not the present has this frame, and nothing else has it; the same by day and by night. */
export const replayColour: Rgb = [206, 240, 74]

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgba(${r}, ${g}, ${b}, ${alpha})`

/** A colour as words on the map have it: further from ink, as thin strokes need. */
export const readable = ([r, g, b]: Rgb, of: Theme = theme): Rgb => {
  const part = (value: number) => Math.round(of === 'light' ? value * 0.6 : value + (255 - value) * 0.45)
  return [part(r), part(g), part(b)]
}

/** Hands theme and palette to the style sheets. */
export function publishPalette(root: HTMLElement): void {
  root.dataset['theme'] = theme
  for (const [state, colour] of Object.entries(stateColours)) {
    root.style.setProperty(`--state-${state}`, css(colour))
  }
  for (const [level, colour] of Object.entries(levelColours)) {
    root.style.setProperty(`--level-${level}`, css(colour))
  }
  root.style.setProperty('--alarm', css(alarmColour))
  root.style.setProperty('--accent', css(accentColour))
  root.style.setProperty('--replay', css(replayColour))
}
