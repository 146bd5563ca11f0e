import type { LaidOut } from '../calls'

/** What was changed here, upon what others have changed meanwhile. */
export function upon(before: readonly LaidOut[], here: readonly LaidOut[], now: readonly LaidOut[]): LaidOut[] {
  const find = (screens: readonly LaidOut[], key: string) => screens.find((each) => each.key === key)
  const changed = here.map((screen) => {
    const [was, is] = [find(before, screen.key), find(now, screen.key)]
    return was === undefined || is === undefined ? { ...screen } : { ...is, ...changes(was, screen) }
  })
  return [...changed, ...now.filter(({ key }) => find(before, key) === undefined && find(here, key) === undefined)]
}

function changes(was: LaidOut, screen: LaidOut): Partial<LaidOut> {
  return Object.fromEntries(Object.entries(screen).filter(([field, value]) => value !== was[field as keyof LaidOut]))
}
