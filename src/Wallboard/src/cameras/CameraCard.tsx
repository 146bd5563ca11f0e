import { createMemo, onCleanup, Show } from 'solid-js'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { createLastPictures } from '../video/lastPictures'
import { createSessions } from '../video/sessions'
import { Tile } from '../video/Tile'
import { useWall } from '../wall/wall'
import type { Camera } from './camera'

export function CameraCard() {
  const wall = useWall()
  const camera = createMemo(() => {
    const chosen = wall.selection()
    return chosen?.kind === 'camera' ? wall.cameras.cameras().find((each) => each.key === chosen.key) : undefined
  })
  return (
    <Show when={camera()}>
      {(chosen) => (
        <section class="card camera-card" aria-label={chosen().name}>
          <header class="card-head">
            <div>
              <h2>{chosen().name}</h2>
              <p>{words().camera}</p>
            </div>
            <span class="state-word" data-state={chosen().state === 'online' ? 'moving' : 'offline'}>{words().cameraState[chosen().state]}</span>
            <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
          </header>
          <dl class="facts">
            <div><dt>{words().cameraSource}</dt><dd>{chosen().source ?? words().unknownValue}</dd></div>
            <div><dt>{words().cameraClasses}</dt><dd>{chosen().classes.length === 0 ? words().unknownValue : chosen().classes.join(words().listSeparator)}</dd></div>
          </dl>
          <Show when={allows(wall.rights(), 'video.watch')} fallback={<p class="card-note">{chosen().streams.length === 0 ? words().noVideo : words().hasVideo(chosen().streams.length)}</p>}>
            <Show when={chosen().key} keyed>{(key) => <CameraPicture camera={key} known={chosen()} />}</Show>
          </Show>
        </section>
      )}
    </Show>
  )
}

function CameraPicture(props: { camera: string; known: Camera }) {
  const wall = useWall()
  const sessions = createSessions(null)
  onCleanup(() => { sessions.stop() })
  const pictures = createLastPictures()
  return <Tile camera={props.camera} known={props.known} sessions={sessions} pictures={pictures} stillEveryMs={1000} mayControl={allows(wall.rights(), 'video.control')} />
}
