import type { LaidOut } from '../calls'

/** What was changed here, upon what others have changed meanwhile. */
export function upon(before: readonly LaidOut[], here: readonly LaidOut[], now: readonly LaidOut[]): LaidOut[] {
  return here.map((screen) => {
    const [was, is] = [before, now].map((screens) => screens.find((each) => each.key === screen.key))
    return was === undefined || is === undefined ? { ...screen } : { ...is, ...changes(was, screen) }
  })
}

function changes(was: LaidOut, screen: LaidOut): Partial<LaidOut> {
  return Object.fromEntries(Object.entries(screen).filter(([field, value]) => value !== was[field as keyof LaidOut]))
}
