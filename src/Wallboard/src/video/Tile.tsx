import { createEffect, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js'
import type { Camera } from '../cameras/camera'
import { CameraIcon } from '../cameras/CameraIcon'
import { words } from '../text/language'
import { age } from '../time/format'
import { useWall } from '../wall/wall'
import { callPreset, readPresets, steer } from './calls'
import { createFeed, type FeedState } from './feed'
import { ptzCommands, type PtzCommand } from './protocol'
import type { LastPictures } from './lastPictures'
import type { Sessions } from './sessions'
import { videoWords } from './texts'

interface Props {
  readonly camera: string
  readonly known: Camera | undefined
  readonly sessions: Sessions
  readonly pictures: LastPictures
  readonly stillEveryMs: number
  /** What there is to say of it here: how far it is, or that it looks there. */
  readonly note?: string | null
  readonly onState?: (state: FeedState) => void
  readonly onRemove?: (() => void) | undefined
  readonly mayControl?: boolean
}

/** A camera on the wall. It is never black: there is a moving picture, or the last one with its age, or the reason why there is none. */
export function Tile(props: Props) {
  const wall = useWall()
  let video!: HTMLVideoElement
  let image!: HTMLImageElement
  const camera = props.camera
  const feed = createFeed(camera, () => ({ video, image }), props.sessions, props.pictures, () => props.stillEveryMs)
  onMount(() => { feed.start() })
  createEffect(on(feed.state, (state) => { props.onState?.(state) }))

  const reason = () => {
    const state = feed.state()
    return state.kind === 'failed' ? videoWords().reason[state.reason] ?? videoWords().otherReason : null
  }
  const retryIn = () => {
    const state = feed.state()
    return state.kind === 'failed' ? Math.max(1, Math.ceil((state.retryAt - Date.now() + 0 * wall.now()) / 1000)) : null
  }
  const pictureAge = () => (feed.posterAt() === null ? null : age(Math.max(0, wall.now() - feed.posterAt()!), words()))
  const isMoving = () => {
    const state = feed.state()
    return state.kind === 'playing' && state.protocol !== 'still'
  }
  const mark = () => {
    const state = feed.state()
    switch (state.kind) {
      case 'opening': return pictureAge() === null ? videoWords().opening : `${videoWords().opening} · ${videoWords().oldPicture(pictureAge()!)}`
      case 'playing': return state.protocol !== 'still' ? videoWords().playing : pictureAge() === null ? videoWords().stillNoAge : videoWords().still(pictureAge()!)
      case 'failed': return videoWords().retryIn(String(retryIn()))
    }
  }

  return (
    <figure class="tile" data-camera={camera} data-state={feed.state().kind} data-moving={isMoving()} aria-label={props.known?.name ?? camera}>
      <div class="tile-picture">
        <img ref={image} class="tile-still" alt="" hidden={feed.posterAt() === null || isMoving()} />
        <video ref={video} class="tile-video" playsinline muted hidden={!isMoving()} />
        <Show when={feed.posterAt() === null && !isMoving() && reason() === null}><div class="tile-empty"><CameraIcon online={props.known?.state !== 'offline'} /><span>{videoWords().opening}</span></div></Show>
        <Show when={reason()}>
          {(text) => (
            <div class="tile-reason" role="status">
              <CameraIcon online={false} />
              <strong>{text()}</strong>
              <Show when={pictureAge()}>{(old) => <span>{videoWords().oldPicture(old())}</span>}</Show>
              <button type="button" class="quiet" onClick={() => { feed.retry() }}>{videoWords().retryNow}</button>
            </div>
          )}
        </Show>
        <Show when={props.mayControl === true && feed.session()?.canControl === true}><PtzPad camera={camera} /></Show>
      </div>
      <figcaption>
        <span class="tile-name">{props.known?.name ?? videoWords().gone}</span>
        <Show when={props.note}>{(note) => <span class="tile-note">{note()}</span>}</Show>
        <span class="tile-mark">{mark()}</span>
        <Show when={props.onRemove}>{(remove) => <button type="button" class="close" aria-label={videoWords().close} onClick={() => { remove()() }}>×</button>}</Show>
      </figcaption>
    </figure>
  )
}

/** While a button is held the host hears of it again before it would stop the camera by itself. */
const holdMs = 700
const arrows: Readonly<Record<(typeof ptzCommands)[number], string>> = {
  'up-left': '↖', up: '↑', 'up-right': '↗', left: '←', right: '→', 'down-left': '↙', down: '↓', 'down-right': '↘', 'zoom-in': '＋', 'zoom-out': '－',
}

/** 云台: moves a camera while a button is held, by mouse, touch or key. */
function PtzPad(props: { camera: string }) {
  const [open, setOpen] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  const [presets, setPresets] = createSignal<readonly { readonly id: string; readonly name: string }[]>([])
  let holding: ReturnType<typeof setInterval> | undefined
  const send = (command: PtzCommand) => { void steer(props.camera, command).then((answer) => setFailed(answer.kind !== 'ok')) }
  const start = (command: PtzCommand) => {
    clearInterval(holding)
    send(command)
    holding = setInterval(() => { send(command) }, holdMs)
  }
  const stop = () => {
    if (holding !== undefined) {
      clearInterval(holding)
      holding = undefined
      send('stop')
    }
  }
  onCleanup(stop)
  const show = () => {
    setOpen(!open())
    if (open()) {
      void readPresets(props.camera).then((answer) => { setPresets(answer.kind === 'ok' ? answer.value.items : []) })
    }
  }
  return (
    <div class="ptz">
      <button type="button" class="ptz-toggle" aria-expanded={open()} onClick={show}>{videoWords().ptz}</button>
      <Show when={open()}>
        <div class="ptz-pad" role="group" aria-label={videoWords().ptz}>
          <For each={ptzCommands}>
            {(command) => (
              <button
                type="button" data-command={command} aria-label={videoWords().ptzCommand[command]}
                onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); start(command) }} onPointerUp={stop} onPointerCancel={stop} onLostPointerCapture={stop}
                onKeyDown={(event) => { if (event.key === 'Enter' && !event.repeat) start(command) }} onKeyUp={stop} onBlur={stop}
              >{arrows[command]}</button>
            )}
          </For>
        </div>
        <Show when={presets().length > 0}>
          <div class="ptz-presets" role="group" aria-label={videoWords().presets}>
            <For each={presets()}>{(preset) => <button type="button" onClick={() => void callPreset(props.camera, preset.id).then((answer) => setFailed(answer.kind !== 'ok'))}>{preset.name}</button>}</For>
          </div>
        </Show>
        <Show when={failed()}><p role="alert">{videoWords().ptzFailed}</p></Show>
      </Show>
    </div>
  )
}
