import { createEffect, createResource, createSignal, For, on, Show } from 'solid-js'
import { call } from '../session/http'
import { count, words } from '../text/language'
import { shortMoment } from '../time/format'
import { ToolMenu } from '../wall/ToolMenu'
import { useWall } from '../wall/wall'
import type { WireReplay } from './protocol'
import { RangeChoice } from './ReplayStart'
import { rangeText } from './rangeText'
import { replayOf, type OpenReplay, type Problem, type ReplayTarget } from './replay'

/** From the map's tools: a replay of what the map shows, and those that are open already. */
export function ReplayMenu() {
  return <ToolMenu class="replay-menu" label={words().replay}>{(close) => <ReplayChoice close={close} />}</ToolMenu>
}

function ReplayChoice(props: { close: () => void }) {
  const wall = useWall()
  createEffect(on(wall.replay.open, () => { props.close() }, { defer: true }))
  const target = (): ReplayTarget | null => {
    const area = wall.area()
    return area === null ? null : { kind: 'area', west: area.west, south: area.south, east: area.east, north: area.north }
  }
  return (
    <>
      <h3>{words().replayArea}</h3>
      <Show when={target()}>{(area) => <RangeChoice target={area()} />}</Show>
      <h3>{words().replays}</h3>
      <OpenReplays />
    </>
  )
}

function OpenReplays() {
  const wall = useWall()
  const [problem, setProblem] = createSignal<Problem | null>(null)
  const [ending, setEnding] = createSignal<string | null>(null)
  const [replays, { refetch }] = createResource(async (): Promise<readonly OpenReplay[] | null> => {
    const answer = await call<{ items: WireReplay[] }>('/api/replays')
    return answer.kind === 'ok' ? answer.value.items.map(replayOf).reverse() : null
  })

  async function end(key: string): Promise<void> {
    if (ending() !== key) {
      setEnding(key)
      return
    }
    setEnding(null)
    setProblem(await wall.replay.end(key))
    void refetch()
  }

  return (
    <>
      <Show when={!replays.loading || replays.latest !== undefined} fallback={<p class="dim">{words().loading}</p>}>
        <Show when={replays.latest} fallback={<p class="tool-problem" role="alert">{words().replaysFailed}</p>}>
          {(items) => (
            <ul>
              <For each={items()} fallback={<li class="dim">{words().noReplays}</li>}>
                {(replay) => (
                  <li data-key={replay.key}>
                    <div>
                      <strong>{replay.name || words().mapArea}</strong>
                      <span>{rangeText(replay)} · {words().replayUnits(count(replay.units.length))}</span>
                      <span class="dim">{words().replayOpenedBy(replay.openedBy, shortMoment(replay.openedAt, wall.now()))}</span>
                    </div>
                    <button type="button" class="quiet" onClick={() => void end(replay.key)}>{ending() === replay.key ? words().confirmEndReplay : words().endReplay}</button>
                    <button type="button" class="primary" onClick={() => void wall.replay.join(replay.key).then(setProblem)}>{words().followReplay}</button>
                  </li>
                )}
              </For>
            </ul>
          )}
        </Show>
      </Show>
      <Show when={problem()}>{(now) => <p class="tool-problem" role="alert">{words().replayProblem[now()]}</p>}</Show>
    </>
  )
}
