import type { Span } from './clock'

const hourMs = 3_600_000
/** Positions that a unit at work reports in an hour, and those that an outline keeps of them: rough, on the high side. */
const perHour = [[0, 500], [10, 90], [50, 30], [250, 8]] as const
/** As many fixes as a screen takes in within seconds. */
const mostFixes = 300_000

/** How exact the tracks of a whole replay may be, in metres; 0: every fix. What they leave out is read around the instant. */
export function detailFor(units: number, span: Span): number {
  const hours = units * ((span.to - span.from) / hourMs)
  return perHour.find(([, fixes]) => hours * fixes <= mostFixes)?.[0] ?? perHour.at(-1)![0]
}

/** The stretch in which an instant lies, that is read in full. */
export function blockAt(instant: number, units: number): Span {
  const length = units > 300 ? 300_000 : 600_000
  const from = Math.floor(instant / length) * length
  return { from, to: from + length }
}

/** A position is between two fixes that are at most this far apart; so much more is read on both sides of a block. */
export const blockMarginMs = 300_000

/** Faster than this a stretch is over before it is read, and what an outline leaves out is not seen. */
export const fastestWithBlocks = 16
