import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Answer } from '../session/http'
import * as calls from './calls'
import { afterDispatch, afterPreview, isOver, isPending, mayInsist, refusalOf, type Consent, type Phase } from './errand'
import type { Incident, Preview } from './incident'
import type { Incidents } from './incidents'

/** What has been done leaves the screen by itself after this. */
const shownMs = 12_000

/** A unit on its way to being sent. */
export interface Errand {
  readonly id: number
  readonly unit: string
  readonly name: string
  readonly incident: string
  readonly title: string
  readonly phase: Phase
}

/** Units that are being sent, by this screen, by hand: each held for second thoughts, then sent, with what came of it. */
export function createDispatching(incidents: Incidents) {
  const [errands, setErrands] = createSignal<readonly Errand[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  const consents = new Map<number, Consent>()
  let ids = 0

  const find = (id: number) => errands().find((errand) => errand.id === id)

  function enter(id: number, phase: Phase): void {
    clearTimeout(timers.get(id))
    timers.delete(id)
    setErrands((all) => all.map((errand) => (errand.id === id ? { ...errand, phase } : errand)))
    if (phase.kind === 'holding') {
      consents.set(id, { version: phase.preview.version, confirm: false })
      timers.set(id, setTimeout(() => void send(id), phase.until - Date.now()))
    } else if (phase.kind === 'asking') {
      consents.set(id, { version: phase.preview.version, confirm: true })
    } else if (isOver(phase)) {
      timers.set(id, setTimeout(() => { dismiss(id) }, shownMs))
    }
  }

  async function check(id: number): Promise<void> {
    const errand = find(id)
    if (errand === undefined) {
      return
    }
    enter(id, { kind: 'checking' })
    take(id, errand.incident, await calls.preview(errand.incident, errand.unit))
  }

  /** Whoever was stopped while the host was asked is not to be held after all. */
  function take(id: number, incident: string, answer: Answer<Preview>): void {
    if (find(id)?.phase.kind === 'checking') {
      enter(id, afterPreview(answer, incident, Date.now()))
    }
  }

  async function send(id: number): Promise<void> {
    const [errand, consent] = [find(id), consents.get(id)]
    if (errand === undefined || consent === undefined) {
      return
    }
    enter(id, { kind: 'sending' })
    enter(id, afterDispatch(await calls.dispatch(errand.incident, errand.unit, consent), errand.unit))
  }

  /** Begins to send a unit. `seen`: what was shown of it just now. One that is under way already is not begun again. */
  function start(unit: { readonly id: string; readonly name: string }, incident: Pick<Incident, 'key' | 'title'>, seen?: Preview): void {
    const same = errands().find((errand) => errand.unit === unit.id && errand.incident === incident.key)
    if (same !== undefined && (isPending(same.phase) || same.phase.kind === 'sending')) {
      return
    }
    if (same !== undefined) {
      dismiss(same.id)
    }
    const id = ++ids
    setErrands((all) => [...all, { id, unit: unit.id, name: unit.name, incident: incident.key, title: incident.title, phase: { kind: 'checking' } }])
    if (seen !== undefined && incidents.find(incident.key) !== undefined) {
      take(id, incident.key, { kind: 'ok', value: seen })
    } else {
      void check(id)
    }
  }

  /** Sends at once what was asked about or refused. */
  function insist(id: number): void {
    const phase = find(id)?.phase
    if (phase?.kind === 'refused' && mayInsist(phase.refusal)) {
      consents.set(id, { version: phase.refusal.version, confirm: true })
    }
    void send(id)
  }

  function dismiss(id: number): void {
    clearTimeout(timers.get(id))
    timers.delete(id)
    consents.delete(id)
    setErrands((all) => all.filter((errand) => errand.id !== id))
  }

  /** Stops the newest that is still held; says whether there was one. */
  function stopNewest(): boolean {
    const newest = errands().findLast((errand) => isPending(errand.phase))
    if (newest !== undefined) {
      dismiss(newest.id)
    }
    return newest !== undefined
  }

  async function withdraw(id: number): Promise<void> {
    const errand = find(id)
    if (errand === undefined) {
      return
    }
    enter(id, { kind: 'sending' })
    const answer = await calls.answerFor(errand.incident, errand.unit, 'withdraw')
    enter(id, answer.kind === 'ok' ? { kind: 'withdrawn' } : { kind: 'refused', refusal: refusalOf(answer) })
  }

  // Somebody may close what a unit is held for: nobody is to wait five seconds to hear of it.
  createEffect(on(incidents.board, ({ open, known }) => {
    for (const errand of errands()) {
      if (known && !open.has(errand.incident) && (errand.phase.kind === 'holding' || errand.phase.kind === 'asking')) {
        void check(errand.id)
      }
    }
  }))
  onCleanup(() => { timers.forEach((timer) => { clearTimeout(timer) }) })

  return { errands, start, insist, retry: (id: number) => void check(id), dismiss, stopNewest, withdraw: (id: number) => void withdraw(id) }
}

export type Dispatching = ReturnType<typeof createDispatching>
