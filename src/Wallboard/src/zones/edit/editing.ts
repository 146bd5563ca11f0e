import { createSignal } from 'solid-js'
import { call, type Answer } from '../../session/http'
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
}

const mostSteps = 200
const pathOf = (key: string) => `/api/zones/${encodeURIComponent(key)}`

/** The zone that is being drawn or changed on this screen, if any. Nothing of it is anybody else's business until it is saved. */
export function createZoneEditing(refresh: () => Promise<void>) {
  const [draft, setDraft] = createSignal<ZoneDraft | null>(null)
  /** Where the pointer is while a ring is drawn. */
  const [pointer, setPointer] = createSignal<Point | null>(null)
  const [steps, setSteps] = createSignal<readonly ZoneDraft[]>([])
  const [problem, setProblem] = createSignal<EditProblem | null>(null)
  const [isBusy, setBusy] = createSignal(false)
  const [trial, setTrial] = createSignal<Trial | null>(null)
  const [done, setDone] = createSignal<Done | null>(null)
  let before: object | null = null
  let mayOverwrite = false

  function begin(next: ZoneDraft, was: object | null): void {
    before = was
    mayOverwrite = false
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
    if (last !== undefined) {
      setSteps((known) => known.slice(0, -1))
      setTrial(null)
      setDraft(last)
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
    const now = draft()!
    if (now.version !== null && !mayOverwrite) {
      const newest = await call<FullFeature>(pathOf(now.key))
      if (newest.kind === 'ok' && newest.value.properties.version !== now.version) {
        mayOverwrite = true
        setProblem({ kind: 'changed' })
        return null
      }
    }
    const saved = await busy(call<FullFeature>(pathOf(now.key), { method: 'PUT', body: featureOf(now) }))
    if (saved === null) {
      return null
    }
    cancel()
    setDone({ key: now.key, name: now.name, what: 'saved', before })
    await refresh()
    return now.key
  }

  /** Ends the zone; its history is kept. */
  async function end(): Promise<void> {
    const now = draft()!
    setBusy(true)
    const answer = await call(pathOf(now.key), { method: 'DELETE' })
    setBusy(false)
    if (answer.kind !== 'ok') {
      setProblem(problemOf(answer))
      return
    }
    cancel()
    setDone({ key: now.key, name: now.name, what: 'ended', before })
    await refresh()
  }

  /** Puts in force what was before. */
  async function takeBack(): Promise<void> {
    const last = done()
    if (last === null) {
      return
    }
    const answer = last.before === null ? await call(pathOf(last.key), { method: 'DELETE' }) : await call(pathOf(last.key), { method: 'PUT', body: last.before })
    if (answer.kind === 'ok') {
      setDone(null)
      await refresh()
    } else {
      setProblem(problemOf(answer))
    }
  }

  async function tryOn(from: number, to: number): Promise<void> {
    const now = draft()!
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
  const { detail, title, errors } = (answer.body ?? {}) as { detail?: string; title?: string; errors?: Record<string, readonly string[]> }
  const first = Object.entries(errors ?? {})[0]
  return { kind: 'refused', text: first === undefined ? detail ?? title ?? '' : `${first[0]}: ${first[1].join(' ')}` }
}
