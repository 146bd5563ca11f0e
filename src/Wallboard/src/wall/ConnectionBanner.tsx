import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js'
import { words } from '../text/language'
import { clockJump } from '../time/clock'
import { moment, span } from '../time/format'
import { useWall } from './wall'

const mendedMs = 20_000

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
  // What happened while nobody looked is said for a while after it is over.
  const [mended, setMended] = createSignal<string | null>(null)
  let lostAt: number | null = null
  let clearing: ReturnType<typeof setTimeout> | undefined
  const tell = (text: string) => {
    setMended(text)
    clearTimeout(clearing)
    clearing = setTimeout(() => setMended(null), mendedMs)
  }
  createEffect(on(() => wall.link().kind, (kind) => {
    if (kind === 'lost') {
      lostAt ??= performance.now()
    } else if (kind === 'live' && lostAt !== null) {
      tell(words().mended(span(performance.now() - lostAt, words())))
      lostAt = null
    }
  }))
  createEffect(on(clockJump, (jump) => {
    if (jump !== null) {
      tell(words().clockJumped(span(Math.round(Math.abs(jump.by) / 1000) * 1000, words()), jump.by > 0))
    }
  }, { defer: true }))
  onCleanup(() => { clearTimeout(clearing) })
  return (
    <>
    <Show when={!isLost() && note() === null && mended()}>{(text) => <div class="banner mended" role="status"><span>{text()}</span></div>}</Show>
    <Show when={isLost() || note() !== null}>
      <div class="banner" classList={{ lost: isLost() }} role="alert">
        <Show when={isLost()}><strong>{lostText()}</strong></Show>
        <span>{note() ?? words().reconnecting}</span>
      </div>
    </Show>
    </>
  )
}
