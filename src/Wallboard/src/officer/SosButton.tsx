import { createSignal, onCleanup, Show } from 'solid-js'
import { now } from '../time/clock'
import { shortMoment } from '../time/format'
import type { Officer } from './officer'
import { own } from './text'

/** Long enough that no pocket calls for help, short enough for who needs it. */
const holdMs = 2000

export function SosButton(props: { officer: Officer }) {
  const [holding, setHolding] = createSignal(false)
  const [calling, setCalling] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const isWaiting = () => calling() || props.officer.entries().some((entry) => entry.kind === 'sos')
  const begin = () => {
    if (!holding() && !isWaiting()) {
      setHolding(true)
      timer = setTimeout(() => void fire(), holdMs)
    }
  }
  const release = () => {
    clearTimeout(timer)
    setHolding(false)
  }
  async function fire(): Promise<void> {
    setHolding(false)
    setCalling(true)
    navigator.vibrate?.(300)
    await props.officer.callForHelp()
    setCalling(false)
  }
  onCleanup(release)

  const isKey = (event: KeyboardEvent) => event.key === 'Enter' || event.key === ' '
  const message = () => {
    const taken = props.officer.sosTakenAt()
    return isWaiting() ? (props.officer.reached() ? own().sosSending : own().sosOffline)
      : taken !== null ? own().sosDone(shortMoment(taken, now())) : null
  }
  return (
    <footer class="officer-sos">
      <Show when={message()}>{(text) => <p role="alert" data-done={!isWaiting()}>{text()}</p>}</Show>
      <button
        type="button" classList={{ holding: holding() }} disabled={isWaiting()} style={{ '--hold': `${holdMs}ms` }}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); begin() }} onPointerUp={release} onPointerCancel={release}
        onContextMenu={(event) => { event.preventDefault() }} onBlur={release}
        onKeyDown={(event) => { if (isKey(event)) { event.preventDefault(); begin() } }} onKeyUp={(event) => { if (isKey(event)) release() }}
      >
        <b>{own().sos}</b>
        <small>{isWaiting() ? own().sosBusy : holding() ? own().sosHolding : own().sosHold}</small>
      </button>
    </footer>
  )
}
