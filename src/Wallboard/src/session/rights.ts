/** The rights that the wall asks about before it offers something; the host decides all the same. */
export type Right = 'live.read' | 'tracks.read' | 'heat.read' | 'breaches.handle' | 'cameras.read' | 'history.read' | 'incidents.write' | 'dispatch' | 'orders.answer' | 'roll-calls.write' | 'roll-calls.answer'
  | 'records.read' | 'zones.write' | 'stages.lead' | 'stages.write' | 'units.write' | 'cameras.write' | 'video.watch' | 'video.control'

/** A right may be given for everything, or for a reach such as `tracks.read@squad`: then it is offered, and the host judges. */
export function allows(rights: readonly string[], right: Right): boolean {
  return rights.some((held) => held === '*' || held === right || held.startsWith(`${right}@`))
}

/** Whether a right is given for everything: what concerns all is not for who has it within a reach. */
export function allowsEverywhere(rights: readonly string[], right: Right): boolean {
  return rights.includes('*') || rights.includes(right)
}
