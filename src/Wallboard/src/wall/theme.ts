/** The wall's dark theme, for a hall, and the light one, for an office by day. */
export type Theme = 'dark' | 'light'

const storageKey = 'vantage.theme'

/** Of this browser. The officers' page is for the street, and dark by night as well. */
export const theme: Theme = chosen()

function chosen(): Theme {
  try {
    return !location.pathname.startsWith('/m/') && localStorage.getItem(storageKey) === 'light' ? 'light' : 'dark'
  } catch {
    return 'dark' // Nothing may be kept here, or there is no page.
  }
}

/** Keeps the choice and shows the page anew: what is painted on the map has its colours baked in. */
export function switchTheme(): void {
  localStorage.setItem(storageKey, theme === 'light' ? 'dark' : 'light')
  location.reload()
}
