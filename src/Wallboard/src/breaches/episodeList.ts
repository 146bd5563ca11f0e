import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Breach, BreachLine } from '../hub/protocol'
import { call } from '../session/http'

const pageSize = 50
/** A line in a storm changes several times a second; its list is read anew no more often than this. */
const pauseMs = 1500

interface Page {
  readonly items: readonly Breach[]
  readonly cursor: string | null
}

/** The episodes of a line, newest first, as many as were asked for; read anew when the line changes. */
export function createEpisodes(line: () => BreachLine) {
  const [episodes, setEpisodes] = createSignal<readonly Breach[] | null>(null)
  const [more, setMore] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  let wanted = pageSize
  let timer: ReturnType<typeof setTimeout> | undefined
  let readAt = -Infinity
  let isOver = false

  async function read(): Promise<void> {
    readAt = performance.now()
    const { breach, unit } = line()
    const query = new URLSearchParams({ zone: breach.zone, rule: breach.rule, limit: String(Math.min(1000, wanted)) })
    if (unit !== null) {
      query.set('unit', unit)
    }
    if (breach.state === 'retracted') {
      query.set('corrected', 'true')
    }
    const answer = await call<Page>(`/api/breaches/board?${query.toString()}`)
    if (isOver) {
      return
    }
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setEpisodes(answer.value.items)
      setMore(answer.value.cursor !== null)
    }
  }

  function soon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), Math.max(0, readAt + pauseMs - performance.now()))
  }

  createEffect(on(line, soon))
  onCleanup(() => {
    isOver = true
    clearTimeout(timer)
  })
  const showMore = () => {
    wanted = Math.min(1000, wanted + 4 * pageSize)
    void read()
  }
  return { episodes, more: () => more() && wanted < 1000, failed, showMore }
}
