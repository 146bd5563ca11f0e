const rememberedKey = 'vantage.screen'

/** Whether the page was opened to be a wall screen: by `/?screen`. With a stage it is the place on a wall that a person opens. */
export function isScreenAddress(): boolean {
  const query = new URLSearchParams(location.search)
  return query.has('screen') && !query.has('stage')
}

/** Whether this browser is one of a wall: it then shows a code, and not the sign-in page, whenever it has no session. */
export const isWallBrowser = (): boolean => localStorage.getItem(rememberedKey) !== null

export function rememberWallBrowser(isOne: boolean): void {
  if (isOne) {
    localStorage.setItem(rememberedKey, 'yes')
  } else {
    localStorage.removeItem(rememberedKey)
  }
}
