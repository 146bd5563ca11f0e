import { For, Show } from 'solid-js'
import { words } from '../text/language'
import type { RhythmAnswer } from './answers'
import { amount, shortAmount } from './telling'

interface Props {
  readonly layer: string
  readonly rhythm: RhythmAnswer | null
  /** Of the time that it is compared with; null: of none. */
  readonly against: RhythmAnswer | null
}

/** A column an hour of the day. */
export function HoursOfDay(props: Props) {
  return (
    <Columns
      {...props} of="hours" length={24} label={words().analysis.byHour}
      short={(hour) => (hour % 3 === 0 ? String(hour) : '')} name={(hour) => words().analysis.hour(String(hour))} writes={false}
    />
  )
}

/** A column a day of the week, from Monday. */
export function DaysOfWeek(props: Props) {
  const day = (index: number) => words().analysis.weekdays[index]!
  return <Columns {...props} of="days" length={7} label={words().analysis.byDay} short={day} name={(index) => words().analysis.weekday(day(index))} writes />
}

interface ColumnsProps extends Props {
  readonly of: 'hours' | 'days'
  readonly length: number
  readonly label: string
  readonly short: (index: number) => string
  readonly name: (index: number) => string
  /** Whether there is room for the values over the columns. */
  readonly writes: boolean
}

function Columns(props: ColumnsProps) {
  const values = () => props.rhythm?.[props.of] ?? []
  const before = () => props.against?.[props.of] ?? []
  const most = () => Math.max(1, ...values(), ...before())
  const text = (index: number) => {
    const now = `${props.name(index)} ${amount(props.layer, values()[index] ?? 0, words())}`
    return before().length === 0 ? now : `${now} (${amount(props.layer, before()[index] ?? 0, words())})`
  }
  return (
    <ol class="heat-columns" data-of={props.of} aria-label={props.label}>
      <For each={Array.from({ length: props.length }, (_, index) => index)}>
        {(index) => (
          <li title={text(index)} data-value={values()[index]}>
            <small>{props.writes && (values()[index] ?? 0) > 0 ? shortAmount(props.layer, values()[index]!, words()) : ''}</small>
            <div>
              <i style={{ height: `${(100 * (values()[index] ?? 0)) / most()}%` }} />
              <Show when={before().length > 0}><u style={{ bottom: `${(100 * before()[index]!) / most()}%` }} /></Show>
            </div>
            <span>{props.short(index)}</span>
          </li>
        )}
      </For>
    </ol>
  )
}
