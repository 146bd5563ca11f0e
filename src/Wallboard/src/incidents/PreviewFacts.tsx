import { For, Show } from 'solid-js'
import { words } from '../text/language'
import type { Better, Preview } from './incident'
import { estimateText } from './texts'

interface Props {
  readonly preview: Preview
  /** Choosing a better one; left out where nothing can be pressed. */
  readonly onInstead?: (better: Better) => void
}

/** What sending the unit means: how far, what it does now, which zone it leaves, and who would be better. */
export function PreviewFacts(props: Props) {
  const doing = () => props.preview.orders.length === 0 ? ` · ${words().previewFree}`
    : ` · ${props.preview.orders.map((order) => words().previewOrder(words().orderStep[order.step], order.title ?? words().anotherIncident)).join(words().listSeparator)}`
  return (
    <div class="preview">
      <p class="preview-way">{estimateText(props.preview)}<Show when={props.preview.distance !== null}><small>{words().straight}</small></Show></p>
      <p><span class="dim">{words().previewDoing}</span> {words().state[props.preview.state]}{props.preview.state === 'offDuty' ? '' : doing()}</p>
      <For each={props.preview.unmanned}>
        {(zone) => <p class="preview-warning">{words().previewUnmanned(zone.name || words().unnamedZone, zone.left, zone.needed)}</p>}
      </For>
      <For each={props.preview.better}>
        {(better) => (
          <p class="preview-better">
            <span>{words().previewBetterIs(better.name, words().previewBetter[better.why], estimateText(better))}</span>
            <Show when={props.onInstead}>
              {(choose) => <button type="button" aria-label={words().insteadNamed(better.name)} onClick={() => { choose()(better) }}>{words().instead}</button>}
            </Show>
          </p>
        )}
      </For>
    </div>
  )
}
