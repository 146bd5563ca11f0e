import { createMemo, createSignal, For, Show } from 'solid-js'
import type { Breach, BreachLine } from '../hub/protocol'
import { words } from '../text/language'
import { moment } from '../time/format'
import { useWall } from '../wall/wall'
import { createEpisodes } from './episodeList'
import { HandlingRow } from './HandlingRow'
import { Reasons } from './Reasons'

/** What a line folds, one by one. */
export function Episodes(props: { line: BreachLine }) {
  const { episodes, more, failed, showMore } = createEpisodes(() => props.line)
  const ids = createMemo(() => (episodes() ?? []).map((breach) => breach.id))
  return (
    <div class="episodes">
      <Show when={episodes() === null && !failed()}><p class="dim">{words().loading}</p></Show>
      <Show when={failed()}><p class="breach-problem" role="alert">{words().episodesFailed}</p></Show>
      <For each={ids()}>
        {(id) => <Show when={episodes()?.find((breach) => breach.id === id)}>{(breach) => <Episode breach={breach()} />}</Show>}
      </For>
      <Show when={more()}><button type="button" class="quiet" onClick={showMore}>{words().moreEpisodes}</button></Show>
    </div>
  )
}

function Episode(props: { breach: Breach }) {
  const wall = useWall()
  const [expanded, setExpanded] = createSignal(false)
  const handled = () => {
    const done = props.breach.handling
    return done !== null && done.state !== 'open' ? done : null
  }
  return (
    <div class="episode" data-state={props.breach.state} data-handling={props.breach.handling?.state ?? 'open'}>
      <div class="breach-line">
        <time>{moment(Date.parse(props.breach.startedAt), wall.now())}</time>
        <span class="breach-who">{wall.whoOf(props.breach)}</span>
        <span class="breach-state">{words().breachState[props.breach.state]}</span>
      </div>
      <HandlingRow
        target={{ kind: 'one', breach: props.breach }} handled={handled()} isOpen={props.breach.state !== 'retracted'}
        expanded={expanded()} onWhy={() => setExpanded(!expanded())}
      />
      <Show when={expanded()}><Reasons breach={props.breach} /></Show>
    </div>
  )
}
