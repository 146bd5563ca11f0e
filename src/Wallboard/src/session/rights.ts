/** The rights that the wall asks about before it offers something; the host decides all the same. */
export type Right = 'live.read' | 'tracks.read' | 'heat.read' | 'breaches.handle' | 'cameras.read' | 'history.read'

/** A right may be given for everything, or for a reach such as `tracks.read@squad`: then it is offered, and the host judges. */
export function allows(rights: readonly string[], right: Right): boolean {
  return rights.some((held) => held === '*' || held === right || held.startsWith(`${right}@`))
}
