import type { Place } from './linkage'

/** The screen of a stage that an address names: `?stage=hall&screen=left`. */
export function placeIn(search: string): Place | null {
  const query = new URLSearchParams(search)
  const [stage, screen] = [query.get('stage'), query.get('screen')]
  return stage === null || screen === null ? null : { stage, screen }
}

export const addressOf = ({ stage, screen }: Place): string => `/?${new URLSearchParams({ stage, screen }).toString()}`
