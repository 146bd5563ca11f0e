import { words } from '../text/language'
import { switchTheme, theme } from './theme'

/** The wall's theme or the desk's, of this browser. */
export function ThemeButton() {
  return <button type="button" class="quiet" title={words().themeHint} onClick={switchTheme}>{theme === 'light' ? words().darkTheme : words().lightTheme}</button>
}
