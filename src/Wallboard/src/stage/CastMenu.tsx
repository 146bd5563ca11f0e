import { createResource, createSignal, For, Show } from 'solid-js'
import type { Answer } from '../session/http'
import { words } from '../text/language'
import { ToolMenu } from '../wall/ToolMenu'
import { useWall } from '../wall/wall'
import { cast, readStages, takeBack } from './calls'
import type { Place } from './linkage'
import { screenRoles, type ScreenRole, type Stage, type StageScreen } from './protocol'

/** 投屏: puts what this page shows on a screen of a wall, and takes it back. */
export function CastMenu() {
  return <ToolMenu class="cast-menu" label={words().cast}>{() => <CastList />}</ToolMenu>
}

function CastList() {
  const wall = useWall()
  const [role, setRole] = createSignal<ScreenRole>('free')
  const [failed, setFailed] = createSignal(false)
  const [stages, { refetch }] = createResource(async (): Promise<readonly Stage[] | null> => {
    const answer = await readStages()
    return answer.kind === 'ok' ? answer.value.items : null
  })

  async function change(answer: Promise<Answer<Stage>>): Promise<void> {
    setFailed((await answer).kind !== 'ok')
    void refetch()
  }

  const put = (place: Place) => {
    void change(cast(place, role(), { view: wall.looksAt(), ...wall.shownPicture() }))
  }
  const isOwn = (stage: Stage, screen: StageScreen) => wall.linkage.place?.stage === stage.key && wall.linkage.place.screen === screen.key

  return (
    <>
      <h3>{words().castWhat}</h3>
      <div class="segmented small" role="group" aria-label={words().castWhat}>
        <For each={screenRoles}>{(each) => <button type="button" aria-pressed={role() === each} onClick={() => setRole(each)}>{words().screenRole[each]}</button>}</For>
      </div>
      <Show when={failed()}><p class="tool-problem" role="alert">{words().castFailed}</p></Show>
      <Show when={!stages.loading || stages.latest !== undefined} fallback={<p class="dim">{words().loading}</p>}>
        <Show when={stages.latest} fallback={<p class="tool-problem" role="alert">{words().stagesFailed}</p>}>
          {(all) => (
            <For each={all()} fallback={<p class="dim">{words().noStages}</p>}>
              {(stage) => (
                <>
                  <h3>{stage.name}</h3>
                  <ul data-stage={stage.key}>
                    <For each={stage.screens.filter((screen) => !isOwn(stage, screen))}>
                      {(screen) => (
                        <li data-screen={screen.key}>
                          <div>
                            <strong>{screen.name}</strong>
                            <Show when={screen.pushed} fallback={<span class="dim">{words().screenRole[screen.shows]}</span>}>
                              {(pushed) => <span>{words().castBy(pushed().by)}</span>}
                            </Show>
                          </div>
                          <Show when={screen.pushed !== null}>
                            <button type="button" class="quiet" onClick={() => void change(takeBack({ stage: stage.key, screen: screen.key }))}>{words().takeBack}</button>
                          </Show>
                          <button type="button" class="primary" onClick={() => { put({ stage: stage.key, screen: screen.key }) }}>{words().castHere}</button>
                        </li>
                      )}
                    </For>
                  </ul>
                </>
              )}
            </For>
          )}
        </Show>
      </Show>
      <p class="cast-foot"><a href="/stage/" target="vantage-stage">{words().stagePage}</a></p>
    </>
  )
}
