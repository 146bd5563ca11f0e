import { createMemo, createSignal, For, Show } from 'solid-js'
import { words } from '../text/language'
import { useWall } from '../wall/wall'
import * as calls from './calls'
import { incidentLevels, type IncidentLevel } from './incident'
import { kindWord, placeText } from './texts'

/** What people report; a call for help comes from a device. */
const reportable = ['street-vending', 'cross-door-trading', 'street-obstruction', 'illegal-advertising', 'site-dust', 'night-construction', 'other'] as const

/** The form of a report, while a place for one is chosen. */
export function ReportCard() {
  const wall = useWall()
  const place = createMemo(() => {
    const chosen = wall.selection()
    return chosen?.kind === 'report' ? chosen : undefined
  })
  return <Show when={place()} keyed>{(chosen) => <Form lon={chosen.lon} lat={chosen.lat} />}</Show>
}

function Form(props: { lon: number; lat: number }) {
  const wall = useWall()
  const [kind, setKind] = createSignal<string>(reportable[0])
  const [title, setTitle] = createSignal('')
  const [level, setLevel] = createSignal<IncidentLevel>('warning')
  const [note, setNote] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string | null>(null)

  async function send(): Promise<void> {
    setBusy(true)
    const said = note().trim()
    const answer = await calls.report({
      kind: kind(), title: title().trim() || kindWord(kind()), level: level(), lon: props.lon, lat: props.lat, ...(said === '' ? {} : { note: said }),
    })
    setBusy(false)
    if (answer.kind === 'ok') {
      wall.select({ kind: 'incident', key: answer.value.key })
    } else {
      setProblem(answer.kind === 'denied' ? words().notAllowed : words().reportFailed)
    }
  }

  return (
    <section class="card" aria-label={words().report}>
      <header class="card-head">
        <div>
          <h2>{words().report}</h2>
          <p>{placeText(props.lon, props.lat)}</p>
        </div>
        <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
      </header>
      <form
        class="report" onSubmit={(event) => { event.preventDefault(); void send() }}
        onKeyDown={(event) => { if (event.key === 'Escape') wall.select(null) }}
      >
        <label>
          <span>{words().reportKind}</span>
          <select ref={(select) => { queueMicrotask(() => { select.focus() }) }} value={kind()} onChange={(event) => setKind(event.currentTarget.value)}>
            <For each={reportable}>{(each) => <option value={each}>{kindWord(each)}</option>}</For>
          </select>
        </label>
        <label>
          <span>{words().reportTitle}</span>
          <input name="title" maxlength="100" placeholder={kindWord(kind())} value={title()} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <div class="report-level">
          <span>{words().incidentLevelName}</span>
          <div class="segmented" role="group" aria-label={words().incidentLevelName}>
            <For each={incidentLevels}>
              {(each) => <button type="button" aria-pressed={level() === each} onClick={() => setLevel(each)}>{words().incidentLevel[each]}</button>}
            </For>
          </div>
        </div>
        <textarea maxlength="1000" rows="2" placeholder={words().reportNote} aria-label={words().reportNote} value={note()} onInput={(event) => setNote(event.currentTarget.value)} />
        <Show when={problem()}>{(text) => <p class="breach-problem" role="alert">{text()}</p>}</Show>
        <p class="errand-buttons">
          <button type="submit" class="primary" disabled={busy()}>{words().reportSend}</button>
          <button type="button" class="toggle" onClick={() => { wall.select(null) }}>{words().cancel}</button>
        </p>
      </form>
    </section>
  )
}
