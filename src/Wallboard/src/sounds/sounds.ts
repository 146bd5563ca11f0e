import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { isOpen } from '../breaches/board'
import type { BreachLine } from '../hub/protocol'
import type { Incident } from '../incidents/incident'
import { gravity, tones, type Signal } from './tones'

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
  let heardUntil = -Infinity

  const state = (): SoundState => (!wanted() ? 'off' : running() ? 'on' : 'blocked')

  /** Called by a touch of the page, when browsers let it sound. */
  function start(): void {
    if (!wanted()) {
      return
    }
    if (audio === null) {
      audio = new AudioContext()
      audio.onstatechange = () => { setRunning(audio?.state === 'running') }
    }
    void audio.resume().then(() => setRunning(audio?.state === 'running'), () => undefined)
  }

  function sound(signal: Signal): void {
    const isGraver = lastSignal === null || gravity.indexOf(signal) > gravity.indexOf(lastSignal)
    if (audio === null || state() !== 'on' || parts.isQuiet() || (performance.now() - soundedAt < pauseMs && !isGraver)) {
      return
    }
    soundedAt = performance.now()
    lastSignal = signal
    tones(audio, signal)
  }

  createEffect(on([parts.lines, parts.linesKnown], ([lines, known], before) => {
    // News is later than all that was there: neither what others that left the list made room for, nor what a line shows when its newest is settled.
    const isNew = ({ breach }: BreachLine) => Date.parse(breach.startedAt) > heardUntil
    const isNews = known && before?.[1] === true && lines.some((line) => isOpen(line) && isNew(line) && line.breach.level !== 'info')
    heardUntil = lines.reduce((latest, line) => Math.max(latest, Date.parse(line.breach.startedAt)), heardUntil)
    if (isNews) {
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

  start() // A wall that nobody touches may be allowed to.
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
