import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { isOpen } from '../breaches/board'
import type { BreachLine } from '../hub/protocol'
import type { Incident } from '../incidents/incident'
import { tones, type Signal } from './tones'

const storageKey = 'vantage.sounds'
/** A storm of alarms is one sound. */
const pauseMs = 4000
/** A call for help that nobody was sent to sounds again. */
const callAgainMs = 15_000

export interface SoundParts {
  readonly lines: () => readonly BreachLine[]
  readonly linesKnown: () => boolean
  readonly incidents: () => readonly Incident[]
  readonly incidentsKnown: () => boolean
  /** Nothing of the present sounds while the past is shown. */
  readonly isQuiet: () => boolean
}

/** `blocked`: the browser lets no page sound before somebody has touched it. */
export type SoundState = 'on' | 'off' | 'blocked'

/** What is new sounds, once, when somebody wants to hear it: an alarm, an incident, a call for help. What was there when the page opened is not new. */
export function createSounds(parts: SoundParts) {
  const [wanted, setWanted] = createSignal(localStorage.getItem(storageKey) === 'on')
  const [running, setRunning] = createSignal(false)
  let audio: AudioContext | null = null
  let soundedAt = -Infinity
  let lastSignal: Signal | null = null

  const state = (): SoundState => (!wanted() ? 'off' : running() ? 'on' : 'blocked')

  /** Called by a touch of the page, when browsers let it sound. */
  function start(): void {
    if (!wanted()) {
      return
    }
    audio ??= new AudioContext()
    void audio.resume().then(() => setRunning(audio?.state === 'running'))
  }

  function sound(signal: Signal): void {
    const isGraver = lastSignal !== 'help' && signal === 'help'
    if (audio === null || state() !== 'on' || parts.isQuiet() || (performance.now() - soundedAt < pauseMs && !isGraver)) {
      return
    }
    soundedAt = performance.now()
    lastSignal = signal
    tones(audio, signal)
  }

  createEffect(on([parts.lines, parts.linesKnown], ([lines, known], before) => {
    const had = new Set(before?.[0].filter(isOpen).map((line) => line.breach.id))
    // One that comes into the list because others left it is no news.
    const oldest = Math.min(...(before?.[0] ?? []).map((line) => Date.parse(line.breach.startedAt)))
    const isNew = ({ breach }: BreachLine) => !had.has(breach.id) && (had.size === 0 || Date.parse(breach.startedAt) >= oldest)
    if (known && before?.[1] === true && lines.some((line) => isOpen(line) && isNew(line) && line.breach.level !== 'info')) {
      sound('alarm')
    }
  }))
  const calls = () => parts.incidents().filter((incident) => incident.source === 'sos' && incident.state === 'new')
  createEffect(on([parts.incidents, parts.incidentsKnown], ([incidents, known], before) => {
    const had = new Set(before?.[0].map((incident) => incident.key))
    if (!known || before?.[1] !== true) {
      return
    }
    const fresh = incidents.filter((incident) => !had.has(incident.key))
    if (fresh.some((incident) => incident.source === 'sos')) {
      sound('help')
    } else if (fresh.length > 0) {
      sound('incident')
    }
  }))
  const calling = setInterval(() => {
    if (calls().length > 0) {
      sound('help')
    }
  }, callAgainMs)

  window.addEventListener('pointerdown', start)
  window.addEventListener('keydown', start)
  onCleanup(() => {
    clearInterval(calling)
    window.removeEventListener('pointerdown', start)
    window.removeEventListener('keydown', start)
    void audio?.close()
  })

  return {
    state,
    toggle(): void {
      setWanted(!wanted())
      localStorage.setItem(storageKey, wanted() ? 'on' : 'off')
      if (wanted()) {
        start()
        setTimeout(() => { sound('incident') }, 100) // So that one knows what it is like.
      }
    },
  }
}
