import './points.css'
import { For, Show } from 'solid-js'
import { count, words } from '../text/language'
import { css } from '../wall/palette'
import { ToolMenu } from '../wall/ToolMenu'
import { useWall } from '../wall/wall'
import { pointColour } from './pointLayers'
import { pointDays, type PointLayer } from './point'

/** Which records the map shows as points, by key matter or by system, and of how many days. */
export function PointsMenu() {
  const wall = useWall()
  return <ToolMenu class="points-menu" label={words().recordPoints} isOn={wall.recordPoints.chosen().size > 0}>{() => <PointsChoice />}</ToolMenu>
}

function PointsChoice() {
  const { recordPoints } = useWall()
  recordPoints.want()
  const note = () => {
    switch (recordPoints.state()) {
      case 'loading': return words().loading
      case 'denied': return words().notAllowed
      case 'some': return words().pointsFailed
      case 'many': return words().tooManyPoints
      case 'ready': return recordPoints.points().length === 0 ? words().noPoints : null
      case 'off': return null
    }
  }
  return (
    <>
      <div class="segmented small" role="group" aria-label={words().pointDaysHint}>
        <For each={pointDays}>{(days) => <button type="button" aria-pressed={recordPoints.days() === days} onClick={() => { recordPoints.setDays(days) }}>{words().lastDays(days)}</button>}</For>
      </div>
      <h3>{words().themes}</h3>
      <Show when={recordPoints.themes()} fallback={<p class={recordPoints.isUnread() ? 'tool-problem' : 'dim'} role="status">{recordPoints.isUnread() ? words().themesUnread : words().loading}</p>}>
        <Choices layers={recordPoints.themeLayers()} />
      </Show>
      <h3>{words().recordList.system}</h3>
      <Choices layers={recordPoints.systemLayers()} />
      <Show when={note()}>{(text) => <p class={recordPoints.state() === 'some' || recordPoints.state() === 'many' ? 'tool-problem' : 'dim'} role="status">{text()}</p>}</Show>
    </>
  )
}

function Choices(props: { readonly layers: readonly PointLayer[] }) {
  const { recordPoints } = useWall()
  const isChosen = (layer: PointLayer) => recordPoints.chosen().has(layer.key)
  /** In words. */
  const filterOf = (layer: PointLayer) => [...new URLSearchParams(recordPoints.chosen().get(layer.key))]
    .map(([name, value]) => (name === 'theme' ? recordPoints.themes()?.find((theme) => theme.key === value)?.name ?? value : value)).join(' · ')
  return (
    <ul>
      <For each={props.layers}>
        {(layer) => (
          <li>
            <button type="button" aria-pressed={isChosen(layer)} onClick={() => { recordPoints.choose(layer.key, isChosen(layer) ? null : '') }}>
              <i style={{ background: css(pointColour(layer.index)) }}>{layer.mark}</i>{layer.name}
              <Show when={isChosen(layer)}><b>{count(recordPoints.countOf(layer.key))}</b></Show>
            </button>
            <Show when={filterOf(layer)}>
              {(text) => <button type="button" class="filter-part" title={words().recordList.reset} onClick={() => { recordPoints.choose(layer.key, '') }}>{text()}<i aria-hidden="true">×</i></button>}
            </Show>
          </li>
        )}
      </For>
    </ul>
  )
}
