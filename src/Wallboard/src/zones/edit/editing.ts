import { createSignal } from 'solid-js'
import { call, reasonOf, type Answer } from '../../session/http'
import { draftOf, featureOf, newDraft, type FullFeature, type Point, type ZoneDraft } from './draft'

/** What a zone would have said: POST /api/zones/{key}/trial. */
export interface Trial {
  readonly unitCount: number
  readonly visitCount: number
  readonly breachCount: number
  readonly byRule: readonly { readonly rule: string; readonly type: string; readonly count: number; readonly muted: number }[]
  readonly byDay: readonly { readonly day: string; readonly count: number }[]
}

export type EditProblem =
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'denied' | 'unreachable' | 'busy' | 'gone' }
  /** Somebody else has changed it meanwhile; saving again goes over that. */
  | { readonly kind: 'changed' }

/** What was done last, and can be undone: the zone as it was, or null where there was none. */
export interface Done {
  readonly key: string
  readonly name: string
  readonly what: 'saved' | 'ended'
  readonly before: object | null
  /** The version that was put in force; null: none was. */
  readonly version: number | null
}

const mostSteps = 200
/** The way back is offered for so long: later it is not what anybody remembers. */
const undoForMs = 60_000
const pathOf = (key: string) => `/api/zones/${encodeURIComponent(key)}`

/** The zone that is being drawn or changed on this screen, if any. Nothing of it is anybody else's business until it is saved. */
export function createZoneEditing(refresh: () => Promise<void>, isOff: () => boolean) {
  const [kept, setDraft] = createSignal<ZoneDraft | null>(null)
  /** While the past is shown nothing is drawn; what was begun is there when it is left. */
  const draft = () => (isOff() ? null : kept())
  /** Where the pointer is while a ring is drawn. */
  const [pointer, setPointer] = createSignal<Point | null>(null)
  const [steps, setSteps] = createSignal<readonly ZoneDraft[]>([])
  const [problem, setProblem] = createSignal<EditProblem | null>(null)
  const [isBusy, setBusy] = createSignal(false)
  const [trial, setTrial] = createSignal<Trial | null>(null)
  const [done, setDone] = createSignal<Done | null>(null)
  let before: object | null = null
  /** The version that its editor has seen last. */
  let seen: number | null = null
  let forgetting: ReturnType<typeof setTimeout> | undefined

  function begin(next: ZoneDraft, was: object | null): void {
    before = was
    seen = next.version
    setSteps([])
    setProblem(null)
    setTrial(null)
    setDone(null)
    setDraft(next)
  }

  async function edit(key: string): Promise<void> {
    const answer = await call<FullFeature>(pathOf(key))
    if (answer.kind === 'ok') {
      const next = draftOf(answer.value)
      begin(next, featureOf(next))
    } else {
      setProblem(problemOf(answer))
    }
  }

  /** One step; moving one thing about is one step, however far. */
  function change(next: ZoneDraft, isSameStep = false): void {
    const now = draft()
    if (now === null || next === now) {
      return
    }
    if (!isSameStep) {
      setSteps((known) => [...known.slice(-mostSteps), now])
    }
    setTrial(null)
    setProblem(null)
    setDraft(next)
  }

  function undo(): void {
    const last = steps().at(-1)
    const now = kept()
    if (last !== undefined && now !== null) {
      setSteps((known) => known.slice(0, -1))
      setTrial(null)
      setDraft({ ...last, name: now.name }) // Naming it was no step.
    }
  }

  function cancel(): void {
    setDraft(null)
    setPointer(null)
    setProblem(null)
    setTrial(null)
  }

  async function busy<T>(asked: Promise<Answer<T>>): Promise<T | null> {
    setBusy(true)
    setProblem(null)
    const answer = await asked
    setBusy(false)
    if (answer.kind !== 'ok') {
      setProblem(problemOf(answer))
      return null
    }
    return answer.value
  }

  /** Puts it in force; answers with its key. */
  async function save(): Promise<string | null> {
    const now = draft()
    if (now === null || isBusy()) {
      return null
    }
    if (now.version !== null) {
      const newest = await busy(call<FullFeature>(pathOf(now.key)))
      if (newest === null) {
        return null
      }
      if (newest.properties.version !== seen) {
        seen = newest.properties.version ?? null
        before = featureOf(draftOf(newest))
        setProblem({ kind: 'changed' }) // Pressed again it goes over what was seen now, and that is what undoing puts back.
        return null
      }
    }
    const was = before
    const saved = await busy(call<FullFeature>(pathOf(now.key), { method: 'PUT', body: featureOf(now) }))
    if (saved === null) {
      return null
    }
    finish(now, { key: now.key, name: now.name, what: 'saved', before: was, version: saved.properties.version ?? null })
    await refresh()
    return now.key
  }

  /** Ends the zone; its history is kept. */
  async function end(): Promise<void> {
    const now = draft()
    if (now === null || isBusy()) {
      return
    }
    const was = before
    if (await busy(call<true>(pathOf(now.key), { method: 'DELETE' }).then((answer) => (answer.kind === 'ok' ? { ...answer, value: true as const } : answer))) === null) {
      return
    }
    finish(now, { key: now.key, name: now.name, what: 'ended', before: was, version: null })
    await refresh()
  }

  /** What was drawn is done with, unless somebody went on drawing meanwhile. */
  function finish(now: ZoneDraft, what: Done): void {
    if (kept() === now) {
      cancel()
    }
    setDone(what)
    clearTimeout(forgetting)
    forgetting = setTimeout(() => { setDone((known) => (known === what ? null : known)) }, undoForMs)
  }

  /** Puts in force what was before, if nobody has changed it since. */
  async function takeBack(): Promise<void> {
    const last = done()
    if (last === null || isBusy()) {
      return
    }
    if (last.what === 'saved') {
      const newest = await busy(call<FullFeature>(pathOf(last.key)))
      if (newest === null) {
        return
      }
      if (newest.properties.version !== last.version) {
        setProblem({ kind: 'changed' })
        return
      }
    }
    const undone = last.before === null ? call<unknown>(pathOf(last.key), { method: 'DELETE' }) : call<unknown>(pathOf(last.key), { method: 'PUT', body: last.before })
    if (await busy(undone.then((answer) => (answer.kind === 'ok' ? { ...answer, value: true } : answer))) !== null) {
      setDone(null)
      await refresh()
    }
  }

  async function tryOn(from: number, to: number): Promise<void> {
    const now = draft()
    if (now === null) {
      return
    }
    const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
    const answer = await busy(call<Trial>(`${pathOf(now.key)}/trial?${range}`, { method: 'POST', body: featureOf(now) }))
    if (answer !== null && draft() === now) {
      setTrial(answer)
    }
  }

  return {
    draft, pointer, setPointer, problem, isBusy, trial, done, change, undo, cancel, save, end, takeBack, tryOn, edit,
    steps: () => steps().length,
    start: () => { begin(newDraft(`zone-${Math.random().toString(36).slice(2, 10)}`), null) },
    forgetDone: () => { setDone(null) },
  }
}

export type ZoneEditing = ReturnType<typeof createZoneEditing>

function problemOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): EditProblem {
  if (answer.kind !== 'refused') {
    return { kind: answer.kind === 'unreachable' ? 'unreachable' : 'denied' }
  }
  if (answer.status === 503) {
    return { kind: 'busy' }
  }
  if (answer.status === 404) {
    return { kind: 'gone' }
  }
  return { kind: 'refused', text: reasonOf(answer.body) ?? '' }
}
