import type { UnitState } from '../hub/protocol'
import type { ZoneLevel } from '../zones/zone'

export type Rgb = readonly [number, number, number]

/** Colour means state, and nothing else: amber and red are kept for alarms, violet for heat, lime for a replay. */
export const stateColours: Record<UnitState, Rgb> = {
  unknown: [124, 141, 163],
  moving: [61, 217, 168],
  stopped: [86, 176, 255],
  idle: [132, 150, 206],
  offline: [118, 131, 148],
  offDuty: [84, 96, 112],
}

export const levelColours: Record<ZoneLevel, Rgb> = {
  info: [92, 142, 214],
  warning: [232, 178, 84],
  critical: [236, 128, 72],
}

export const alarmColour: Rgb = [255, 82, 96]
export const accentColour: Rgb = [86, 200, 245]
/** What is not the present has this frame, and nothing else has it. */
export const replayColour: Rgb = [206, 240, 74]
export const inkColour: Rgb = [10, 15, 22]

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgba(${r}, ${g}, ${b}, ${alpha})`

/** Hands the palette to the style sheets. */
export function publishPalette(root: HTMLElement): void {
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
