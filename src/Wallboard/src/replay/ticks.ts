import { dayOf, shortClock, startOfDay } from '../time/format'
import type { Span } from './clock'

const minuteMs = 60_000
const stepsMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440]

export interface Tick {
  readonly time: number
  readonly text: string
}

/** Round times of the installation's clock along a span, at most so many; a midnight is its day. */
export function ticksOf(span: Span, most: number): Tick[] {
  const stepMs = (stepsMinutes.find((minutes) => (span.to - span.from) / (minutes * minuteMs) <= most) ?? 1440) * minuteMs
  const midnight = startOfDay(span.from)
  const ticks: Tick[] = []
  for (let time = midnight + Math.ceil((span.from - midnight) / stepMs) * stepMs; time <= span.to; time += stepMs) {
    const text = shortClock(time)
    ticks.push({ time, text: text === '00:00' ? dayOf(time).slice(5) : text })
  }
  return ticks
}
