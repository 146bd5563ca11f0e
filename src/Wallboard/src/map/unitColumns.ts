import { unitStates } from '../hub/protocol'
import type { DrawnUnits } from '../units/drawn'
import { iconNumbers, type Atlas } from './glyphs'

const offline = unitStates.indexOf('offline')
const offDuty = unitStates.indexOf('offDuty')
/** A fix younger than this is drawn in full; from here on a glyph fades until it has no signal. */
export const freshMs = 20_000
/** One that is older than this is not drawn as live: the body is hollow. */
export const oldMs = 60_000
const faintest = 110

/** Flat attributes for the units' layer. Filled in when the fleet changed and once a second; only positions move between. */
export class UnitColumns {
  icons = new Float32Array(1024 * iconNumbers)
  angles = new Float32Array(1024)
  colours = new Uint8Array(1024 * 4)
  readonly #atlas: Atlas

  constructor(atlas: Atlas) {
    this.#atlas = atlas
  }

  /** What the glyph shows: the state, or no signal when its age says so, whatever was last said of it. */
  fill(fleet: DrawnUnits, hostNow: number, offlineAfterMs: number): void {
    if (this.angles.length < fleet.size) {
      const capacity = fleet.time.length
      this.icons = new Float32Array(capacity * iconNumbers)
      this.angles = new Float32Array(capacity)
      this.colours = new Uint8Array(capacity * 4)
    }
    for (let slot = 0; slot < fleet.size; slot++) {
      const age = hostNow - fleet.time[slot]!
      const said = fleet.state[slot]!
      const state = said !== offDuty && age > offlineAfterMs ? offline : said
      const heading = fleet.heading[slot]!
      const pointing = !Number.isNaN(heading) && state !== offline && state !== offDuty
      this.#atlas.write(this.icons, slot, fleet.kind[slot]!, state, state === offline || state === offDuty ? 0 : ageOf(age), pointing)
      this.angles[slot] = pointing ? -heading : 0
      this.colours[slot * 4 + 3] = state === offline || state === offDuty ? 200 : alphaOf(age, offlineAfterMs)
    }
  }
}

/** What the glyph's body says of a fix's age: an index in the atlas's ages. */
export const ageOf = (ageMs: number): number => (ageMs > oldMs ? 2 : ageMs > freshMs ? 1 : 0)

/** From 255 while fresh down to the faintest at the age of no signal. */
export function alphaOf(ageMs: number, offlineAfterMs: number): number {
  if (ageMs <= freshMs) {
    return 255
  }
  const part = Math.min(1, (ageMs - freshMs) / Math.max(1, Math.min(offlineAfterMs, 120_000) - freshMs))
  return Math.round(255 - (255 - faintest) * part)
}
