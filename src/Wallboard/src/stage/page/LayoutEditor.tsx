import { createSignal, For, Show } from 'solid-js'
import { createStore, produce } from 'solid-js/store'
import { words } from '../../text/language'
import { pitches } from '../../wall/hall'
import type { LaidOut } from '../calls'
import { screenLinks, screenRoles, type StageScreen } from '../protocol'
import { upon } from './upon'

interface Props {
  readonly name: string
  readonly pitch: number | null
  readonly screens: readonly StageScreen[]
  /** As they are by now: somebody else may link a screen otherwise while this one is laid out. */
  readonly now: readonly StageScreen[]
  readonly onSave: (name: string, pitch: number | null, screens: readonly LaidOut[]) => void
  readonly onCancel: () => void
}

/** A wall as a table: a row a screen, and beside it how they hang. */
export function LayoutEditor(props: Props) {
  const [name, setName] = createSignal(props.name)
  const [pitch, setPitch] = createSignal(props.pitch)
  const before = props.screens.map(laidOut)
  const [screens, setScreens] = createStore<LaidOut[]>(before.length > 0 ? before.map((screen) => ({ ...screen })) : [screenAt(0, [])])
  const overlapping = () => screens.some((one, i) => screens.some((other, j) => j > i && overlap(one, other)))
  const set = <K extends keyof LaidOut>(i: number, field: K, value: LaidOut[K]) => {
    setScreens(i, produce((screen) => { (screen as Record<K, LaidOut[K]>)[field] = value })) // The row stays, and with it what is focused.
  }
  const whole = (i: number, field: 'column' | 'row' | 'columns' | 'rows', least: number) => (
    <input
      type="number" min={least} max={200} value={screens[i]![field]} aria-label={words().screenField[field]}
      onChange={(event) => { set(i, field, Math.max(least, Math.min(200, Math.round(event.currentTarget.valueAsNumber || least)))) }}
    />
  )
  return (
    <form class="layout-editor" onSubmit={(event) => { event.preventDefault(); props.onSave(name(), pitch(), upon(before, screens, props.now.map(laidOut))) }}>
      <label class="layout-name">{words().stageName}<input value={name()} maxLength={100} required onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label class="layout-name" title={words().pitchHint}>
        {words().pitch}<Pitch value={pitch()} label={words().pitch} least={pitches.least} empty={words().pitchUnknown} onChange={setPitch} />
        <span class="dim">{words().pitchHint}</span>
      </label>
      <div class="layout-picture" aria-hidden="true">
        <For each={screens}>
          {(screen) => <div style={{ 'grid-column': `${screen.column + 1} / span ${screen.columns}`, 'grid-row': `${screen.row + 1} / span ${screen.rows}` }}>{screen.name}</div>}
        </For>
      </div>
      <table>
        <thead>
          <tr>
            <th>{words().screenField.name}</th><th>{words().screenField.role}</th><th>{words().linkage}</th><th>{words().screenField.column}</th><th>{words().screenField.row}</th>
            <th>{words().screenField.columns}</th><th>{words().screenField.rows}</th><th title={words().spansHint}>{words().spanned}</th><th title={words().screenPitchHint}>{words().pitch}</th><th />
          </tr>
        </thead>
        <tbody>
          <For each={screens}>
            {(screen, i) => (
              <tr>
                <td><input value={screen.name} maxLength={100} required aria-label={words().screenField.name} onChange={(event) => { set(i(), 'name', event.currentTarget.value) }} /></td>
                <td><Choice label={words().screenField.role} value={screen.role} of={screenRoles} text={words().screenRole} onChoose={(role) => { set(i(), 'role', role) }} /></td>
                <td><Choice label={words().linkage} value={screen.link} of={screenLinks} text={words().screenLink} onChoose={(link) => { set(i(), 'link', link) }} /></td>
                <td>{whole(i(), 'column', 0)}</td><td>{whole(i(), 'row', 0)}</td><td>{whole(i(), 'columns', 1)}</td><td>{whole(i(), 'rows', 1)}</td>
                <td><input type="checkbox" checked={screen.spans} aria-label={words().spanned} onChange={(event) => { set(i(), 'spans', event.currentTarget.checked) }} /></td>
                <td><Pitch value={screen.pitch} label={`${screen.name} ${words().pitch}`} least={0} empty={words().pitchOfWall} hint={words().screenPitchHint} onChange={(value) => { set(i(), 'pitch', value) }} /></td>
                <td><button type="button" class="quiet" disabled={screens.length === 1} onClick={() => { setScreens((all) => all.filter((_, at) => at !== i())) }}>{words().removeScreen}</button></td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={overlapping()}><p class="stage-problem" role="status">{words().screensOverlap}</p></Show>
      <footer>
        <button type="button" class="quiet" disabled={screens.length >= 64} onClick={() => { setScreens(screens.length, screenAt(screens.reduce((most, each) => Math.max(most, each.column + each.columns), 0), screens)) }}>＋ {words().addScreen}</button>
        <button type="button" class="quiet" onClick={() => { props.onCancel() }}>{words().cancel}</button>
        <button type="submit" class="primary">{words().saveLayout}</button>
      </footer>
    </form>
  )
}

/** Millimetres; empty where nothing of its own is said. */
function Pitch(props: { value: number | null; label: string; least: number; empty: string; hint?: string; onChange: (value: number | null) => void }) {
  return (
    <input
      type="number" min={props.least} max={pitches.most} step="any" value={props.value ?? ''} placeholder={props.empty} aria-label={props.label} title={props.hint}
      onChange={(event) => { props.onChange(Number.isNaN(event.currentTarget.valueAsNumber) ? null : event.currentTarget.valueAsNumber) }}
    />
  )
}

function Choice<T extends string>(props: { label: string; value: T; of: readonly T[]; text: Readonly<Record<T, string>>; onChoose: (value: T) => void }) {
  return (
    <select aria-label={props.label} value={props.value} onChange={(event) => { props.onChoose(event.currentTarget.value as T) }}>
      <For each={props.of}>{(each) => <option value={each}>{props.text[each]}</option>}</For>
    </select>
  )
}

function screenAt(column: number, others: readonly LaidOut[]): LaidOut {
  let number = others.length + 1
  while (others.some((other) => other.key === `screen-${number}`)) {
    number++
  }
  return { key: `screen-${number}`, name: words().screenNumber(number), role: 'free', link: others.length === 0 ? 'lead' : 'follow', column, row: 0, columns: 1, rows: 1, spans: false, pitch: null }
}

function laidOut({ pushed: _, shows: __, ...screen }: StageScreen): LaidOut {
  return screen
}

const overlap = (a: LaidOut, b: LaidOut) =>
  a.column < b.column + b.columns && b.column < a.column + a.columns && a.row < b.row + b.rows && b.row < a.row + a.rows
