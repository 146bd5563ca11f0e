import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js'
import type { Camera } from '../cameras/camera'
import type { BreachLine } from '../hub/protocol'
import { hostClock } from '../time/clock'
import { readTourCameras, readTours } from './calls'
import { coveringCameras, type Covering, type Place } from './coverage'
import type { Interruption, TileCount, Tour, VideoPicture } from './protocol'
import { pagesOf, placeAt, sinceFor } from './tour'

/** Tours change when somebody changes them, and with the cameras that come and go. */
const readAgainMs = 60_000
const retryMs = 5000
/** How long an alarm has the screen. */
const breachMs = 60_000
const interruptedTiles = 4

/** What somebody has picked, as far as cameras can show it. */
export interface Subject {
  readonly by: Interruption
  readonly title: string
  readonly place: Place
  /** It is a camera: that one. */
  readonly camera: string | null
}

export interface VideoParts {
  readonly picture: () => VideoPicture | null
  readonly setPicture: (next: VideoPicture) => void
  readonly cameras: () => readonly Camera[]
  readonly subject: () => Subject | null
  readonly lines: () => readonly BreachLine[]
  readonly linesKnown: () => boolean
  readonly now: () => number
}

/** What is on the tiles. */
export type Showing =
  | { readonly kind: 'reading' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'tour'; readonly tour: Tour; readonly page: number; readonly pages: number; readonly left: number; readonly tiles: TileCount; readonly cameras: readonly string[] }
  | { readonly kind: 'chosen'; readonly tiles: TileCount; readonly cameras: readonly string[] }
  | { readonly kind: 'interrupted'; readonly subject: Subject; readonly left: number | null; readonly tiles: TileCount; readonly cameras: readonly string[]; readonly covering: readonly Covering[] }

/** Decides what a screen of cameras shows: a tour by the clock, cameras that were chosen, or those around what somebody picked or what has just happened. */
export function createVideo(parts: VideoParts) {
  const [tours, setTours] = createSignal<readonly Tour[] | null>(null)
  const [failed, setFailed] = createSignal(false)
  const [keys, setKeys] = createSignal<{ readonly tour: string; readonly keys: readonly string[] } | null>(null)
  /** An alarm that has the screen for a while. */
  const [alarm, setAlarm] = createSignal<{ readonly subject: Subject; readonly until: number } | null>(null)
  /** What somebody has sent away, though it is still selected. */
  const [dismissed, setDismissed] = createSignal<Subject | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGone = false

  async function read(): Promise<void> {
    clearTimeout(timer)
    const answer = await readTours()
    if (isGone) {
      return
    }
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setTours(answer.value.items)
      await readKeys()
    }
    if (!isGone) {
      clearTimeout(timer)
      timer = setTimeout(() => void read(), answer.kind === 'ok' ? readAgainMs : retryMs)
    }
  }

  /** The tour that is on, or that would be. */
  const tour = createMemo((): Tour | null => {
    const wanted = parts.picture()?.tour
    return tours()?.find((each) => each.key === wanted) ?? (wanted == null && parts.picture() !== null ? null : tours()?.[0]) ?? null
  })

  async function readKeys(): Promise<void> {
    const wanted = untrack(tour)
    if (wanted === null) {
      return
    }
    const answer = await readTourCameras(wanted.key)
    if (!isGone && answer.kind === 'ok' && untrack(tour)?.key === wanted.key) {
      setKeys({ tour: wanted.key, keys: answer.value.keys })
    }
  }
  createEffect(on(() => tour()?.key, () => void readKeys()))

  // What happens while the screen hangs has it for a while; what was there before does not.
  let heardOf: Set<string> | null = null
  createEffect(on([parts.lines, parts.linesKnown], ([lines, known]) => {
    if (!known) {
      return
    }
    const isNews = (line: BreachLine) => heardOf !== null && !heardOf.has(line.breach.id) && line.breach.state !== 'retracted' && line.breach.level !== 'info' && line.breach.lon !== null && line.breach.lat !== null
    const news = lines.filter(isNews).sort((a, b) => b.breach.startedAt.localeCompare(a.breach.startedAt))[0]
    heardOf = new Set(lines.map((line) => line.breach.id))
    if (news !== undefined) {
      const { breach } = news
      setAlarm({
        subject: { by: 'breach', title: [breach.zoneName, breach.unitName].filter((each) => each !== null).join(' · '), place: { lon: breach.lon!, lat: breach.lat! }, camera: null },
        until: untrack(parts.now) + breachMs,
      })
    }
  }))

  const interruption = createMemo((): { readonly subject: Subject; readonly until: number | null } | null => {
    const picked = parts.subject()
    if (picked !== null && picked !== dismissed()) {
      return { subject: picked, until: null }
    }
    const waiting = alarm()
    return waiting === null || waiting.subject === dismissed() || parts.now() >= waiting.until ? null : waiting
  })

  const interrupted = createMemo((): Extract<Showing, { kind: 'interrupted' }> | null => {
    const found = interruption()
    if (found === null) {
      return null
    }
    const { subject } = found
    const tiles: TileCount = subject.camera === null ? interruptedTiles : 1
    const covering = subject.camera === null ? coveringCameras(parts.cameras(), subject.place, tiles) : []
    return { kind: 'interrupted', subject, left: null, tiles, cameras: subject.camera === null ? covering.map((each) => each.camera.key) : [subject.camera], covering }
  }, undefined, { equals: (a, b) => a?.subject === b?.subject && a?.cameras.join() === b?.cameras.join() })

  const tiles = (): TileCount => parts.picture()?.tiles ?? tour()?.tiles ?? 9
  const pages = createMemo(() => {
    const [on, known] = [tour(), keys()]
    return on === null || known?.tour !== on.key ? null : pagesOf(known.keys, tiles())
  })
  /** Without a choice the tour began with the epoch: so it is at the same page wherever it is looked at. */
  const since = () => (parts.picture() === null ? 0 : Date.parse(parts.picture()!.since))
  const place = () => placeAt(since(), tour()?.dwell ?? 60, pages()?.length ?? 0, parts.now())

  const showing = createMemo((): Showing => {
    const other = interrupted()
    if (other !== null) {
      const until = interruption()?.until ?? null
      return { ...other, left: until === null ? null : until - parts.now() }
    }
    const chosen = parts.picture()
    if (chosen !== null && chosen.tour === null) {
      return { kind: 'chosen', tiles: chosen.tiles, cameras: chosen.cameras }
    }
    const on = tour()
    if (on === null) {
      return { kind: tours() === null ? 'reading' : 'empty' }
    }
    const all = pages()
    if (all === null) {
      return { kind: 'reading' }
    }
    const { page, left } = place()
    return { kind: 'tour', tour: on, page, pages: all.length, left, tiles: tiles(), cameras: all[page] ?? [] }
  })

  /** The tour that is gone on with. */
  let lastTour: string | null = null
  createEffect(() => { lastTour = parts.picture()?.tour ?? lastTour })

  const iso = (time: number) => new Date(time).toISOString()
  void read()
  onCleanup(() => {
    isGone = true
    clearTimeout(timer)
  })

  return {
    tours, failed, showing, read,
    startTour(key: string): void {
      const of = tours()?.find((each) => each.key === key)
      parts.setPicture({ tour: key, cameras: [], tiles: of?.tiles ?? 9, since: iso(hostClock.at(Date.now())) })
    },
    setTiles(next: TileCount): void {
      const before = parts.picture()
      parts.setPicture({
        tour: before === null ? tour()?.key ?? null : before.tour, cameras: (before?.cameras ?? []).slice(0, next), tiles: next, since: before?.since ?? iso(hostClock.at(Date.now())),
      })
    },
    turn(by: number): void {
      const now = showing()
      if (now.kind === 'tour') {
        parts.setPicture({ tour: now.tour.key, cameras: [], tiles: now.tiles, since: iso(sinceFor(now.page + by, now.tour.dwell, now.pages, hostClock.at(Date.now()))) })
      }
    },
    /** Stays with what is shown. */
    hold(): void {
      const now = showing()
      if (now.kind === 'tour' || now.kind === 'interrupted') {
        parts.setPicture({ tour: null, cameras: now.cameras, tiles: now.tiles, since: iso(hostClock.at(Date.now())) })
      }
    },
    choose(cameras: readonly string[], tiles: TileCount): void {
      parts.setPicture({ tour: null, cameras, tiles, since: iso(hostClock.at(Date.now())) })
    },
    goOn(): void {
      const key = lastTour ?? tours()?.[0]?.key
      if (key !== undefined) {
        this.startTour(key)
      }
    },
    dismiss(): void {
      setDismissed(interruption()?.subject ?? null)
    },
  }
}

export type Video = ReturnType<typeof createVideo>
