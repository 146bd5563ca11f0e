import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Answer } from '../session/http'
import { allows, type Right } from '../session/rights'
import type { Session } from '../session/session'
import { upload } from '../session/upload'
import { count, words } from '../text/language'
import { setupWords } from './texts'

type Target = 'units' | 'cameras' | 'zones'

const targets: readonly { readonly key: Target; readonly right: Right; readonly columns: readonly string[] }[] = [
  { key: 'units', right: 'units.write', columns: ['kind', 'key', 'name', 'squad', 'plate', 'jt808', 'osmand'] },
  { key: 'cameras', right: 'cameras.write', columns: ['key', 'name', 'lon', 'lat', 'crs', 'source', 'classes', 'heading', 'streams', 'state'] },
  { key: 'zones', right: 'zones.write', columns: ['key', 'name', 'lon', 'lat', 'crs', 'radius', 'kind', 'level'] },
]

const kinds = ['officer', 'vehicle', 'drone'] as const
const systems = ['wgs84', 'cgcs2000', 'gcj02', 'bd09'] as const

/** POST /api/import/{target}. */
interface Result {
  readonly total: number
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  readonly failed: number
  readonly errors: readonly ImportError[]
  readonly errorCount: number
  readonly ignored: readonly string[]
}

interface ImportError {
  readonly row: number
  readonly field: string
  readonly code: string
  readonly value: string | null
}

type Step =
  | { readonly kind: 'empty'; readonly fault: string | null }
  | { readonly kind: 'checking'; readonly file: File }
  | { readonly kind: 'checked'; readonly file: File; readonly result: Result; readonly fault: string | null }
  | { readonly kind: 'importing'; readonly file: File; readonly result: Result }
  | { readonly kind: 'done'; readonly result: Result }

/** Takes a table or GeoJSON: what it would do is shown first, and done once it is confirmed. */
export function ImportPanel(props: { session: Session }) {
  const offered = () => targets.filter((target) => allows(props.session.rights, target.right))
  const [chosen, setChosen] = createSignal<Target>(offered()[0]!.key)
  const [kind, setKind] = createSignal('')
  const [crs, setCrs] = createSignal<string>('wgs84')
  const [step, setStep] = createSignal<Step>({ kind: 'empty', fault: null })
  const [isOver, setIsOver] = createSignal(false)
  let input!: HTMLInputElement

  const target = () => targets.find((each) => each.key === chosen())!
  const wordOf = (column: string) => setupWords().fieldNames[column] ?? column
  const query = (more: string) => `/api/import/${chosen()}?${chosen() === 'units' ? (kind() === '' ? '' : `kind=${kind()}&`) : `crs=${crs()}&`}${more}`

  async function check(file: File): Promise<void> {
    if (/\.xlsx?$/i.test(file.name)) {
      setStep({ kind: 'empty', fault: setupWords().excel })
      return
    }
    setStep({ kind: 'checking', file })
    const answer = await upload<Result>(query('dryRun=true'), file, typeOf(file))
    setStep(answer.kind === 'ok' ? { kind: 'checked', file, result: answer.value, fault: null } : { kind: 'empty', fault: refusalText(answer) })
  }

  async function carryOut(file: File, result: Result): Promise<void> {
    setStep({ kind: 'importing', file, result })
    const answer = await upload<Result>(query(result.failed > 0 ? 'partial=true' : 'partial=false'), file, typeOf(file))
    setStep(answer.kind === 'ok' ? { kind: 'done', result: answer.value } : { kind: 'checked', file, result, fault: refusalText(answer) })
  }

  function take(files: FileList | null | undefined): void {
    const file = files?.[0]
    if (file !== undefined) {
      void check(file)
    }
  }

  function begin(next: Target): void {
    setChosen(next)
    setStep({ kind: 'empty', fault: null })
  }

  /** What was chosen counts from the next look at the file on. */
  function recheck(): void {
    const now = step()
    if (now.kind === 'checked') {
      void check(now.file)
    }
  }

  /** An empty table with the columns, which spreadsheets open in the right encoding because of the mark at its begin. */
  function template(): void {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`\uFEFF${target().columns.map(wordOf).join(',')}\r\n`], { type: 'text/csv' }))
    link.download = `${setupWords().templateName[chosen()]}.csv`
    link.click()
    URL.revokeObjectURL(link.href)
  }

  const faultOf = () => {
    const now = step()
    return now.kind === 'empty' || now.kind === 'checked' ? now.fault : null
  }
  const resultOf = () => {
    const now = step()
    return now.kind === 'checked' || now.kind === 'importing' || now.kind === 'done' ? now.result : null
  }
  const fileOf = () => {
    const now = step()
    return now.kind === 'checked' || now.kind === 'importing' ? now.file : null
  }

  return (
    <div class="import">
      <div class="import-head">
        <Show when={offered().length > 1}>
          <nav class="segmented">
            <For each={offered()}>
              {(each) => <button type="button" aria-pressed={each.key === chosen()} onClick={() => { begin(each.key) }}>{setupWords().targets[each.key]}</button>}
            </For>
          </nav>
        </Show>
        <Show
          when={chosen() === 'units'}
          fallback={
            <label>
              <span>{setupWords().crs}</span>
              <select name="crs" value={crs()} onChange={(event) => { setCrs(event.currentTarget.value); recheck() }}>
                <For each={systems}>{(each) => <option value={each}>{setupWords().crsNames[each]}</option>}</For>
                <Show when={props.session.cityGrid}>{(grid) => <option value="city">{setupWords().cityGrid(grid())}</option>}</Show>
              </select>
            </label>
          }
        >
          <label>
            <span>{setupWords().ofKind}</span>
            <select name="kind" value={kind()} onChange={(event) => { setKind(event.currentTarget.value); recheck() }}>
              <option value="">{setupWords().unsaid}</option>
              <For each={kinds}>{(each) => <option value={each}>{words().kind[each]}</option>}</For>
            </select>
          </label>
        </Show>
      </div>
      <p class="setup-hint">
        {setupWords().importHint[chosen()]} <Show when={chosen() !== 'units' && crs() === 'city'}>{setupWords().cityHint} </Show>{setupWords().columns(target().columns.map(wordOf).join(words().listSeparator))}
        {' '}<button type="button" class="quiet import-template" onClick={template}>{setupWords().template}</button>
      </p>
      <div
        class="import-drop" classList={{ 'is-over': isOver(), 'is-small': resultOf() !== null }}
        onDragOver={(event) => { event.preventDefault(); setIsOver(true) }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => { event.preventDefault(); setIsOver(false); take(event.dataTransfer?.files) }}
      >
        <Switch fallback={<strong>{fileOf()?.name ?? (chosen() === 'units' ? setupWords().dropCsv : setupWords().drop)}</strong>}>
          <Match when={step().kind === 'checking'}><strong>{setupWords().checking((step() as { file: File }).file.name)}</strong></Match>
          <Match when={step().kind === 'importing'}><strong>{setupWords().importing}</strong></Match>
        </Switch>
        <Show when={resultOf() === null}><span>{setupWords().encodings}</span></Show>
        <button type="button" class="import-choose" disabled={step().kind === 'checking' || step().kind === 'importing'} onClick={() => { input.click() }}>
          {resultOf() === null ? setupWords().choose : setupWords().another}
        </button>
        <input
          ref={input} type="file" hidden accept={chosen() === 'units' ? '.csv,text/csv' : '.csv,.json,.geojson,text/csv,application/geo+json,application/json'}
          onChange={(event) => { take(event.currentTarget.files); event.currentTarget.value = '' }}
        />
      </div>
      <Show when={faultOf()}>{(fault) => <p class="setup-message" role="alert">{fault()}</p>}</Show>
      <Show when={resultOf()}>
        {(result) => (
          <>
            <Show when={step().kind === 'done'}>
              <p class="setup-message" role="status" data-good="true">{setupWords().done(count(result().new), count(result().changed))}</p>
            </Show>
            <Figures result={result()} />
            <Show when={result().ignored.length > 0}><p class="setup-hint">{setupWords().ignored(result().ignored.join(words().listSeparator))}</p></Show>
            <Show when={fileOf()}>
              {(file) => (
                <Show
                  when={result().new + result().changed > 0}
                  fallback={<Show when={result().failed === 0}><p class="setup-message" role="status" data-good="true">{setupWords().nothingToDo}</p></Show>}
                >
                  <button type="button" class="primary import-confirm" disabled={step().kind === 'importing'} onClick={() => void carryOut(file(), result())}>
                    {result().failed > 0 ? setupWords().confirmGood(count(result().new + result().changed)) : setupWords().confirm(count(result().new + result().changed))}
                  </button>
                </Show>
              )}
            </Show>
            <Show when={result().errors.length > 0}><Errors result={result()} isTable={fileOf() === null || typeOf(fileOf()!) === 'text/csv'} /></Show>
          </>
        )}
      </Show>
    </div>
  )
}

function Figures(props: { result: Result }) {
  const figures = () => [
    { name: setupWords().total, value: props.result.total, state: 'plain' },
    { name: setupWords().new, value: props.result.new, state: 'good' },
    { name: setupWords().changed, value: props.result.changed, state: 'changed' },
    { name: setupWords().unchanged, value: props.result.unchanged, state: 'plain' },
    { name: setupWords().wrong, value: props.result.failed, state: props.result.failed > 0 ? 'bad' : 'plain' },
  ]
  return (
    <dl class="import-figures">
      <For each={figures()}>{(each) => <div data-state={each.state}><dt>{each.name}</dt><dd>{count(each.value)}</dd></div>}</For>
    </dl>
  )
}

function Errors(props: { result: Result; isTable: boolean }) {
  const fieldName = (field: string) => (field === '' ? setupWords().wholeRow : setupWords().fieldNames[field] ?? field)
  const text = (error: ImportError) => setupWords().errorText[error.code]?.(error.value ?? '') ?? setupWords().otherError
  return (
    <section class="import-errors">
      <h2>{setupWords().errorsTitle(count(props.result.errors.length), count(props.result.errorCount))}</h2>
      <div>
        <table>
          <thead><tr><th>{props.isTable ? setupWords().line : setupWords().feature}</th><th>{setupWords().field}</th><th>{setupWords().problem}</th></tr></thead>
          <tbody>
            <For each={props.result.errors}>{(error) => <tr><td>{count(error.row)}</td><td>{fieldName(error.field)}</td><td>{text(error)}</td></tr>}</For>
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** What a file is, by its name: browsers do not know GeoJSON, and on some machines call CSV a spreadsheet. */
function typeOf(file: File): string {
  return /\.(geo)?json$/i.test(file.name) ? 'application/geo+json' : 'text/csv'
}

function refusalText(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): string {
  switch (answer.kind) {
    case 'signed-out':
    case 'denied': return setupWords().denied
    case 'unreachable': return setupWords().noHost
    case 'refused': {
      const { errors } = (answer.body ?? {}) as { errors?: Record<string, unknown> }
      switch (answer.status) {
        case 400: return errors === undefined ? setupWords().unreadable
          : setupWords().wrongColumns(Object.keys(errors).map((name) => setupWords().fieldNames[name] ?? name).join(words().listSeparator))
        case 413: return setupWords().tooLarge
        case 415: return setupWords().unreadable
        case 503: return setupWords().interrupted
        default: return setupWords().failed
      }
    }
  }
}
