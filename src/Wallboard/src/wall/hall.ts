import { createEffect, createSignal, onCleanup } from 'solid-js'
import type { Stage, StageScreen } from '../stage/protocol'

/** From the far end of a hall, some twelve metres away, no smaller sign is read. */
export const leastTextMm = 40
/** Of figures that are to be taken in at a glance. */
export const headlineMm = 90
/** What a wall may be made of, from the finest LED modules to those for outdoors; as the host has it. */
export const pitches = { least: 0.6, most: 10 } as const

const [leastText, setLeastText] = createSignal(0)

/** How large the smallest text is, in pixels; 0: this is no hall, and the page's own sizes hold. */
export { leastText }

export const isHall = (): boolean => leastText() > 0

/** A size of text that is painted, and not in the style sheets. */
export const textPixels = (size: number): number => Math.max(size, leastText())

/** The pixel pitch that an address names, `?pitch=1.2`, for a page that is on no stage; null: none that there is. */
export function pitchIn(search: string): number | null {
  const pitch = Number(new URLSearchParams(search).get('pitch') ?? NaN)
  return pitch >= pitches.least && pitch <= pitches.most ? pitch : null
}

/** A screen's own, or that of its wall; 0, a desk beside it, is none. */
export function pitchOf(stage: Stage, screen: StageScreen): number | null {
  const pitch = screen.pitch ?? stage.pitch
  return pitch === 0 ? null : pitch
}

/** Whole pixels, up: rounded down it would be too small. */
export const leastTextAt = (pitch: number): number => Math.ceil(leastTextMm / pitch)

/** Sets the page's sizes by a pixel pitch, as long as there is one. `hasHands`: somebody may touch it, and has to find what to touch. */
export function sizeByPitch(pitch: () => number | null, hasHands: () => boolean): void {
  const root = document.documentElement
  createEffect(() => {
    const least = pitch() === null ? 0 : leastTextAt(pitch()!)
    setLeastText(least)
    root.toggleAttribute('data-hall', least > 0)
    root.style.setProperty('font-size', least > 0 ? `${least}px` : '')
  })
  createEffect(() => { root.toggleAttribute('data-hands', hasHands()) })
  onCleanup(() => {
    setLeastText(0)
    root.removeAttribute('data-hall')
    root.removeAttribute('data-hands')
    root.style.removeProperty('font-size')
  })
}
