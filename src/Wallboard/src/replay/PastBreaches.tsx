import { createEffect, createMemo, For, on, Show } from 'solid-js'
import { ruleWord } from '../breaches/why'
import type { Breach } from '../hub/protocol'
import { count, words } from '../text/language'
import { lastingText, moment } from '../time/format'
import { useWall } from '../wall/wall'

/** So many are listed, about the instant; a day of a district has thousands. */
const before = 40
const after = 120

/** The alarms of the replay in the place of the live ones: a tap sets the clock to one. */
export function PastBreaches() {
  const wall = useWall()
  const ongoing = createMemo(() => new Set((wall.replay.frame()?.breaches ?? []).map((breach) => breach.id)))
  let list!: HTMLDivElement
  /** How many have begun by the instant. */
  const begun = createMemo(() => {
    const next = wall.replay.breaches().findIndex((breach) => Date.parse(breach.startedAt) > wall.replay.second())
    return next < 0 ? wall.replay.breaches().length : next
  })
  const first = () => Math.max(0, begun() - before)
  const listed = createMemo((): readonly Breach[] => {
    const known = wall.replay.breaches().slice(first(), first() + before + after)
    const ids = new Set(known.map((breach) => breach.id))
    // What had begun before the replay, or who may not read the history, is told by the frame alone.
    return [...(wall.replay.frame()?.breaches ?? []).filter((breach) => !ids.has(breach.id)), ...known]
  })
  // The list goes with the clock, unless somebody is reading in it.
  createEffect(on([begun, wall.replay.breaches], ([count, all]) => {
    const last = all[count - 1]
    const row = last === undefined || list.matches(':hover') ? null : list.querySelector<HTMLElement>(`[data-id="${CSS.escape(last.id)}"]`)
    if (row !== null) {
      list.scrollTop = row.offsetTop - list.offsetTop
    }
  }))

  function go(breach: Breach): void {
    const { unit, lon, lat } = breach
    wall.replay.seek(Date.parse(breach.startedAt))
    wall.select(unit === null ? { kind: 'zone', key: breach.zone } : { kind: 'unit', id: unit })
    if (lon !== null && lat !== null) {
      wall.setFlight({ kind: 'to', lon, lat, zoom: null })
    }
  }
  return (
    <section class="panel breaches past" aria-label={words().pastBreaches}>
      <header class="panel-head">
        <h2>{words().pastBreaches}</h2>
        <span class="dim"><b>{count(Math.max(wall.replay.breaches().length, listed().length))}</b></span>
      </header>
      <div class="breach-list" data-state={wall.replay.breachesState()} ref={list}>
        <For each={listed()} fallback={<p class="empty">{words().pastBreachesEmpty[wall.replay.breachesState()]}</p>}>
          {(breach) => (
            <article class="breach past" data-id={breach.id} classList={{ ongoing: ongoing().has(breach.id) }}>
              <button type="button" class="breach-main" title={words().pastBreachesHint} onClick={() => { go(breach) }}>
                <span class="breach-line">
                  <span class="breach-rule">{ruleWord(breach, words())}</span>
                  <span class="breach-zone" title={breach.zoneName}>{breach.zoneName || words().unnamedZone}</span>
                  <time>{moment(Date.parse(breach.startedAt), wall.shownNow())}</time>
                </span>
                <span class="breach-line">
                  <span class="breach-who">{wall.whoOf(breach)}</span>
                  <span class="breach-lasting">{lastingText(breach, words())}</span>
                  <Show when={ongoing().has(breach.id)}><span class="breach-then">{words().breachedThen}</span></Show>
                </span>
              </button>
            </article>
          )}
        </For>
      </div>
    </section>
  )
}
