import './replay.css'
import { createSignal, For, Show } from 'solid-js'
import { words } from '../text/language'
import { dayOf, timeOfDay } from '../time/format'
import { rangeOf, shortPeriods } from '../time/period'
import { useWall } from '../wall/wall'
import type { Span } from './clock'
import type { Problem, ReplayTarget } from './replay'

const hours = Array.from({ length: 25 }, (_, hour) => hour)
const hourText = (hour: number) => `${String(hour).padStart(2, '0')}:00`

/** The button of a card: two taps open a replay. */
export function ReplayStart(props: { target: ReplayTarget }) {
  const [open, setOpen] = createSignal(false)
  return (
    <div class="replay-start">
      <button type="button" class="toggle" aria-expanded={open()} onClick={() => setOpen(!open())}>{words().replay}</button>
      <Show when={open()}><RangeChoice target={props.target} /></Show>
    </div>
  )
}

/** Of which time: one tap, or a day and its hours. */
export function RangeChoice(props: { target: ReplayTarget }) {
  const wall = useWall()
  const [picking, setPicking] = createSignal(false)
  const [day, setDay] = createSignal(dayOf(wall.now()))
  const [fromHour, setFromHour] = createSignal(0)
  const [toHour, setToHour] = createSignal(24)
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<Problem | 'hoursWrong' | 'dayAhead' | null>(null)

  const problemText = () => {
    const now = problem()
    return now === null ? null : now === 'hoursWrong' ? words().hoursWrong : now === 'dayAhead' ? words().dayAhead : words().replayProblem[now]
  }

  async function start(span: Span): Promise<void> {
    setBusy(true)
    setProblem(null)
    setProblem(await wall.replay.start(props.target, span))
    setBusy(false)
  }

  function startDay(): void {
    const now = wall.hostNow()
    const [from, to] = [timeOfDay(day(), fromHour()), timeOfDay(day(), toHour())]
    if (Number.isNaN(from) || to <= from) {
      setProblem('hoursWrong')
    } else if (from >= now) {
      setProblem('dayAhead')
    } else {
      void start({ from, to: Math.min(to, now) })
    }
  }

  return (
    <div class="replay-range">
      <div class="segmented small" role="group" aria-label={words().replay}>
        <For each={shortPeriods}>
          {(period) => (
            <button type="button" disabled={busy()} onClick={() => { const [from, to] = rangeOf(period, wall.hostNow()); void start({ from, to }) }}>
              {words().period[period]}
            </button>
          )}
        </For>
        <button type="button" aria-expanded={picking()} aria-pressed={picking()} disabled={busy()} onClick={() => setPicking(!picking())}>{words().pickDay}</button>
      </div>
      <Show when={picking()}>
        <form class="replay-day" onSubmit={(event) => { event.preventDefault(); startDay() }}>
          <input type="date" aria-label={words().day} required max={dayOf(wall.now())} value={day()} onInput={(event) => setDay(event.currentTarget.value)} />
          <HourChoice label={words().fromHour} hour={fromHour()} onChoose={setFromHour} hours={hours.slice(0, 24)} />
          <HourChoice label={words().toHour} hour={toHour()} onChoose={setToHour} hours={hours.slice(1)} />
          <button type="submit" class="primary" disabled={busy()}>{words().openReplay}</button>
        </form>
      </Show>
      <Show when={busy()}><p class="dim">{words().openingReplay}</p></Show>
      <Show when={problemText()}>{(text) => <p class="tool-problem" role="alert">{text()}</p>}</Show>
    </div>
  )
}

function HourChoice(props: { label: string; hour: number; hours: readonly number[]; onChoose: (hour: number) => void }) {
  return (
    <label>
      <span>{props.label}</span>
      <select onChange={(event) => { props.onChoose(Number(event.currentTarget.value)) }}>
        <For each={props.hours}>{(hour) => <option value={hour} selected={hour === props.hour}>{hourText(hour)}</option>}</For>
      </select>
    </label>
  )
}
