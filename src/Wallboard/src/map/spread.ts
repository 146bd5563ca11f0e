import type { DrawnUnits } from '../units/drawn'

export interface Spot {
  readonly x: number
  readonly y: number
}

/** So many are spread out at once; more than a hand can choose from are told as a number. */
export const mostInFan = 40

/** The slots of all units that are drawn on the spot of one, itself first, the others by their numbers. A spot is so many degrees wide to each side. */
export function onSpotOf(slot: number, units: DrawnUnits, degrees: { readonly lon: number; readonly lat: number }): number[] {
  const { drawn } = units
  const [lon, lat] = [drawn[3 * slot]!, drawn[3 * slot + 1]!]
  const others: number[] = []
  for (let other = 0; other < units.size; other++) {
    const [across, up] = [(drawn[3 * other]! - lon) / degrees.lon, (drawn[3 * other + 1]! - lat) / degrees.lat]
    if (other !== slot && across * across + up * up <= 1) {
      others.push(other)
    }
  }
  return [slot, ...others.sort((a, b) => units.n[a]! - units.n[b]!)]
}

/** Where so many things stand around a spot, none nearer than `pitch` to another: rings, the first thing at the top, then clockwise. */
export function fanPlaces(count: number, pitch: number): readonly Spot[] {
  const places: Spot[] = []
  for (let ring = 0, left = count; left > 0; ring++) {
    const radius = pitch * (1.15 + ring)
    const here = Math.min(left, Math.floor((2 * Math.PI * radius) / pitch))
    for (let i = 0; i < here; i++) {
      const angle = (2 * Math.PI * i) / here
      places.push({ x: radius * Math.sin(angle), y: -radius * Math.cos(angle) })
    }
    left -= here
  }
  return places
}
