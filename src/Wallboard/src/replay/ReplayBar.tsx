import { createSignal, Show } from 'solid-js'
import { count, words } from '../text/language'
import { clock, dayOf, shortMoment, weekday, zoneName } from '../time/format'
import { useWall } from '../wall/wall'
import { rangeText } from './rangeText'
import type { OpenReplay } from './replay'

/** In the place of the live figures: that this is the past, and which. Read from across the hall. */
export function ReplayClock() {
  const wall = useWall()
  return (
    <div class="replay-clock" role="status" aria-live="off">
      <strong>{words().replay}</strong>
      {/* Other programs and tests read the instant itself; people read it in seconds. */}
      <time class="replay-now" datetime={new Date(wall.replay.instant()).toISOString()}>
        <span>{dayOf(wall.replay.second())} {words().weekdays[weekday(wall.replay.second())]}</span>
        <b>{clock(wall.replay.second())}</b>
      </time>
      <span>{zoneName(wall.replay.second(), words())}</span>
    </div>
  )
}

/** What the replay is of, how it stands, and the way back to the present. */
export function ReplayBar(props: { replay: OpenReplay }) {
  const wall = useWall()
  const [ending, setEnding] = createSignal(false)
  const note = () => {
    const problem = wall.replay.problem()
    return problem !== null ? words().replayProblem[problem] : wall.replay.jumping() ? words().jumping : stateNote()
  }
  const marksNote = () => (wall.replay.marksFailed() ? words().replayMarksFailed : null)
  const stateNote = () => {
    switch (wall.replay.tracks()) {
      case 'loading': return words().replayLoading
      case 'empty': return marksNote() ?? (props.replay.units.length === 0 ? words().replayNobody : words().replayEmpty)
      case 'denied': return words().replayDenied
      case 'failed': return words().replayFailed
      case 'ready': return marksNote() ?? (props.replay.keptFrom === null ? null : words().replayKeptFrom(shortMoment(props.replay.keptFrom, wall.now())))
    }
  }
  return (
    <div class="replay-bar">
      <div class="replay-what">
        <strong>{props.replay.name || words().mapArea}</strong>
        <span>{rangeText(props.replay)}</span>
        <span class="dim">{words().replayUnits(count(props.replay.units.length))}</span>
        <span class="dim" title={words().replaySharedHint}>{words().replayOpenedBy(props.replay.openedBy, shortMoment(props.replay.openedAt, wall.now()))}</span>
      </div>
      <Show when={note()}>
        {(text) => (
          <p class="replay-note" role="status" data-state={wall.replay.problem() !== null || text() === marksNote() ? 'problem' : wall.replay.tracks()}>
            {text()}
            <Show when={wall.replay.tracks() === 'failed'}>
              <button type="button" class="quiet" onClick={() => { wall.replay.retryTracks() }}>{words().retry}</button>
            </Show>
          </p>
        )}
      </Show>
      <div class="replay-ways-out">
        <button type="button" class="quiet" onBlur={() => setEnding(false)} onClick={() => { if (ending()) { void wall.replay.end(props.replay.key) } else { setEnding(true) } }}>
          {ending() ? words().confirmEndReplay : words().endReplay}
        </button>
        <button type="button" class="replay-leave" onClick={() => { wall.replay.leave() }}>{words().backToLive}</button>
      </div>
    </div>
  )
}

/** The replay was closed by somebody else: what is shown is its last picture. */
export function ReplayEnded() {
  const wall = useWall()
  return (
    <Show when={wall.replay.ended()}>
      <div class="replay-ended" role="alertdialog" aria-label={words().replayEnded}>
        <strong>{words().replayEnded}</strong>
        <button type="button" class="replay-leave" ref={(button) => { queueMicrotask(() => { button.focus() }) }} onClick={() => { wall.replay.leave() }}>{words().backToLive}</button>
      </div>
    </Show>
  )
}
