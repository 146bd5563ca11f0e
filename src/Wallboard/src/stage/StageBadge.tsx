import './stage.css'
import { For, Show } from 'solid-js'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { useWall } from '../wall/wall'
import { linkScreen } from './calls'
import { screenLinks } from './protocol'

/** Which screen of the wall this is, and how it is linked with the others; whoever may lead changes that here. */
export function StageBadge() {
  const wall = useWall()
  const own = () => wall.linkage.own()
  return (
    <Show when={own()}>
      {(screen) => (
        <div class="stage-badge" data-link={screen().link}>
          <span class="stage-badge-name"><span class="dim">{wall.linkage.stage()!.name}</span> <b>{screen().name}</b></span>
          <Show
            when={screen().pushed}
            fallback={
              <Show when={allows(wall.rights(), 'stages.lead')} fallback={<span class="stage-badge-link">{words().screenLink[screen().link]}</span>}>
                <div class="segmented small" role="group" aria-label={words().linkage}>
                  <For each={screenLinks}>
                    {(link) => (
                      <button
                        type="button" title={words().screenLinkHint[link]} aria-pressed={screen().link === link}
                        onClick={() => void linkScreen(wall.linkage.place!, link)}
                      >{words().screenLink[link]}</button>
                    )}
                  </For>
                </div>
              </Show>
            }
          >
            {(pushed) => <span class="stage-badge-link pushed">{words().castBy(pushed().by)}</span>}
          </Show>
        </div>
      )}
    </Show>
  )
}

/** Says so when this screen shows something else than the others: when the address names a screen that is not there: a wall that shows something else must not look as if it belonged. */
export function StageNote() {
  const wall = useWall()
  return (
    <>
    <Show when={wall.stageProblem()}>{(problem) => <p class="stage-note" role="alert">{words().stageReplayMissing} {words().replayProblem[problem()]}</p>}</Show>
    <Show when={wall.linkage.standing() === 'unknown'}>
      <p class="stage-note" role="alert">
        {words().screenUnknown(wall.linkage.place!.stage, wall.linkage.place!.screen)} <a href="/stage/">{words().stagePage}</a>
      </p>
    </Show>
    </>
  )
}
