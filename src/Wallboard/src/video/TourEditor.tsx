import { createResource, createSignal, For, Show } from 'solid-js'
import { reasonOf } from '../session/http'
import { newId } from '../session/ids'
import { keepTour, readClassCounts, removeTour } from './calls'
import { tileCounts, type TileCount, type Tour } from './protocol'
import { videoWords } from './texts'

interface Props {
  readonly tour: Tour | null
  /** What is on the tiles now. */
  readonly chosen: readonly string[]
  readonly onDone: (key: string | null) => void
  readonly onNew: () => void
}

type Which = 'all' | 'classes' | 'cameras'

/** Lays a tour out: which cameras, how many at a time, for how long. */
export function TourEditor(props: Props) {
  const [name, setName] = createSignal(props.tour?.name ?? '')
  const [which, setWhich] = createSignal<Which>(props.tour?.cameras != null ? 'cameras' : props.tour?.classes != null ? 'classes' : 'all')
  const [classes, setClasses] = createSignal<ReadonlySet<string>>(new Set(props.tour?.classes ?? []))
  const [dwell, setDwell] = createSignal(props.tour?.dwell ?? 15)
  const [tiles, setTiles] = createSignal<TileCount>(props.tour?.tiles ?? 9)
  const [problem, setProblem] = createSignal<string | null>(null)
  const [asked, setAsked] = createSignal(false)
  const [known] = createResource(async () => {
    const answer = await readClassCounts()
    return answer.kind === 'ok' ? answer.value.items.map((each) => each.class) : []
  })
  const cameras = () => props.tour?.cameras ?? props.chosen

  async function save(): Promise<void> {
    const key = props.tour?.key ?? `tour-${newId()}`
    const answer = await keepTour({
      key, name: name().trim(), dwell: dwell(), tiles: tiles(), source: which() === 'cameras' ? null : props.tour?.source ?? null, zone: which() === 'cameras' ? null : props.tour?.zone ?? null,
      cameras: which() === 'cameras' ? cameras() : null, classes: which() === 'classes' ? [...classes()] : null,
    })
    if (answer.kind === 'ok') {
      props.onDone(key)
    } else {
      setProblem((answer.kind === 'refused' ? reasonOf(answer.body) : null) ?? videoWords().notSaved)
    }
  }

  async function remove(): Promise<void> {
    const answer = await removeTour(props.tour!.key)
    if (answer.kind === 'ok') {
      props.onDone(null)
    } else {
      setProblem(videoWords().notSaved)
    }
  }

  return (
    <aside class="video-side">
      <form class="tour-editor" aria-label={props.tour?.name ?? videoWords().newTour} onSubmit={(event) => { event.preventDefault(); void save() }}>
        <h3>{props.tour?.name ?? videoWords().newTour}<Show when={props.tour}><button type="button" class="quiet" onClick={() => { props.onNew() }}>＋ {videoWords().newTour}</button></Show></h3>
        <label>{videoWords().tourName}<input required maxLength={100} value={name()} onInput={(event) => setName(event.currentTarget.value)} /></label>
        <label>{videoWords().tourWhich}
          <select value={which()} onChange={(event) => setWhich(event.currentTarget.value as Which)}>
            <option value="all">{videoWords().tourAll}</option>
            <option value="classes">{videoWords().tourClasses}</option>
            <option value="cameras" disabled={cameras().length === 0}>{videoWords().tourCameras} · {videoWords().camerasOf(String(cameras().length))}</option>
          </select>
        </label>
        <Show when={which() === 'classes'}>
          <ul class="tour-classes">
            <For each={known() ?? []}>
              {(each) => (
                <li><label><input type="checkbox" checked={classes().has(each)} onChange={(event) => {
                  const next = new Set(classes())
                  if (event.currentTarget.checked) { next.add(each) } else { next.delete(each) }
                  setClasses(next)
                }} />{each}</label></li>
              )}
            </For>
          </ul>
        </Show>
        <label>{videoWords().tourDwell}<input type="number" required min={5} max={3600} value={dwell()} onInput={(event) => setDwell(event.currentTarget.valueAsNumber)} /></label>
        <label>{videoWords().tiles}
          <select value={tiles()} onChange={(event) => setTiles(Number(event.currentTarget.value) as TileCount)}>
            <For each={tileCounts}>{(each) => <option value={each} selected={tiles() === each}>{videoWords().tilesOf(each)}</option>}</For>
          </select>
        </label>
        <Show when={problem()}>{(text) => <p class="video-warn" role="alert">{text()}</p>}</Show>
        <footer>
          <button type="submit" class="primary">{videoWords().save}</button>
          <button type="button" class="quiet" onClick={() => { props.onDone(null) }}>{videoWords().cancel}</button>
          <Show when={props.tour}><button type="button" class="quiet" onBlur={() => setAsked(false)} onClick={() => { if (asked()) { void remove() } else { setAsked(true) } }}>{asked() ? videoWords().confirmRemove : videoWords().remove}</button></Show>
        </footer>
      </form>
    </aside>
  )
}
