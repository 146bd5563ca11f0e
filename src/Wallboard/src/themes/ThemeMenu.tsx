import './themes.css'
import { createSignal, For, Show } from 'solid-js'
import { count, words } from '../text/language'
import { toggled } from '../units/filter'
import { css } from '../wall/palette'
import { useWall } from '../wall/wall'
import { themeColour } from './layer'
import { themeDays } from './themes'

/** Which key matters the map shows, and of how many days. */
export function ThemeMenu() {
  const wall = useWall()
  const [open, setOpen] = createSignal(false)
  const toggle = () => {
    setOpen(!open())
    if (open() && wall.themes.themes() === null) {
      void wall.themes.readThemes()
    }
  }
  const note = () => {
    switch (wall.themes.state()) {
      case 'loading': return words().loading
      case 'denied': return words().notAllowed
      case 'some': return words().themesFailed
      case 'ready': return wall.themes.points().length === 0 ? words().themesEmpty : null
      case 'off': return null
    }
  }
  const countOf = (key: string) => wall.themes.points().filter((point) => point.theme.key === key).length
  return (
    <div class="theme-menu" onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); setOpen(false) } }}>
      <div class="segmented"><button type="button" aria-expanded={open()} aria-pressed={open() || wall.themes.chosen().size > 0} onClick={toggle}>{words().themes}</button></div>
      <Show when={open()}>
        <section class="theme-list" aria-label={words().themes}>
          <div class="segmented small" role="group" aria-label={words().themeDaysHint}>
            <For each={themeDays}>{(days) => <button type="button" aria-pressed={wall.themes.days() === days} onClick={() => { wall.themes.setDays(days) }}>{words().lastDays(days)}</button>}</For>
          </div>
          <ul>
            <For each={wall.themes.themes() ?? []} fallback={<li class="dim">{words().loading}</li>}>
              {(theme, index) => (
                <li>
                  <button type="button" aria-pressed={wall.themes.chosen().has(theme.key)} onClick={() => { wall.themes.setChosen(toggled(wall.themes.chosen(), theme.key)) }}>
                    <i style={{ background: css(themeColour(index())) }}>{theme.name.slice(0, 1)}</i>{theme.name}
                    <Show when={wall.themes.chosen().has(theme.key)}><b>{count(countOf(theme.key))}</b></Show>
                  </button>
                </li>
              )}
            </For>
          </ul>
          <Show when={note()}>{(text) => <p class="dim">{text()}</p>}</Show>
        </section>
      </Show>
    </div>
  )
}
