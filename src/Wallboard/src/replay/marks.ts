import { batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Breach } from '../hub/protocol'
import { callPages, isTemporary, type Answer } from '../session/http'
import { repeatedly } from '../time/repeatedly'
import { iso, pathOf, type WireReport } from './protocol'
import type { OpenReplay } from './replay'

const retryMs = 5000
/** A replay may reach beyond now: what happens in it meanwhile is on its time line so soon. */
const renewMs = 15_000

type Reading = 'reading' | 'read' | 'failed'

/** The breaches and incidents on the time line of the open replay: read until they could be, and on while the replay goes on beyond now. */
export function createMarks(open: () => OpenReplay | null, ended: () => boolean, hostNow: () => number) {
  const [breaches, setBreaches] = createSignal<readonly Breach[]>([], { equals: areAlike })
  const [reports, setReports] = createSignal<readonly WireReport[]>([], { equals: areAlike })
  const [breachesState, setBreachesState] = createSignal<Reading>('reading')
  const [reportsState, setReportsState] = createSignal<Reading>('reading')

  createEffect(on(open, (replay) => {
    batch(() => {
      setBreaches([])
      setReports([])
      setBreachesState('reading')
      setReportsState('reading')
    })
    if (replay !== null) {
      keep(replay, breachesOf, setBreaches, setBreachesState)
      keep(replay, reportsOf, setReports, setReportsState)
    }
  }))

  function keep<T>(replay: OpenReplay, read: (replay: OpenReplay) => Promise<Answer<readonly T[]>>, set: (read: readonly T[]) => void, setState: (state: Reading) => void): void {
    onCleanup(repeatedly(async () => {
      const isOver = hostNow() >= replay.to
      const answer = await read(replay)
      if (open() !== replay || ended()) {
        return null
      }
      if (answer.kind === 'ok') {
        set(answer.value)
      }
      setState(isTemporary(answer) ? 'failed' : 'read')
      return isTemporary(answer) ? retryMs : answer.kind !== 'ok' || isOver ? null : renewMs
    }))
  }

  return { breaches, breachesState, reports, marksFailed: () => breachesState() === 'failed' || reportsState() === 'failed' }
}

/** What has not changed is not drawn anew, under whoever is about to touch it. */
const areAlike = (a: readonly unknown[], b: readonly unknown[]) => JSON.stringify(a) === JSON.stringify(b)

async function breachesOf(replay: OpenReplay): Promise<Answer<readonly Breach[]>> {
  const query = new URLSearchParams({ from: iso(replay.from), to: iso(replay.to) })
  if (replay.units.length === 1) {
    query.set('unit', replay.units[0]!)
  }
  const answer = await callPages<Breach>(`/api/breaches?${query.toString()}`)
  if (answer.kind !== 'ok') {
    return answer
  }
  const shown = new Set(replay.units)
  const isAbout = ({ unit, units: several }: Breach) =>
    unit !== null ? shown.has(unit) : several === null || several.length === 0 || several.some((each) => shown.has(each))
  return { kind: 'ok', value: answer.value.filter(isAbout).sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)) }
}

const reportsOf = (replay: OpenReplay) => callPages<WireReport>(`${pathOf(replay.key)}/incidents`)
