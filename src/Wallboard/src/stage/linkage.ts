import { batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { pictureParts, type MapView, type Picture, type PicturePart, type ScreenRole, type Stage, type StageNews, type StageScreen } from './protocol'

/** Which screen of which stage a page is. */
export interface Place {
  readonly stage: string
  readonly screen: string
}

/** How a page stands with its stage. `unknown`: there is no such stage, or it has no such screen. */
export type Standing = 'none' | 'joining' | 'joined' | 'unknown'

/** A wish that the map look somewhere; a new object each time. */
export interface Look {
  /** Null: the whole district. */
  readonly view: MapView | null
  readonly glideMs: number
}

export interface LinkageParts {
  readonly join: (place: Place) => Promise<Stage>
  readonly show: (parts: Partial<Picture> & { passing?: true }) => Promise<number>
  readonly mayLead: () => boolean
  /** What this page shows now; a part that the others cannot show is left out. Reactive. */
  readonly shown: () => Partial<Omit<Picture, 'view'>>
  /** Shows a part as the stage has it. */
  readonly apply: (picture: Picture, parts: ReadonlySet<PicturePart>) => void
}

/** The host ends a connection above 30 a second, passing looks included. */
const showGapMs = 60
const passGapMs = 80
const settledMs = 300
const glideMs = 160
/** Where another's map looks while it moves is no place to stay: without more of it, or a rest, one goes back to what is kept. */
const passingMs = 1500
/** A stage that is not there, or has no such screen, may be made. */
const joinAgainMs = 10_000

/**
 * Links this screen with the others of its stage. What the stage shows is shown here, and, if this screen leads, what is done here is shown there.
 * Each part of the picture goes its own way: a change of one leaves what somebody looks at in the others.
 */
export function createLinkage(place: Place | null, parts: LinkageParts) {
  const [stage, setStage] = createSignal<Stage | null>(null)
  const [standing, setStanding] = createSignal<Standing>(place === null ? 'none' : 'joining')
  const [look, setLook] = createSignal<Look | null>(null)
  const own = createMemo((): StageScreen | null => stage()?.screens.find((screen) => screen.key === place?.screen) ?? null)
  const isLinked = () => own() !== null && (own()!.link !== 'alone' || own()!.pushed !== null)
  const leads = createMemo(() => own()?.link === 'lead' && own()!.pushed === null && parts.mayLead())
  /** What this screen is for; null: the host has not said yet. One that is on no stage shows everything. */
  const role = createMemo((): ScreenRole | null => (standing() === 'joining' ? null : own()?.shows ?? 'free'))
  /** What the stage shows as this screen knows it, part by part. */
  const known = new Map<PicturePart, string>()
  /** What was done here and not yet said, or said to nobody: the connection was gone. */
  const unsaid = new Map<PicturePart, unknown>()
  /** Parts that were said, and not answered yet, or later than the stage that was heard last: news of them is old. */
  const saying = new Map<PicturePart, number>()
  const saidAt = new Map<PicturePart, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownAt = -Infinity
  let passedAt = -Infinity
  let settling: ReturnType<typeof setTimeout> | undefined
  let returning: ReturnType<typeof setTimeout> | undefined
  /** The map is being moved here. */
  let isMoving = false
  let isPassing = false
  let newest: Stage | null = null
  /** What was said on a connection that was lost before it was answered: the host may have taken it. */
  const lost = new Map<PicturePart, Set<string>>()
  /** Parts that were said again on a new connection: if that is lost over them, too, they are not said a third time. */
  const saidAgain = new Set<PicturePart>()
  /** Grows with each connection: what comes of the one before counts no more. */
  let joins = 0
  let isJoining = false
  let lastRest: MapView | null = null

  /** What this screen has to show. */
  const picture = (): Picture | null => own()?.pushed?.picture ?? stage()?.picture ?? null

  /** Both at once: nobody may see a page joined to a stage that is not there. */
  function stand(next: Stage | null, how: Standing): void {
    batch(() => {
      setStage(next)
      setStanding(how)
    })
  }

  function take(next: Stage, isFirst: boolean): void {
    const wasLinked = isLinked()
    stand(next, next.screens.some((screen) => screen.key === place?.screen) ? 'joined' : 'unknown')
    if (isLinked()) {
      follow(isFirst || !wasLinked)
    }
  }

  /** Shows what is not shown yet. On joining that is all which is not as the others have it; later what has changed. */
  function follow(isFirst: boolean): void {
    const [screen, of, next] = [own()!, stage()!, picture()!]
    const shown = parts.shown()
    const changed = new Set<PicturePart>()
    for (const part of pictureParts) {
      const wanted = JSON.stringify(next[part])
      const isOurs = (saying.get(part) ?? 0) > 0 || unsaid.has(part) || of.version < (saidAt.get(part) ?? 0)
      if (isOurs && screen.pushed === null) {
        continue
      }
      const before = isFirst ? (part === 'view' ? undefined : JSON.stringify(shown[part])) : known.get(part)
      known.set(part, wanted)
      if (before !== wanted) {
        changed.add(part)
      }
    }
    if (changed.delete('view') && !isMoving) {
      clearTimeout(returning)
      setLook({ view: next.view, glideMs: isFirst ? 0 : glideMs })
    }
    if (changed.size > 0) {
      parts.apply(next, changed)
    }
  }

  async function join(): Promise<void> {
    if (place === null) {
      return
    }
    const before = stage()?.picture
    const joining = ++joins
    isJoining = true
    forget()
    newest = null
    try {
      const joined = newerOf(await parts.join(place), newest) // News may overtake the answer.
      keep(before, joined)
      take(joined, true)
    } catch (error) {
      // Without a connection the next one joins again.
      if (error instanceof Error && error.message.includes('unknown:')) {
        stand(null, 'unknown')
        dropOwn()
      }
    }
    if (joining === joins) { // No other has begun meanwhile.
      isJoining = false
      saySoon()
    }
  }

  /** What was done here without a connection is said now, unless somebody else has changed the same part meanwhile. */
  function keep(before: Picture | undefined, joined: Stage): void {
    const screen = joined.screens.find((each) => each.key === place?.screen)
    const mayLead = screen?.link === 'lead' && screen.pushed === null && parts.mayLead()
    const shown: Partial<Picture> = parts.shown()
    for (const part of [...unsaid.keys()]) {
      const now = JSON.stringify(joined.picture[part])
      const isOthers = before === undefined || (JSON.stringify(before[part]) !== now && lost.get(part)?.has(now) !== true)
      if (!mayLead || isOthers || saidAgain.has(part)) {
        unsaid.delete(part)
        continue
      }
      // What was done last is what is shown; where the map came to rest is known here alone.
      unsaid.set(part, part === 'view' ? lastRest : part in shown ? shown[part] : unsaid.get(part))
      saidAgain.add(part)
    }
    lost.clear()
  }

  /** What was said on a connection that is no more. */
  function forget(): void {
    saying.clear()
    saidAt.clear()
  }

  /** What was done for a stage that is no more. */
  function dropOwn(): void {
    unsaid.clear()
    lost.clear()
  }

  function heard(news: StageNews): void {
    if (news.key !== place?.stage) {
      return
    }
    newest = news.stage
    if (news.stage === null) {
      forget()
      dropOwn()
      stand(null, 'unknown')
    } else {
      take(news.stage, false)
    }
  }

  function tell(part: PicturePart, value: unknown): void {
    unsaid.set(part, value)
    saidAgain.delete(part)
    saySoon()
  }

  function saySoon(): void {
    if (timer === undefined) {
      timer = setTimeout(say, Math.max(0, shownAt + showGapMs - performance.now()))
    }
  }

  function say(): void {
    timer = undefined
    if (unsaid.size === 0 || isJoining) {
      return // Joining decides what of it is said.
    }
    if (!leads()) {
      unsaid.forEach((_, part) => known.delete(part))
      unsaid.clear()
      if (isLinked()) {
        follow(false)
      }
      return
    }
    shownAt = performance.now()
    const [told, toldIn] = [new Map(unsaid), joins]
    unsaid.clear()
    for (const [part, value] of told) {
      known.set(part, JSON.stringify(value))
      saying.set(part, (saying.get(part) ?? 0) + 1)
    }
    parts.show(Object.fromEntries(told)).then(
      (version) => { heardBack(told.keys(), version) },
      (error: unknown) => {
        if (isRefusal(error)) {
          heardBack(told.keys(), 0)
        } else if (toldIn === joins) {
          unheard(told) // What was done here stands until the next connection joins.
        }
      },
    )
  }

  function heardBack(told: Iterable<PicturePart>, version: number): void {
    for (const part of told) {
      saidAgain.delete(part)
      saying.set(part, (saying.get(part) ?? 1) - 1)
      saidAt.set(part, Math.max(saidAt.get(part) ?? 0, version))
    }
    if (isLinked() && stage()!.version >= version) {
      follow(false)
    }
  }

  function unheard(told: ReadonlyMap<PicturePart, unknown>): void {
    for (const [part, value] of told) {
      saying.set(part, (saying.get(part) ?? 1) - 1)
      known.set(part, JSON.stringify(stage()?.picture[part]))
      lost.set(part, (lost.get(part) ?? new Set()).add(JSON.stringify(value)))
      if (!unsaid.has(part)) {
        unsaid.set(part, value)
      }
    }
  }

  // What is done on this screen goes to the others. Not what it showed before it was asked, nor a part that it only now can show: nobody did that.
  createEffect(on(parts.shown, (shown, before) => {
    if (before === undefined || !leads()) {
      return
    }
    for (const part of pictureParts) {
      if (part === 'view' || !(part in shown) || !(part in before)) {
        continue
      }
      const next = JSON.stringify(shown[part])
      if (next === JSON.stringify(before[part])) {
        continue
      }
      if (next !== known.get(part)) {
        tell(part, shown[part])
      } else {
        unsaid.delete(part) // Done and undone before it was said.
      }
    }
  }))

  /** The map moves, by somebody's hand or by itself. */
  function moving(view: MapView): void {
    if (!leads()) {
      return
    }
    isMoving = true
    clearTimeout(settling)
    // One at a time: what a slow connection keeps back would come all at once, and the host ends a screen that floods it.
    if (!isPassing && performance.now() - passedAt >= passGapMs) {
      passedAt = performance.now()
      isPassing = true
      parts.show({ view: roundedView(view), passing: true }).catch(() => undefined).finally(() => { isPassing = false })
    }
  }

  /** The map is not moved here any more, whatever it was about to say: it is gone, or the screen leads no longer. */
  function stopMoving(): void {
    clearTimeout(settling)
    isMoving = false
  }
  createEffect(on(standing, (how) => {
    if (how === 'unknown') {
      const again = setInterval(() => void join(), joinAgainMs)
      onCleanup(() => { clearInterval(again) })
    }
  }))
  createEffect(on(leads, (mayMove) => {
    if (!mayMove && isMoving) {
      stopMoving()
      lookAgain()
    }
  }))

  function lookAgain(): void {
    const now = picture()
    if (isLinked() && now !== null && !isMoving) {
      setLook({ view: now.view, glideMs })
    }
  }

  /** The map has come to rest, for now. Null: it shows the whole district. */
  function rested(view: MapView | null): void {
    if (!leads()) {
      return
    }
    clearTimeout(settling)
    settling = setTimeout(() => {
      isMoving = false
      const rest = view === null ? null : roundedView(view)
      lastRest = rest
      if (JSON.stringify(rest) !== known.get('view')) {
        tell('view', rest)
      }
    }, view === null ? 0 : settledMs)
  }

  onCleanup(() => {
    clearTimeout(timer)
    clearTimeout(settling)
    clearTimeout(returning)
  })

  return {
    place, stage, standing, own, role, picture, leads, isLinked, look, join, heard, moving, rested,
    /** Where the map of another screen looks while it moves. */
    heardLook(view: MapView): void {
      if (isLinked() && !isMoving && own()!.pushed === null) {
        setLook({ view, glideMs })
        clearTimeout(returning)
        returning = setTimeout(lookAgain, passingMs)
      }
    },
    stopMoving,
    /** What is done here stays here, and is nobody's lead: nothing of it may change what the others show. */
    isDriven: () => isLinked() && !leads(),
  }
}

export type Linkage = ReturnType<typeof createLinkage>

const newerOf = (one: Stage, other: Stage | null) => (other !== null && other.version > one.version ? other : one)

/** The host said no: this screen does not lead, or not any more. */
const isRefusal = (error: unknown) => error instanceof Error && /follows:|unknown:|protocol:|stages\.lead/.test(error.message)

/** As exact as a pixel at the closest zoom needs, so that what comes back is what went out. */
function roundedView({ lon, lat, zoom }: MapView): MapView {
  return { lon: round(lon, 1e7), lat: round(lat, 1e7), zoom: round(zoom, 1e4) }
}

const round = (value: number, parts: number) => Math.round(value * parts) / parts
