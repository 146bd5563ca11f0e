/** What to do with a frame, given the sequence of the last one that was taken. */
export type Verdict = 'take' | 'resync' | 'ignore'

export interface Sequence {
  /** The last frame taken; 0 before the first of a connection. */
  readonly last: number
  /** Waiting for a reset: a frame went missing, or the viewport was just set anew. */
  readonly lost: boolean
}

export const startOfConnection: Sequence = { last: 0, lost: true }

/**
 * Follows the numbers of a connection's frames. Only a reset begins or mends a picture; a gap asks for one, once.
 * A frame that is not newer than the last is ignored: the transport keeps order, so it can only be a fault.
 */
export function follow(sequence: Sequence, frame: { readonly seq: number; readonly reset: boolean }): [Sequence, Verdict] {
  if (frame.seq <= sequence.last) {
    return [sequence, 'ignore']
  }
  if (frame.reset) {
    return [{ last: frame.seq, lost: false }, 'take']
  }
  if (sequence.lost) {
    return [{ last: frame.seq, lost: true }, 'ignore']
  }
  if (frame.seq !== sequence.last + 1) {
    return [{ last: frame.seq, lost: true }, 'resync']
  }
  return [{ last: frame.seq, lost: false }, 'take']
}
