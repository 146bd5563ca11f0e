import './analysis.css'
import { createEffect, createMemo, For, Show } from 'solid-js'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { clock } from '../time/format'
import { useWall } from '../wall/wall'
import { legendFacts, legendTitle } from './facts'
import type { HeatPicture } from './reading'
import { coveredColour, cssOf, differenceGradient, heatGradient, spotColour } from './scales'
import { amount, unitName } from './telling'

/** What the map's heat is of, what its colours mean, and how much of it there is: whoever reads only this knows what is seen. */
export function HeatLegend() {
  const wall = useWall()
  const heat = wall.analysis
  createEffect(() => {
    if (heat.choice().theme !== null && allows(wall.rights(), 'records.read')) {
      wall.recordPoints.want() // For its name.
    }
  })
  const picture = createMemo(() => { const state = heat.state(); return state.kind === 'ready' ? state.picture : null })
  const note = () => {
    const state = heat.state()
    switch (state.kind) {
      case 'off': return null
      case 'loading': return words().analysis.counting
      case 'denied': return words().heatDenied
      case 'failed': return words().heatFailed
      case 'tooMuch': return words().analysis.tooMuch
      case 'busy': return words().analysis.busy
      case 'ready': return null
    }
  }
  return (
    <Show when={heat.state().kind !== 'off'}>
      <section class="heat-legend" aria-label={words().heatTitle} aria-busy={heat.isReading() || heat.state().kind === 'loading'}>
        <header>
          <For each={legendTitle(heat.choice(), wall)}>{(part, index) => (index() === 0 ? <b>{part}</b> : <span>{part}</span>)}</For>
          <Show when={heat.isReading()}><em>{words().analysis.counting}</em></Show>
        </header>
        <Show when={note()}>{(text) => <p class={heat.state().kind === 'loading' ? 'dim' : 'warn'} role="status">{text()}</p>}</Show>
        <Show when={picture()}>
          {(shown) => (
            <>
              <Colours picture={shown()} />
              <p class="heat-facts">{legendFacts(shown()).join(' · ')}</p>
              <Show when={heat.isStale()}><p class="warn" role="status">{words().analysis.stale(clock(shown().readAt))}</p></Show>
            </>
          )}
        </Show>
      </section>
    </Show>
  )
}

function Colours(props: { readonly picture: HeatPicture }) {
  const look = () => props.picture.choice.look
  const full = () => amount(props.picture.choice.layer, props.picture.full, words())
  const text = () => words().analysis
  return (
    <Show when={props.picture.answer.cells.length > 0}>
      <div class="heat-colours" title={text().lookHint[look()]}>
        <Show when={look() === 'density'}>
          <span>{unitName(props.picture.choice, words())}</span><span class="dim">0</span><i style={{ background: heatGradient }} /><span class="dim">≥ {full()}</span>
        </Show>
        <Show when={look() === 'compare'}>
          <span>{unitName(props.picture.choice, words())}</span><span class="dim">{text().less} ≥ {full()}</span><i style={{ background: differenceGradient }} /><span class="dim">{text().more} ≥ {full()}</span>
        </Show>
        <Show when={look() === 'uncovered'}>
          <span>{unitName(props.picture.choice, words())}</span><span class="dim">0</span><i style={{ background: heatGradient }} /><span class="dim">≥ {amount('incidents', props.picture.full, words())}</span>
          <span class="spot"><u style={{ background: cssOf(coveredColour) }} />{text().covered}</span>
        </Show>
        <Show when={look() === 'hotspots'}>
          <For each={[true, false]}>
            {(isHot) => (
              <span class="spots"><b>{isHot ? text().hot : text().cold}</b>
                <For each={[0, 1, 2] as const}>{(of) => <span class="spot" title={text().sureHint[of]!}><u style={{ background: cssOf(spotColour(isHot, of)) }} />{text().sure[of]}</span>}</For>
              </span>
            )}
          </For>
        </Show>
      </div>
      <Show when={look() === 'uncovered'}><p class="dim">{text().coveredHint(String(Math.round((props.picture.answer.covered ?? 60) / 60)))}</p></Show>
    </Show>
  )
}
