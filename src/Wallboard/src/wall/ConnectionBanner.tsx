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
      case 'no-live-right': return words().noLiveRight
      default: return null
    }
  }
  return (
    <Show when={wall.link().kind === 'lost' || note() !== null}>
      <div class="banner" classList={{ lost: wall.link().kind === 'lost' }} role="alert">
        <Show when={wall.link().kind === 'lost'}>
          <strong>{wall.frameTime() === null ? words().lost : words().lostBanner(moment(wall.frameTime()!, wall.now()))}</strong>
        </Show>
        <span>{note() ?? words().reconnecting}</span>
      </div>
    </Show>
  )
}
