import './themes.css'
import { For, Show } from 'solid-js'
import { count, words } from '../text/language'
import { toggled } from '../units/filter'
import { css } from '../wall/palette'
import { ToolMenu } from '../wall/ToolMenu'
import { useWall } from '../wall/wall'
import { themeColour } from './layer'
import { themeDays } from './themes'

/** Which key matters the map shows, and of how many days. */
export function ThemeMenu() {
  const wall = useWall()
  return <ToolMenu class="theme-menu" label={words().themes} isOn={wall.themes.chosen().size > 0}>{() => <ThemeChoice />}</ToolMenu>
}

function ThemeChoice() {
  const { themes } = useWall()
  themes.want()
  const note = () => {
    switch (themes.state()) {
      case 'loading': return words().loading
      case 'denied': return words().notAllowed
      case 'some': return words().themesFailed
      case 'ready': return themes.points().length === 0 ? words().themesEmpty : null
      case 'off': return null
    }
  }
  const countOf = (key: string) => themes.points().filter((point) => point.theme.key === key).length
  return (
    <>
      <div class="segmented small" role="group" aria-label={words().themeDaysHint}>
        <For each={themeDays}>{(days) => <button type="button" aria-pressed={themes.days() === days} onClick={() => { themes.setDays(days) }}>{words().lastDays(days)}</button>}</For>
      </div>
      <Show when={themes.themes()} fallback={<p class={themes.isUnread() ? 'tool-problem' : 'dim'} role="status">{themes.isUnread() ? words().themesUnread : words().loading}</p>}>
        {(all) => (
          <ul>
            <For each={all()}>
              {(theme, index) => (
                <li>
                  <button type="button" aria-pressed={themes.chosen().has(theme.key)} onClick={() => { themes.setChosen(toggled(themes.chosen(), theme.key)) }}>
                    <i style={{ background: css(themeColour(index())) }}>{theme.name.slice(0, 1)}</i>{theme.name}
                    <Show when={themes.chosen().has(theme.key)}><b>{count(countOf(theme.key))}</b></Show>
                  </button>
                </li>
              )}
            </For>
          </ul>
        )}
      </Show>
      <Show when={note()}>{(text) => <p class="dim">{text()}</p>}</Show>
    </>
  )
}
