import './editor.css'
import { createSignal, For, Show } from 'solid-js'
import { ruleTypes, unitKinds, type RuleType } from '../../hub/protocol'
import { count, words } from '../../text/language'
import { length } from '../../text/quantities'
import { useWall } from '../../wall/wall'
import { anotherRule, lackOf, needs, retyped, type ZoneDraft, type ZoneRule } from './draft'
import type { EditProblem } from './editing'
import { dayChoices, readSchedule, readTime, writeSchedule, type Days } from './schedule'

const perKilometreAnHour = 3.6
const dayMs = 86_400_000
const trialDays = [1, 7, 30] as const
const levels = ['info', 'warning', 'critical'] as const

/** What is drawn on the map in words: its name, its rules, what it would have said, and putting it in force. */
export function ZoneEditor() {
  const wall = useWall()
  return <Show when={wall.zoneEditing.draft()}>{(draft) => <Form draft={draft()} />}</Show>
}

/** After saving or ending a zone: that it is done, and the way back. */
export function ZoneDone() {
  const wall = useWall()
  return (
    <Show when={wall.zoneEditing.draft() === null && wall.zoneEditing.done()}>
      {(done) => (
        <p class="zone-done" role="status">
          <span>{done().what === 'saved' ? words().zoneSaved(done().name) : words().zoneEnded(done().name)}</span>
          <Show when={problemText(wall.zoneEditing.problem())}>{(text) => <span class="breach-problem" role="alert">{text()}</span>}</Show>
          <button type="button" class="toggle" disabled={wall.zoneEditing.isBusy()} onClick={() => void wall.zoneEditing.takeBack()}>{words().undoZone}</button>
          <button type="button" class="close" aria-label={words().close} onClick={() => { wall.zoneEditing.forgetDone() }}>×</button>
        </p>
      )}
    </Show>
  )
}

function Form(props: { draft: ZoneDraft }) {
  const wall = useWall()
  const editing = wall.zoneEditing
  const [ending, setEnding] = createSignal(false)
  const set = (part: Partial<ZoneDraft>, isSameStep = false) => { editing.change({ ...props.draft, ...part }, isSameStep) }
  const setRule = (index: number, rule: ZoneRule) => { set({ rules: props.draft.rules.map((each, i) => (i === index ? rule : each)) }) }
  const lack = () => lackOf(props.draft)
  const isDrawing = () => props.draft.shape.kind === 'ring' && !props.draft.shape.isClosed
  const shapeText = () => {
    const { shape } = props.draft
    return shape.kind === 'circle' ? words().circleOf(length(shape.radius, words())) : shape.kind === 'whole' ? words().wholeShape
      : isDrawing() ? words().drawHint : words().cornersOf(shape.points.length)
  }
  async function save(): Promise<void> {
    const key = await editing.save()
    if (key !== null) {
      wall.select({ kind: 'zone', key })
    }
  }

  return (
    <section class="card zone-editor" aria-label={words().zoneEditor}>
      <header class="card-head">
        <i class="swatch" data-level={props.draft.level} />
        <div>
          <h2>{props.draft.version === null ? words().newZone : words().changeZone}</h2>
          <p>{shapeText()}</p>
        </div>
        <button type="button" class="toggle" disabled={editing.steps() === 0} onClick={() => { editing.undo() }}>{words().undoStep}</button>
        <button type="button" class="close" aria-label={words().close} onClick={() => { editing.cancel() }}>×</button>
      </header>
      <form onSubmit={(event) => { event.preventDefault(); void save() }}>
        <label class="zone-name"><span>{words().zoneName}</span>
          <input maxlength="200" value={props.draft.name} placeholder={words().zoneNameHint} onInput={(event) => { set({ name: event.currentTarget.value }, true) }} /></label>
        <div class="segmented small" role="group" aria-label={words().zoneLevel}>
          <For each={levels}>{(level) => <button type="button" aria-pressed={props.draft.level === level} onClick={() => { set({ level }) }}>{levelWord(level)}</button>}</For>
        </div>
        <ol class="zone-rules">
          <For each={props.draft.rules.map((rule) => rule.key)}>
            {(key, index) => {
              const rule = () => props.draft.rules.find((each) => each.key === key) ?? props.draft.rules[index()]!
              return <RuleRow rule={rule()} onChange={(next) => { setRule(index(), next) }} onRemove={() => { set({ rules: props.draft.rules.filter((_, i) => i !== index()) }) }} />
            }}
          </For>
        </ol>
        <button type="button" class="quiet" onClick={() => { set({ rules: [...props.draft.rules, anotherRule(props.draft.rules, 'dwell')] }) }}>＋ {words().addRule}</button>
        <div class="zone-trial">
          <span class="dim">{words().tryOn}</span>
          <div class="segmented small">
            <For each={trialDays}>
              {(days) => <button type="button" disabled={lack() !== null && lack() !== 'name' || editing.isBusy()} onClick={() => void editing.tryOn(wall.hostNow() - days * dayMs, wall.hostNow())}>{words().lastDays(days)}</button>}
            </For>
          </div>
        </div>
        <Show when={editing.trial()}>
          {(trial) => (
            <div class="zone-trial-result" role="status">
              <p><b>{words().wouldHaveSaid(count(trial().breachCount))}</b> · {words().visitsOf(count(trial().visitCount))}</p>
              <ul><For each={trial().byRule}>{(each) => <li>{words().rule[each.type as RuleType]}<b>{count(each.count)}</b></li>}</For></ul>
            </div>
          )}
        </Show>
        <Show when={lack() === 'crossing'}><p class="breach-problem" role="alert">{words().zoneCrossing}</p></Show>
        <Show when={problemText(editing.problem())}>{(text) => <p class="breach-problem" role="alert">{text()}</p>}</Show>
        <p class="errand-buttons">
          <button type="submit" class="primary" disabled={lack() !== null || editing.isBusy()}>{words().putInForce}</button>
          <Show when={props.draft.version !== null}>
            <button type="button" class="toggle" onBlur={() => setEnding(false)} onClick={() => { if (ending()) { void editing.end() } else { setEnding(true) } }}>{ending() ? words().confirmEndZone : words().endZone}</button>
          </Show>
        </p>
      </form>
    </section>
  )
}

function RuleRow(props: { rule: ZoneRule; onChange: (rule: ZoneRule) => void; onRemove: () => void }) {
  const has = (need: 'after' | 'above' | 'count') => needs[props.rule.type].includes(need)
  const kind = () => {
    const units = props.rule.units ?? []
    return units.length === 0 ? 'all' : units.length === 1 && unitKinds.some((each) => units[0] === `${each}/*`) ? units[0]! : 'other'
  }
  const schedule = () => readSchedule(props.rule.schedule)
  const setSchedule = (text: string | undefined) => {
    const { schedule: _, ...rule } = props.rule
    props.onChange(text === undefined ? rule : { ...rule, schedule: text })
  }
  const setKind = (next: string) => {
    const { units: _, ...rule } = props.rule
    props.onChange(next === 'all' ? rule : { ...rule, units: [next] })
  }
  /** As text: a browser of another country would ask for mornings and afternoons, and none takes 24:00. */
  const timeOf = (label: string, end: 'from' | 'to') => (
    <input
      class="rule-time" inputmode="numeric" maxlength="5" placeholder="00:00" aria-label={label} value={windowOf(schedule())[end]}
      onChange={(event) => {
        const time = readTime(event.currentTarget.value)
        if (time !== null) {
          setSchedule(writeSchedule({ ...windowOf(schedule()), [end]: time }))
        }
        event.currentTarget.value = windowOf(schedule())[end]
      }}
    />
  )
  return (
    <li class="zone-rule" data-type={props.rule.type}>
      <div>
        <select aria-label={words().ruleType} value={props.rule.type} onChange={(event) => { props.onChange(retyped(props.rule, event.currentTarget.value as RuleType)) }}>
          <For each={ruleTypes}>{(type) => <option value={type} selected={type === props.rule.type}>{words().rule[type]}</option>}</For>
        </select>
        <Show when={has('count')}>
          <Amount value={props.rule.count ?? 1} least={1} label={words().ruleCount} unit={words().unitsWord} onChange={(value) => { props.onChange({ ...props.rule, count: Math.round(value) }) }} />
        </Show>
        <Show when={has('after')}>
          <Amount value={Math.round((props.rule.after ?? 0) / 60)} least={0} label={words().ruleAfter} unit={words().minutesWord} onChange={(value) => { props.onChange({ ...props.rule, after: value * 60 }) }} />
        </Show>
        <Show when={has('above')}>
          <Amount
            value={Math.round((props.rule.above ?? 0) * perKilometreAnHour)} least={1} label={words().ruleAbove} unit="km/h"
            onChange={(value) => { props.onChange({ ...props.rule, above: Math.round((value / perKilometreAnHour) * 1000) / 1000 }) }}
          />
        </Show>
        <button type="button" class="close" aria-label={words().removeRule} onClick={() => { props.onRemove() }}>×</button>
      </div>
      <div>
        <select aria-label={words().ruleUnits} value={kind()} onChange={(event) => { setKind(event.currentTarget.value) }}>
          <option value="all" selected={kind() === 'all'}>{words().allUnits}</option>
          <For each={unitKinds}>{(each) => <option value={`${each}/*`} selected={kind() === `${each}/*`}>{words().kind[each]}</option>}</For>
          <Show when={kind() === 'other'}><option value="other" selected disabled>{words().otherUnits}</option></Show>
        </select>
        <select
          aria-label={words().ruleSchedule} value={schedule().kind === 'window' ? (schedule() as { days: Days }).days : schedule().kind}
          onChange={(event) => { setSchedule(event.currentTarget.value === 'always' ? undefined : writeSchedule({ ...windowOf(schedule()), days: event.currentTarget.value as Days })) }}
        >
          <option value="always" selected={schedule().kind === 'always'}>{words().always}</option>
          <For each={dayChoices}>{(days) => <option value={days} selected={schedule().kind === 'window' && windowOf(schedule()).days === days}>{words().scheduleDays[days]}</option>}</For>
          <Show when={schedule().kind === 'other'}><option value="other" selected disabled>{props.rule.schedule}</option></Show>
        </select>
        <Show when={schedule().kind === 'window'}>
          {timeOf(words().scheduleFrom, 'from')}–{timeOf(words().scheduleTo, 'to')}
        </Show>
      </div>
    </li>
  )
}

function Amount(props: { value: number; least: number; label: string; unit: string; onChange: (value: number) => void }) {
  return (
    <label class="rule-amount">
      <input type="number" min={props.least} step="1" value={props.value} aria-label={props.label} onInput={(event) => {
        if (event.currentTarget.valueAsNumber >= props.least) {
          props.onChange(event.currentTarget.valueAsNumber)
        }
      }} />
      {props.unit}
    </label>
  )
}

function problemText(problem: EditProblem | null): string | null {
  switch (problem?.kind) {
    case undefined: return null
    case 'refused': return words().zoneRefused(problem.text)
    case 'denied': return words().notAllowed
    case 'unreachable': return words().unreachable
    case 'busy': return words().trialBusy
    case 'gone': return words().zoneGone
    case 'changed': return words().zoneChanged
  }
}

/** The window of a schedule, or the usual one. */
function windowOf(schedule: ReturnType<typeof readSchedule>): { kind: 'window'; days: Days; from: string; to: string } {
  return schedule.kind === 'window' ? schedule : { kind: 'window', days: 'daily', from: '07:00', to: '19:00' }
}

const levelWord = (level: (typeof levels)[number]) => (level === 'info' ? words().zoneInfo : level === 'warning' ? words().zoneWarning : words().zoneCritical)
