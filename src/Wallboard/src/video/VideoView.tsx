import './video.css'
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, type JSX } from 'solid-js'
import { newId } from '../session/ids'
import { allows } from '../session/rights'
import { count } from '../text/language'
import { useWall } from '../wall/wall'
import { readClassCounts } from './calls'
import type { FeedState } from './feed'
import { columnsFor } from './grid'
import { createLastPictures } from './lastPictures'
import { tileCounts, type ClassCounts, type SeenCamera, type TileCount, type Tour } from './protocol'
import { createSessions } from './sessions'
import { videoWords } from './texts'
import { Tile } from './Tile'
import { TourRecorder } from './tour'
import { TourEditor } from './TourEditor'
import { createTourLog } from './tourLog'
import { createVideo, type Showing } from './video'

/** Pictures of a page that are looked at closely are newer than those of a page of sixteen. */
const stillEveryMs = (tiles: TileCount) => (tiles <= 4 ? 1000 : 2000)

/** A screen of cameras: a tour, what somebody has chosen, or those around what has happened. */
export function VideoView(props: { readonly onBack?: () => void }) {
  const wall = useWall()
  const video = createVideo({
    picture: wall.videoPicture, setPicture: wall.setVideoPicture, cameras: wall.cameras.cameras, subject: wall.videoSubject,
    lines: wall.lines, linesKnown: wall.linesKnown, now: wall.now,
  })
  wall.cameras.want()
  const sessions = createSessions(wall.linkage.place === null ? null : `${wall.linkage.place.stage}/${wall.linkage.place.screen}`)
  onCleanup(() => { sessions.stop() })
  const pictures = createLastPictures()
  const drives = () => !wall.linkage.isDriven()
  const byKey = createMemo(() => new Map(wall.cameras.cameras().map((camera) => [camera.key, camera])))
  const [open, setOpen] = createSignal<'none' | 'pick' | 'classes'>('none')
  const [editing, setEditing] = createSignal<Tour | 'new' | null>(null)

  // What the tiles show, as one thing that changes only when they do.
  const cameras = createMemo((): readonly string[] => {
    const now = video.showing()
    return 'cameras' in now ? now.cameras : []
  }, [], { equals: (a, b) => a.join('\n') === b.join('\n') })
  const tiles = createMemo((): TileCount => {
    const now = video.showing()
    return 'tiles' in now ? now.tiles : 9
  })
  /** Until the tours are known, there is none to change. */
  const isUnread = () => video.tours() === null || video.showing().kind === 'reading'
  const states = recordTours(video.showing, cameras)

  const [size, setSize] = createSignal({ width: 1600, height: 900 })
  let grid!: HTMLDivElement
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => { setSize({ width: entry!.contentRect.width, height: entry!.contentRect.height }) })
    observer.observe(grid)
    onCleanup(() => { observer.disconnect() })
  })
  const columns = () => columnsFor(tiles(), size().width, size().height)

  const noteOf = (camera: string) => {
    const now = video.showing()
    const found = now.kind === 'interrupted' ? now.covering.find((each) => each.camera.key === camera) : undefined
    return found === undefined ? null : `${distance(found.metres)}${found.looksThere ? ` · ${videoWords().looksThere}` : ''}`
  }
  const remove = (camera: string) => {
    const now = video.showing()
    return now.kind === 'chosen' && drives() ? () => { video.choose(now.cameras.filter((each) => each !== camera), now.tiles) } : undefined
  }

  return (
    <section class="video-view" aria-label={videoWords().video} data-showing={video.showing().kind}>
      <header class="video-head">
        <Show when={props.onBack}>{(back) => <button type="button" class="quiet" onClick={() => { back()() }}>‹ {videoWords().back}</button>}</Show>
        <Title showing={video.showing()} onDismiss={() => { video.dismiss() }} />
        <Show when={video.failed()}><span class="video-warn" role="alert">{videoWords().unreachable}</span></Show>
        <Show when={wall.replay.isOn()}><span class="video-warn">{videoWords().replayNote}</span></Show>
        <Show when={drives()}>
          <div class="video-tools">
            <Show when={(video.tours()?.length ?? 0) > 0}>
              <select
                class="video-tours" aria-label={videoWords().tours}
                value={tourOf(video.showing())?.key ?? ''} onChange={(event) => { if (event.currentTarget.value !== '') video.startTour(event.currentTarget.value) }}
              >
                <option value="" disabled>{videoWords().tours}</option>
                <For each={video.tours()}>{(tour) => <option value={tour.key} selected={tourOf(video.showing())?.key === tour.key}>{tour.name} · {videoWords().camerasOf(count(tour.count))}</option>}</For>
              </select>
            </Show>
            <Show when={video.showing().kind === 'tour'} fallback={
              <Show when={video.showing().kind === 'chosen' && (video.tours()?.length ?? 0) > 0}><button type="button" class="tool" onClick={() => { video.goOn() }}>▶ {videoWords().resumeTour}</button></Show>
            }>
              <div class="segmented">
                <button type="button" aria-label={videoWords().previous} onClick={() => { video.turn(-1) }}>‹</button>
                <button type="button" onClick={() => { video.hold() }}>{videoWords().hold}</button>
                <button type="button" aria-label={videoWords().next} onClick={() => { video.turn(1) }}>›</button>
              </div>
            </Show>
            <div class="segmented" role="group" aria-label={videoWords().tiles}>
              <For each={tileCounts}>{(each) => <button type="button" title={videoWords().tilesOf(each)} aria-pressed={tiles() === each} onClick={() => { video.setTiles(each) }}>{each}</button>}</For>
            </div>
            <div class="segmented">
              <button type="button" aria-expanded={open() === 'pick'} aria-pressed={open() === 'pick'} onClick={() => setOpen(open() === 'pick' ? 'none' : 'pick')}>{videoWords().pick}</button>
              <button type="button" aria-expanded={open() === 'classes'} aria-pressed={open() === 'classes'} onClick={() => setOpen(open() === 'classes' ? 'none' : 'classes')}>{videoWords().classes}</button>
            </div>
            <Show when={allows(wall.rights(), 'cameras.write')}>
              <button type="button" class="tool" disabled={editing() === null && isUnread()} aria-pressed={editing() !== null} onClick={() => setEditing(editing() === null ? tourOf(video.showing()) ?? 'new' : null)}>{videoWords().edit}</button>
            </Show>
          </div>
        </Show>
      </header>
      <div class="video-body">
        <div
          class="video-grid" ref={grid} data-tiles={tiles()}
          style={{ 'grid-template-columns': `repeat(${columns()}, minmax(0, 1fr))`, 'grid-template-rows': `repeat(${Math.ceil(tiles() / columns())}, minmax(0, 1fr))` }}
        >
          <For each={cameras()} fallback={<Nothing showing={video.showing()} failed={video.failed()} onNew={allows(wall.rights(), 'cameras.write') && drives() ? () => setEditing('new') : null} />}>
            {(camera) => (
              <Tile
                camera={camera} known={byKey().get(camera)} sessions={sessions} pictures={pictures} stillEveryMs={stillEveryMs(tiles())} note={noteOf(camera)}
                onState={(state) => { states(camera, state) }} onRemove={remove(camera)} mayControl={allows(wall.rights(), 'video.control')}
              />
            )}
          </For>
        </div>
        <Show when={open() === 'pick' && drives()}>
          <Picker chosen={cameras()} onToggle={(camera) => {
            const now = video.showing()
            const before = now.kind === 'chosen' ? now.cameras : []
            const next = before.includes(camera) ? before.filter((each) => each !== camera) : [...before, camera].slice(-16)
            video.choose(next, tileCounts.find((each) => each >= Math.max(next.length, now.kind === 'chosen' ? now.tiles : 1)) ?? 16)
          }} />
        </Show>
        <Show when={open() === 'classes'}><Classes /></Show>
        <Show when={editing()} keyed>
          {(tour) => (
            <TourEditor
              tour={tour === 'new' ? null : tour} chosen={cameras()}
              onDone={(key) => { setEditing(null); void video.read().then(() => { if (key !== null) video.startTour(key) }) }} onNew={() => setEditing('new')}
            />
          )}
        </Show>
      </div>
    </section>
  )
}

const tourOf = (showing: Showing): Tour | null => (showing.kind === 'tour' ? showing.tour : null)

const distance = (metres: number) => (metres < 950 ? videoWords().metres(String(Math.round(metres / 10) * 10)) : videoWords().kilometres((metres / 1000).toFixed(1)))

/** Puts on record what was shown of tours. Answers what to tell of a tile. */
function recordTours(showing: () => Showing, cameras: () => readonly string[]): (camera: string, state: FeedState) => void {
  const wall = useWall()
  const recorder = new TourRecorder()
  const log = createTourLog()
  const seen = new Map<string, { readonly state: SeenCamera['state']; readonly reason: string | null }>()
  const page = createMemo(() => {
    const now = showing()
    return now.kind === 'tour' ? `${now.tour.key}\n${now.page}` : null
  })
  const end = (now: Showing | null) => { log.add(recorder.end(wall.hostNow(), wall.linkage.place, now?.kind === 'interrupted' ? now.subject.by : null, newId())) }
  createEffect(on([page, cameras], () => {
    const now = showing()
    end(now)
    if (now.kind === 'tour' && now.cameras.length > 0) {
      recorder.begin(now.tour.key, now.page, now.cameras, wall.hostNow())
      for (const camera of now.cameras) {
        const before = seen.get(camera)
        if (before !== undefined) {
          recorder.saw(camera, before.state, before.reason, wall.hostNow())
        }
      }
    }
    for (const camera of seen.keys()) {
      if (!cameras().includes(camera)) {
        seen.delete(camera)
      }
    }
  }))
  // A page that is closed has shown what it has shown.
  const onHide = () => { end(null) }
  window.addEventListener('pagehide', onHide)
  onCleanup(() => {
    window.removeEventListener('pagehide', onHide)
    end(null)
    log.stop()
  })
  return (camera, state) => {
    const told = state.kind === 'playing' ? { state: state.protocol === 'still' ? 'still' : 'playing', reason: null } as const
      : state.kind === 'failed' ? { state: 'failed', reason: state.reason } as const
        : { state: 'none', reason: null } as const
    seen.set(camera, told)
    recorder.saw(camera, told.state, told.reason, wall.hostNow())
  }
}

function Title(props: { showing: Showing; onDismiss: () => void }): JSX.Element {
  const seconds = (ms: number) => String(Math.max(0, Math.ceil(ms / 1000)))
  const as = <K extends Showing['kind']>(kind: K) => (props.showing.kind === kind ? props.showing as Extract<Showing, { kind: K }> : null)
  return (
    <div class="video-title">
      <Show when={as('tour')}>
        {(now) => <><h2>{now().tour.name}</h2><span class="dim">{videoWords().page(String(now().page + 1), String(Math.max(1, now().pages)))} · {videoWords().nextIn(seconds(now().left))}</span></>}
      </Show>
      <Show when={as('chosen')}><h2>{videoWords().chosen}</h2></Show>
      <Show when={as('interrupted')}>
        {(now) => (
          <>
            <h2 class="video-interrupted" data-by={now().subject.by}>{videoWords().interrupted(now().subject.by, now().subject.title)}</h2>
            <span class="dim">{videoWords().interruptedHint} · {now().left === null ? videoWords().resumesAfter : videoWords().resumesIn(seconds(now().left!))}</span>
            <button type="button" class="quiet" onClick={() => { props.onDismiss() }}>{videoWords().resumeNow}</button>
          </>
        )}
      </Show>
      <Show when={as('reading') ?? as('empty')}><h2>{videoWords().video}</h2></Show>
    </div>
  )
}

/** Instead of tiles, when there are none. */
function Nothing(props: { showing: Showing; failed: boolean; onNew: (() => void) | null }): JSX.Element {
  return (
    <div class="video-nothing">
      <Show when={props.showing.kind !== 'reading'} fallback={<p>{props.failed ? videoWords().unreachable : videoWords().opening}</p>}>
        <Show when={props.showing.kind === 'empty'} fallback={<p>{props.showing.kind === 'interrupted' ? videoWords().noCamerasNear : videoWords().pickNone}</p>}>
          <p>{videoWords().noTours}</p>
          <p class="dim">{videoWords().noToursHint}</p>
          <Show when={props.onNew}>{(start) => <button type="button" class="primary" onClick={() => { start()() }}>{videoWords().newTour}</button>}</Show>
        </Show>
      </Show>
    </div>
  )
}

/** The most rows of a list that somebody reads; the others are found by more letters. */
const pickRows = 60

function Picker(props: { chosen: readonly string[]; onToggle: (camera: string) => void }) {
  const wall = useWall()
  const [text, setText] = createSignal('')
  const found = createMemo(() => {
    const wanted = text().trim().toLowerCase()
    return wall.cameras.cameras()
      .filter((camera) => wanted === '' || [camera.name, camera.key, ...camera.classes].some((each) => each.toLowerCase().includes(wanted)))
      .slice(0, pickRows)
  })
  let field!: HTMLInputElement
  onMount(() => { field.focus() })
  return (
    <aside class="video-side" aria-label={videoWords().pick}>
      <input ref={field} type="search" placeholder={videoWords().pickPlaceholder} value={text()} onInput={(event) => setText(event.currentTarget.value)} />
      <ul>
        <For each={found()} fallback={<li class="dim">{videoWords().pickNone}</li>}>
          {(camera) => (
            <li>
              <button type="button" aria-pressed={props.chosen.includes(camera.key)} data-state={camera.state} onClick={() => { props.onToggle(camera.key) }}>
                <span>{camera.name}</span><small>{camera.classes.join('、')}</small>
              </button>
            </li>
          )}
        </For>
      </ul>
    </aside>
  )
}

/** 点位: how many cameras of each class of the standard there are. */
function Classes() {
  const [counts, setCounts] = createSignal<ClassCounts | null>(null)
  void readClassCounts().then((answer) => { setCounts(answer.kind === 'ok' ? answer.value : null) })
  const most = () => Math.max(1, ...(counts()?.items ?? []).map((each) => each.cameras))
  return (
    <aside class="video-side" aria-label={videoWords().classesTitle}>
      <h3>{videoWords().classesTitle}</h3>
      <Show when={counts()} fallback={<p class="dim">{videoWords().opening}</p>}>
        {(known) => (
          <>
            <p><b>{videoWords().classTotal(count(known().online), count(known().total))}</b></p>
            <p class="dim">{known().total >= known().standard.central ? videoWords().standardMet(count(known().standard.central)) : videoWords().standardMissing(count(known().standard.central), count(known().standard.central - known().total))}</p>
            <ol class="class-rows">
              <For each={known().items}>
                {(each) => <li><span>{each.class}</span><i><u style={{ width: `${(100 * each.cameras) / most()}%` }} /></i><b>{count(each.cameras)}</b></li>}
              </For>
            </ol>
          </>
        )}
      </Show>
    </aside>
  )
}
