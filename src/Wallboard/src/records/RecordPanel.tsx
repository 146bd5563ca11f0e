import './records.css'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { count, words } from '../text/language'
import { clock, shortMoment } from '../time/format'
import { periods, type Period } from '../time/period'
import { percent } from '../heat/telling'
import { withLayer } from '../heat/choice'
import { useWall } from '../wall/wall'
import { filterQuery, recordFields, recordSystems, systemPrefix, type RecordField } from './point'
import { createRecords, noFilter, type RecordFilter, type RecordQuestion, type RecordRow } from './records'

/** So close one sees where a record is, and what is around it. */
const recordZoom = 15.5
const mostCounts = 8

/** The records of other systems as lists, with counts by day and by what their systems say of them. */
export function RecordPanel(props: { readonly onHeat: () => void }) {
  const wall = useWall()
  const [system, setSystem] = createSignal<string>('complaint')
  const [period, setPeriod] = createSignal<Period>('week')
  const [theme, setTheme] = createSignal<string | null>(null)
  const [filter, setFilter] = createSignal<RecordFilter>(noFilter)
  const [by, setBy] = createSignal<RecordField>('category')
  const question = createMemo((): RecordQuestion => ({ system: system(), period: period(), theme: theme(), filter: filter() }))
  const records = createRecords(question, by, wall.hostNow)
  const text = () => words().recordList
  const isFiltered = () => theme() !== null || recordFields.some((field) => filter()[field] !== null)
  wall.recordPoints.want()

  const show = (row: RecordRow) => {
    wall.keepRecord(row)
    wall.select({ kind: 'record', system: row.system, number: row.number })
    if (row.lon !== null && row.lat !== null) {
      wall.setFlight({ kind: 'to', lon: row.lon, lat: row.lat, zoom: recordZoom })
    }
  }
  const showHeat = () => {
    wall.analysis.setChoice({ ...withLayer(wall.analysis.choice(), `records.${system()}`), theme: theme() })
    wall.analysis.setPeriod(period())
    props.onHeat()
  }
  const listed = () => filterQuery({ ...filter(), theme: theme() })
  const arePointsShown = () => wall.recordPoints.chosen().get(systemPrefix + system()) === listed()
  const showPoints = () => {
    wall.recordPoints.setDays(period() === 'month' ? 30 : 7)
    wall.recordPoints.choose(systemPrefix + system(), arePointsShown() ? null : listed())
  }
  const note = () => {
    switch (records.state()) {
      case 'loading': return words().loading
      case 'denied': return words().notAllowed
      case 'failed': return text().failed
      case 'ready': return records.rows().length === 0 ? text().empty : null
    }
  }
  const most = () => Math.max(1, ...(records.days()?.items ?? []).map((item) => item.count))
  const counted = createMemo(() => records.counts()?.items.slice(0, mostCounts) ?? [])
  const mostCounted = () => Math.max(1, ...counted().map((item) => item.count))

  return (
    <div class="analysis-body records">
      <div class="chips" role="group" aria-label={text().system}>
        <For each={recordSystems}>{(each) => <button type="button" aria-pressed={system() === each} onClick={() => { setFilter(noFilter); setSystem(each) }}>{words().recordSystem[each]}</button>}</For>
      </div>
      <div class="chips" role="group" aria-label={words().analysis.when}>
        <For each={periods}>{(each) => <button type="button" aria-pressed={period() === each} onClick={() => setPeriod(each)}>{words().period[each]}</button>}</For>
      </div>
      <div class="record-filters">
        <select aria-label={words().analysis.themeOf} onChange={(event) => { setTheme(event.currentTarget.value || null) }}>
          <option value="" selected={theme() === null}>{words().analysis.allThemes}</option>
          <For each={wall.recordPoints.themes() ?? []}>{(each) => <option value={each.key} selected={theme() === each.key}>{each.name}</option>}</For>
        </select>
        <Show when={isFiltered()}><button type="button" class="quiet" onClick={() => { setTheme(null); setFilter(noFilter) }}>{text().reset}</button></Show>
        <For each={recordFields.filter((field) => filter()[field] !== null)}>
          {(field) => <button type="button" class="filter-part" onClick={() => { setFilter({ ...filter(), [field]: null }) }}>{text().field[field]} · {filter()[field]}<i>×</i></button>}
        </For>
      </div>

      <Show when={records.days()}>
        {(days) => (
          <>
            <h3><b class="record-count" data-value={days().count}>{text().count(count(days().count))}</b><small>{text().byDay}</small></h3>
            <ol class="record-days">
              <For each={days().items}>{(item) => <li title={`${item.key} · ${text().count(count(item.count))}`}><i style={{ height: `${(100 * item.count) / most()}%` }} /></li>}</For>
            </ol>
          </>
        )}
      </Show>
      <div class="table-head"><h3>{text().byField}</h3>
        <div class="segmented small"><For each={recordFields}>{(each) => <button type="button" aria-pressed={by() === each} onClick={() => setBy(each)}>{text().field[each]}</button>}</For></div>
      </div>
      <ol class="heat-areas record-counts">
        <For each={counted()}>
          {(item) => (
            <li>
              <button type="button" aria-pressed={filter()[by()] === item.key} onClick={() => { setFilter({ ...filter(), [by()]: filter()[by()] === item.key ? null : item.key }) }}>{item.key}</button>
              <u><i style={{ width: `${(100 * item.count) / mostCounted()}%` }} /></u><b data-value={item.count}>{count(item.count)}</b>
            </li>
          )}
        </For>
      </ol>
      <Show when={(records.counts()?.missing ?? 0) > 0}><p class="dim">{text().unsaid(percent(records.counts()!.missing))}</p></Show>

      <div class="table-head"><h3>{words().recordSystem[system()]}</h3><span><Show when={records.readAt()}>{(at) => <small class="dim">{text().updated(clock(at()))} </small>}</Show><button type="button" class="toggle" aria-pressed={arePointsShown()} onClick={showPoints}>{text().showPoints}</button> <button type="button" class="toggle" onClick={showHeat}>{text().showHeat}</button></span></div>
      <Show when={note()}>{(said) => <p class={records.state() === 'failed' ? 'warn' : 'dim'} role="status">{said()}</p>}</Show>
      <ul class="record-rows">
        <For each={records.rows()}>
          {(row) => (
            <li>
              <button type="button" onClick={() => { show(row) }}>
                <b>{row.category ?? row.kind ?? text().noCategory}</b><time>{shortMoment(Date.parse(row.time), wall.now())}</time>
                <span>{row.address ?? row.number}<Show when={row.lon === null}> · {text().unplaced}</Show></span><em>{row.state ?? ''}</em>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={records.hasMore()}><button type="button" class="toggle record-more" disabled={records.isPaging()} onClick={() => void records.more()}>{text().more}</button></Show>
    </div>
  )
}
