import './analysis.css'
import { cellToLatLng } from 'h3-js'
import { createEffect, createMemo, createSignal, For, Index, on, Show } from 'solid-js'
import { RecordPanel } from '../records/RecordPanel'
import { allows, allowsEverywhere } from '../session/rights'
import { words } from '../text/language'
import { recordSystems } from '../records/point'
import { dayOf } from '../time/format'
import { daysBetween, daysOf, earliersOf, periodName, periods } from '../time/period'
import { useWall } from '../wall/wall'
import { dayFilters, grains, hourFilters, isOfFixes, isOfIncidents, isOfRecords, looks, scopes, withLayer, withLook, type Choice, type DayFilter, type HourFilter } from './choice'
import { createFigures } from './figures'
import { placeName } from './places'
import type { HeatPicture } from './reading'
import { DaysOfWeek, HoursOfDay } from './Rhythm'
import { topCells, type HeatRow } from './scales'
import { tablePath } from './question'
import { amount, cellText } from './telling'

const mostTop = 6
/** So close one sees the cell and what is around it. */
const cellZoom = 15

/** What the map's heat is of and how it is looked at, with the figures beside it; and the records of other systems as lists. */
export function AnalysisPanel() {
  const wall = useWall()
  const mayHeat = () => allows(wall.rights(), 'heat.read')
  const mayRecords = () => allowsEverywhere(wall.rights(), 'records.read')
  const [tab, setTab] = createSignal<'heat' | 'records'>(mayHeat() ? 'heat' : 'records')
  return (
    <Show when={wall.analysis.isOpen() && !wall.replay.isOn()}>
      <section class="analysis card" aria-label={words().analysis.title}>
        <header class="analysis-head">
          <div class="segmented" role="tablist">
            <Show when={mayHeat()}><button type="button" role="tab" aria-selected={tab() === 'heat'} aria-pressed={tab() === 'heat'} onClick={() => setTab('heat')}>{words().analysis.title}</button></Show>
            <Show when={mayRecords()}><button type="button" role="tab" aria-selected={tab() === 'records'} aria-pressed={tab() === 'records'} onClick={() => setTab('records')}>{words().analysis.records}</button></Show>
          </div>
          <button type="button" class="close" aria-label={words().close} onClick={() => { wall.analysis.setOpen(false) }}>×</button>
        </header>
        <Show when={tab() === 'heat'} fallback={<RecordPanel onHeat={() => setTab('heat')} />}>
          <div class="analysis-body">
            <Questions />
            <Figures />
          </div>
        </Show>
      </section>
    </Show>
  )
}

/** One of several, as a row of buttons. */
function Pick<T extends string>(props: {
  readonly label: string; readonly of: readonly T[]; readonly chosen: T | null; readonly name: (each: T) => string; readonly hint?: (each: T) => string
  readonly off?: (each: T) => boolean; readonly pick: (each: T) => void
}) {
  return (
    <div class="pick" role="group" aria-label={props.label}>
      <span>{props.label}</span>
      <div class="chips">
        <For each={props.of}>
          {(each) => (
            <button type="button" aria-pressed={props.chosen === each} disabled={props.off?.(each)} title={props.hint?.(each)} onClick={() => { props.pick(each) }}>{props.name(each)}</button>
          )}
        </For>
      </div>
    </div>
  )
}

const mainLayers = ['presence', 'fixes', 'incidents', ...recordSystems.map((system) => `records.${system}` as const)] as const

function Questions() {
  const wall = useWall()
  const heat = wall.analysis
  const choice = heat.choice
  const set = (next: Partial<Choice>) => { heat.setChoice({ ...choice(), ...next }) }
  const text = () => words().analysis
  const main = () => mainLayers.find((layer) => choice().layer === layer || (layer === 'incidents' && isOfIncidents(choice().layer))) ?? null
  const name = (layer: string) => (isOfRecords(layer) ? words().recordSystem[layer.slice('records.'.length)]! : text().layer[layer]!)
  const mayThemes = () => allows(wall.rights(), 'records.read')
  const today = createMemo(() => dayOf(wall.now()))
  const days = () => daysOf(heat.period() ?? 'today', wall.now())
  /** A day that is none, or too far from the other, leaves what is shown. */
  const takeDay = (end: 0 | 1, field: HTMLInputElement) => {
    const both = [...days()] as [string, string]
    both[end] = field.value
    const next = field.value === '' || field.value > today() ? null : daysBetween(...both)
    if (next === null) {
      field.value = days()[end]
    } else {
      heat.setPeriod(next)
    }
  }
  createEffect(on(() => isOfRecords(choice().layer), (isRecords) => {
    if (isRecords && mayThemes()) {
      wall.recordPoints.want()
    }
  }))
  return (
    <div class="picks">
      <Pick label={text().what} of={mainLayers} chosen={main()} name={name} pick={(layer) => { heat.setChoice(withLayer(choice(), layer)) }} />
      <Show when={isOfFixes(choice().layer)}>
        <label class="pick"><span>{words().squads}</span>
          <select value={choice().squad ?? ''} onChange={(event) => { set({ squad: event.currentTarget.value || null }) }}>
            <option value="">{words().recordList.any.squad}</option>
            <Index each={wall.summary()?.squads ?? []}>{(squad) => <option value={squad().key} selected={choice().squad === squad().key}>{squad().name}</option>}</Index>
          </select>
        </label>
      </Show>
      <Show when={isOfIncidents(choice().layer)}>
        <label class="pick"><span>{text().kindOf}</span>
          <select value={choice().layer} onChange={(event) => { set({ layer: event.currentTarget.value }) }}>
            <option value="incidents">{text().allKinds}</option>
            <For each={Object.entries(words().incidentKinds)}>{([kind, of]) => <option value={`incidents.${kind}`} selected={choice().layer === `incidents.${kind}`}>{of}</option>}</For>
          </select>
        </label>
      </Show>
      <Show when={isOfRecords(choice().layer) && mayThemes()}>
        <label class="pick"><span>{text().themeOf}</span>
          <select value={choice().theme ?? ''} onChange={(event) => { set({ theme: event.currentTarget.value || null }) }}>
            <option value="">{text().allThemes}</option>
            <For each={wall.recordPoints.themes() ?? []}>{(theme) => <option value={theme.key} selected={choice().theme === theme.key}>{theme.name}</option>}</For>
          </select>
        </label>
      </Show>
      <Pick label={text().when} of={periods} chosen={heat.period()} name={(each) => periodName(each, words())} pick={(each) => { heat.setPeriod(each) }} />
      <div class="pick days" role="group" aria-label={text().ownDays}>
        <span />
        <For each={[0, 1] as const}>
          {(end) => (
            <>
              <Show when={end === 1}><span>{text().until}</span></Show>
              <input type="date" required max={today()} value={days()[end]} aria-label={text().dayEnds[end]} onChange={(event) => { takeDay(end, event.currentTarget) }} />
            </>
          )}
        </For>
      </div>
      <Pick label="" of={Object.keys(hourFilters) as HourFilter[]} chosen={choice().hours} name={(each) => text().hours[each]} hint={(each) => text().hoursHint[each]} pick={(hours) => { set({ hours }) }} />
      <Pick label="" of={Object.keys(dayFilters) as DayFilter[]} chosen={choice().days} name={(each) => text().days[each]} pick={(days) => { set({ days }) }} />
      <Pick
        label={text().how} of={looks} chosen={choice().look} name={(each) => text().look[each]} off={(each) => each === 'uncovered' && isOfFixes(choice().layer)}
        hint={(each) => (each === 'uncovered' && isOfFixes(choice().layer) ? text().noUncovered : text().lookHint[each])} pick={(look) => { heat.setChoice(withLook(choice(), look)) }}
      />
      <Show when={choice().look === 'compare'}>
        <Pick label="" of={earliersOf(heat.period() ?? 'today')} chosen={heat.earlier()} name={(each) => text().earlier[each]} pick={(earlier) => { set({ earlier }) }} />
      </Show>
      <Pick label={text().grid} of={grains} chosen={choice().grain} name={(each) => text().grain[each]} pick={(grain) => { set({ grain }) }} />
      <Pick label={text().place} of={scopes} chosen={choice().scope} name={(each) => text().scope[each]} pick={(scope) => { set({ scope }) }} />
    </div>
  )
}

function Figures() {
  const wall = useWall()
  const heat = wall.analysis
  const [by, setBy] = createSignal<'street' | 'squad'>('street')
  const figures = createFigures(heat.state, by)
  const picture = createMemo(() => { const state = heat.state(); return state.kind === 'ready' ? state.picture : null })
  const text = () => words().analysis
  return (
    <Show when={picture()}>
      {(shown) => (
        <>
          <h3>{text().byHour}<Show when={shown().choice.look === 'compare'}><small>{text().againstMark}</small></Show></h3>
          <Show when={!figures.rhythm().failed} fallback={<p class="warn">{text().partFailed}</p>}>
            <HoursOfDay layer={shown().choice.layer} rhythm={figures.rhythm().value} against={figures.against().value} />
            <h3>{text().byDay}</h3>
            <DaysOfWeek layer={shown().choice.layer} rhythm={figures.rhythm().value} against={figures.against().value} />
          </Show>
          <Top picture={shown()} />
          <div class="table-head"><h3>{text().table}</h3>
            <div class="segmented small"><For each={['street', 'squad'] as const}>{(each) => <button type="button" aria-pressed={by() === each} onClick={() => setBy(each)}>{text()[each]}</button>}</For></div>
          </div>
          <Show when={!figures.table().failed} fallback={<p class="warn">{text().partFailed}</p>}>
            <AreaTable layer={shown().choice.layer} rows={figures.table().value?.rows ?? null} none={text().noAreas[by()]} />
          </Show>
          <Exports picture={shown()} table={tablePath(shown().choice, by(), shown().ranges.from, shown().ranges.to, shown().box)} />
        </>
      )}
    </Show>
  )
}

function Top(props: { readonly picture: HeatPicture }) {
  const wall = useWall()
  const rows = createMemo(() => topCells(props.picture.choice.look, props.picture.answer.cells, mostTop))
  const name = (cell: string) => placeName(cell, wall.zones.zones(), wall.cameras.cameras(), words().analysis.near) ?? coordinates(cell)
  const fly = ([cell]: HeatRow) => {
    const [lat, lon] = cellToLatLng(cell)
    wall.setFlight({ kind: 'to', lon, lat, zoom: cellZoom })
  }
  wall.approachCameras() // Places are told by the cameras there.
  return (
    <>
      <h3>{words().analysis.top}</h3>
      <ol class="heat-top">
        <For each={rows()} fallback={<li class="dim">{words().heatEmpty}</li>}>
          {(row, index) => (
            <li><button type="button" onClick={() => { fly(row) }}><b>{index() + 1}</b><span>{name(row[0])}</span><i>{cellText(props.picture.choice, row, words())}</i></button></li>
          )}
        </For>
      </ol>
    </>
  )
}

function coordinates(cell: string): string {
  const [lat, lon] = cellToLatLng(cell)
  return `${lon.toFixed(4)}, ${lat.toFixed(4)}`
}

function AreaTable(props: { readonly layer: string; readonly rows: readonly { readonly key: string | null; readonly name: string | null; readonly value: number }[] | null; readonly none: string }) {
  const areas = createMemo(() => (props.rows ?? []).filter((row) => row.key !== null).sort((a, b) => b.value - a.value))
  const outside = () => props.rows?.find((row) => row.key === null)?.value ?? 0
  const most = () => Math.max(1, ...areas().map((row) => row.value))
  return (
    <Show when={props.rows !== null} fallback={<p class="dim">{words().analysis.counting}</p>}>
      <Show when={areas().length > 0} fallback={<p class="dim">{props.none}</p>}>
        <ol class="heat-areas">
          <For each={areas()}>
            {(row) => <li><span>{row.name}</span><u><i style={{ width: `${(100 * row.value) / most()}%` }} /></u><b data-value={row.value}>{amount(props.layer, row.value, words())}</b></li>}
          </For>
          <li class="dim"><span>{words().analysis.outside}</span><u /><b data-value={outside()}>{amount(props.layer, outside(), words())}</b></li>
        </ol>
      </Show>
    </Show>
  )
}

/** What is seen, to take away. */
function Exports(props: { readonly picture: HeatPicture; readonly table: string }) {
  const wall = useWall()
  const [failed, setFailed] = createSignal(false)
  const text = () => words().analysis
  const save = () => {
    setFailed(false)
    wall.savePicture()?.catch(() => setFailed(true)) ?? setFailed(true)
  }
  return (
    <>
      <h3>{text().exports}</h3>
      <div class="heat-exports">
        <a class="toggle" href={`${props.picture.path}&format=csv`} download="">{text().csv}</a>
        <a class="toggle" href={`${props.picture.path}&format=geojson`} download="">{text().geojson}</a>
        <a class="toggle" href={`${props.table}&format=csv`} download="">{text().table} · {text().csv}</a>
        <button type="button" class="toggle" onClick={save}>{text().png}</button>
      </div>
      <Show when={failed()}><p class="warn" role="alert">{text().pngFailed}</p></Show>
    </>
  )
}
