import { Show } from 'solid-js'
import { words } from '../text/language'
import { moment } from '../time/format'
import { useWall } from './wall'

/** Says so, large, when what is on screen is no longer live. */
export function ConnectionBanner() {
  const wall = useWall()
  const note = () => {
    switch (wall.notice()) {
      case 'restarting': return words().restarting
      case 'rights-changed': return words().rightsChanged
      default: return null
    }
  }
  const isLost = () => wall.link().kind === 'lost'
  const lostText = () => {
    if (wall.replay.isOn()) {
      return words().replayLost
    }
    const time = wall.frameTime()
    return time === null ? words().lost : words().lostBanner(moment(time, wall.now()))
  }
  return (
    <Show when={isLost() || note() !== null}>
      <div class="banner" classList={{ lost: isLost() }} role="alert">
        <Show when={isLost()}><strong>{lostText()}</strong></Show>
        <span>{note() ?? words().reconnecting}</span>
      </div>
    </Show>
  )
}
