import './breaches.css'
import { createSignal, For, Show } from 'solid-js'
import type { BreachLine } from '../hub/protocol'
import { count, words } from '../text/language'
import { lastingText, moment, shortMoment } from '../time/format'
import { createAim } from '../wall/aim'
import { turnPages } from '../wall/fitting'
import { PageMark } from '../wall/PageMark'
import { useWall } from '../wall/wall'
import { handlingOf, isOpen, mostLines } from './board'
import { Episodes } from './Episodes'
import { HandlingRow } from './HandlingRow'
import type { Target } from './handling'
import { Reasons } from './Reasons'
import { ruleWord } from './why'

export function BreachPanel() {
  const wall = useWall()
  /** By key, so that a line keeps its place on the page, and what is being typed into it, when others come. */
  const aim = createAim(() => wall.lines().map((line) => line.key), (key) => key)
  let list: HTMLElement | undefined
  const pages = turnPages(() => list)
  /** The host gives the newest lines; what is beyond them must not seem not to exist. */
  const listed = () => wall.lines().filter(isOpen)
  const unlisted = () => Math.max(0, (wall.summary()?.openBreaches ?? 0) - listed().reduce((sum, line) => sum + line.count, 0))
  return (
    <section class="panel breaches" aria-label={words().breaches}>
      <header class="panel-head">
        <h2>{words().breaches}</h2>
        <PageMark of={pages} />
        <Show when={wall.summary()}>
          {(summary) => <span class="dim">{words().openBreaches} <b>{count(summary().openBreaches)}</b></span>}
        </Show>
      </header>
      <div class="breach-list" ref={(element) => { list = element }} {...aim.handlers}>
        <For
          each={aim.rows()}
          fallback={<Show when={wall.linesKnown()}><p class="empty">{words().noBreaches}<small>{words().breachesHint}</small></p></Show>}
        >
          {(key) => (
            <Show when={wall.lines().find((line) => line.key === key)}>{(line) => <Line line={line()} />}</Show>
          )}
        </For>
        <Show when={listed().length >= mostLines && unlisted() > 0}><p class="breach-unlisted">{words().unlistedBreaches(count(unlisted()))}</p></Show>
      </div>
    </section>
  )
}

function Line(props: { line: BreachLine }) {
  const wall = useWall()
  const [openKey, setOpenKey] = createSignal<string | null>(null)
  const [unfolded, setUnfolded] = createSignal(false)
  const breach = () => props.line.breach
  const isExpanded = () => openKey() === breach().id
  const target = (): Target => props.line.count > 1 ? { kind: 'line', line: props.line } : { kind: 'one', breach: breach() }
  const handled = () => handlingOf(props.line) === 'open' ? null : breach().handling
  const corrected = () => {
    const at = breach().retractedAt
    return at == null ? words().corrected : words().correctedByLateTrack(shortMoment(Date.parse(at), wall.now()))
  }

  function go(): void {
    const { unit, lon, lat } = breach()
    wall.select(unit === null ? { kind: 'zone', key: breach().zone } : { kind: 'unit', id: unit })
    if (lon !== null && lat !== null) {
      wall.setFlight({ kind: 'to', lon, lat, zoom: 15.2 })
    }
  }

  return (
    <article class="breach" data-state={breach().state} data-handling={handlingOf(props.line)} data-level={breach().level} classList={{ open: isOpen(props.line) }}>
      <button type="button" class="breach-main" onClick={go}>
        <span class="breach-line">
          <span class="breach-rule">{ruleWord(breach(), words())}</span>
          <span class="breach-zone" title={breach().zoneName}>{breach().zoneName || words().unnamedZone}</span>
          <time>{moment(Date.parse(breach().startedAt), wall.now())}</time>
        </span>
        <span class="breach-line">
          <span class="breach-who">{wall.whoOf(breach())}</span>
          <span class="breach-lasting">{lastingText(breach(), words())}</span>
          <span class="breach-state">{words().breachState[breach().state]}</span>
        </span>
      </button>
      <Show when={breach().state === 'retracted'}>
        <p class="breach-corrected">{corrected()}<Show when={breach().supersededBy !== null}>{words().listSeparator}{words().supersededHint}</Show></p>
      </Show>
      <Show when={props.line.count > 1}>
        <button type="button" class="breach-fold" aria-expanded={unfolded()} onClick={() => setUnfolded(!unfolded())}>
          {words().episodesFolded(props.line.count)}
        </button>
      </Show>
      <HandlingRow
        target={target()} handled={handled()} isOpen={isOpen(props.line)} expanded={isExpanded()}
        onWhy={() => setOpenKey(isExpanded() ? null : breach().id)}
      />
      <Show when={isExpanded()}><Reasons breach={breach()} /></Show>
      <Show when={unfolded() && props.line.count > 1}><Episodes line={props.line} /></Show>
    </article>
  )
}
