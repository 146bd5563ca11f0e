import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js'

interface Props {
  readonly label: string
  readonly class: string
  /** Whether what it is about is on, open or not. */
  readonly isOn?: boolean
  /** What is in it, made anew whenever it opens; it may close itself. */
  readonly children: (close: () => void) => JSX.Element
}

/** A button of the map's tools with a panel beneath. Escape closes it, and so does a press beside it: there is never more than one. */
export function ToolMenu(props: Props) {
  const [isOpen, setOpen] = createSignal(false)
  const close = () => { setOpen(false) }
  let menu!: HTMLDivElement
  const pressed = (event: PointerEvent) => {
    if (isOpen() && !menu.contains(event.target as Node)) {
      close()
    }
  }
  onMount(() => { document.addEventListener('pointerdown', pressed, { capture: true }) })
  onCleanup(() => { document.removeEventListener('pointerdown', pressed, { capture: true }) })
  return (
    <div class={`tool-menu ${props.class}`} ref={menu} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); close() } }}>
      <div class="segmented">
        <button type="button" aria-expanded={isOpen()} aria-pressed={isOpen() || props.isOn === true} onClick={() => setOpen(!isOpen())}>{props.label}</button>
      </div>
      <Show when={isOpen()}><section aria-label={props.label}>{props.children(close)}</section></Show>
    </div>
  )
}
