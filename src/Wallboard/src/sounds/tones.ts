/** What there is to hear. */
export type Signal = 'incident' | 'alarm' | 'help'

/** From the least: a graver one is not kept back by one before. */
export const gravity: readonly Signal[] = ['incident', 'alarm', 'help']

/** Each by its tones: hertz, and seconds from the signal's beginning. Told apart by their number and direction, not by loudness. */
const signals: Readonly<Record<Signal, readonly (readonly [hertz: number, at: number])[]>> = {
  incident: [[660, 0]],
  alarm: [[880, 0], [660, 0.22]],
  help: [[988, 0], [740, 0.2], [988, 0.4], [740, 0.6]],
}

const toneSeconds = 0.18
const loudness = 0.25

export function tones(audio: AudioContext, signal: Signal): void {
  for (const [hertz, at] of signals[signal]) {
    const [from, to] = [audio.currentTime + at, audio.currentTime + at + toneSeconds]
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.type = 'triangle'
    tone.frequency.value = hertz
    // A tone that is cut off clicks.
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(loudness, from + 0.015)
    volume.gain.setValueAtTime(loudness, to - 0.06)
    volume.gain.linearRampToValueAtTime(0, to)
    tone.connect(volume).connect(audio.destination)
    tone.start(from)
    tone.stop(to)
  }
}
