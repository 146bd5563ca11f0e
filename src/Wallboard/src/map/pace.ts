/** A picture holds up the frames right after it; a later one that is long was held up by something else. */
const heldUpFrames = 3
/** So many times what a picture holds up passes before the next one that only moves things on: the rest of the machine is somebody else's. */
const share = 5
const longestPauseMs = 400
const smoothing = 0.25
const usualDrift = 0.005
/** A frame of a display of 30 pictures a second. */
const slowestDisplayMs = 34

/**
 * How long to wait between pictures that nothing but motion asks for. Where a graphics card draws them that is what the map's scale asks for;
 * where the processor does, pictures as fast as they can be made would take all of it, from the host on the same machine and from the hand on the
 * map. What a picture takes shows in the longest wait for one of the animation frames after it, beside what they take otherwise on this screen.
 */
export class Pace {
  #cost = 0
  #usual = slowestDisplayMs
  #longest = 0
  #frames = 0
  #last: number | null = null

  /** Every animation frame, drawn or not. */
  frame(now: number): void {
    // A tab that was hidden, or a machine that slept, says nothing of pictures.
    if (this.#last !== null && now - this.#last < 2000) {
      const gap = now - this.#last
      this.#usual = Math.min(slowestDisplayMs, gap < this.#usual ? gap : this.#usual + usualDrift * (gap - this.#usual))
      this.#longest = this.#frames < heldUpFrames ? Math.max(this.#longest, gap) : this.#longest
    }
    this.#frames++
    this.#last = now
  }

  /** A picture is drawn in this frame. */
  drawn(): void {
    if (this.#longest > 0) {
      this.#cost += smoothing * (this.#longest - this.#usual - this.#cost)
    }
    this.#longest = 0
    this.#frames = 0
  }

  /** @param least What the scale of the map asks for. */
  pauseMs(least: number): number {
    return Math.max(least, Math.min(longestPauseMs, share * this.#cost))
  }
}
