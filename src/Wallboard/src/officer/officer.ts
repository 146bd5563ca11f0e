import { createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import { retryDelay } from '../hub/backoff'
import type { Action, Incident } from '../incidents/incident'
import type { Answer as Reply } from '../session/http'
import type { Session } from '../session/session'
import { now } from '../time/clock'
import { forgetOverview, readOverview, sendAnswer, sendDuty, sendFixes, sendSos, type Overview, type OwnOrder } from './api'
import { locate, locateOnce, type Trouble } from './locating'
import { actionsIn, dutyWaiting, mostActions, nextOf, overflowOf, type Entry, type Fix, type Next, type Waiting } from './outbox'
import { openStore, type Store } from './store'
import { own } from './text'

/** How often the host is asked for orders: a new one is seen within this and a moment. */
const askEveryMs = 4000
/** Who calls for help waits no longer for a better position than the last one. */
const sosPatienceMs = 3000
const mostNotices = 5

export type Standing = 'loading' | 'ready' | 'no-unit'

/** Something that did not go as it was asked for: stays until it was read. */
export interface Notice {
  readonly id: number
  readonly text: () => string
}

/** Whether the host was not reached, or what answered cannot do it now: the same is sent again. */
const isForLater = (answer: Reply<unknown>) => answer.kind === 'unreachable'
  || (answer.kind === 'refused' && (answer.status >= 500 || answer.status === 408 || answer.status === 429))

/** What becomes of something that was sent. */
type Outcome = 'taken' | 'later' | 'refused' | 'denied' | 'signed-out'

/** The state of the page, and all that it does; within the owner that it is created in. */
export function createOfficer(session: Session, onSignedOut: () => void) {
  const [overview, setOverview] = createSignal<Overview | null>(null)
  const [standing, setStanding] = createSignal<Standing>('loading')
  const [entries, setEntries] = createSignal<readonly Entry[]>([])
  const [reached, setReached] = createSignal(true)
  const [heardAt, setHeardAt] = createSignal<number | null>(null)
  const [trouble, setTrouble] = createSignal<Trouble | null>(null)
  const [lastFix, setLastFix] = createSignal<Fix | null>(null)
  const [sentAt, setSentAt] = createSignal<number | null>(null)
  const [sosTakenAt, setSosTakenAt] = createSignal<number | null>(null)
  const [notices, setNotices] = createSignal<readonly Notice[]>([])
  let store: Store | null = null
  let ended = false
  let asked: Promise<void> = Promise.resolve()
  let askedCount = 0
  let lastNotice = 0

  const say = (text: () => string) => {
    setNotices((all) => [...all.filter((notice) => notice.text() !== text()), { id: ++lastNotice, text }].slice(-mostNotices))
  }
  const waitingDuty = createMemo(() => dutyWaiting(entries()))
  const onDuty = createMemo(() => waitingDuty() ?? overview()?.duty === 'on')
  const isReady = () => standing() === 'ready'

  /** One question at a time, so that no older answer comes after a newer one. */
  function ask(): Promise<void> {
    askedCount++
    asked = asked.then(askOnce).finally(() => { askedCount-- })
    return asked
  }

  async function askOnce(): Promise<void> {
    const answer = await readOverview()
    if (ended) {
      return
    }
    setReached(!isForLater(answer))
    switch (answer.kind) {
      case 'ok':
        setHeardAt(now())
        setStanding('ready')
        if (answer.value !== null) {
          setOverview(answer.value)
        }
        wake() // Where a question gets through, what waits does too.
        break
      case 'signed-out':
        onSignedOut()
        break
      case 'denied':
        setStanding('no-unit')
        break
      case 'refused':
        if (answer.status === 404) {
          setStanding('no-unit')
        }
        break
      case 'unreachable': break
    }
  }

  async function keep(waiting: Waiting): Promise<boolean> {
    if (store === null || (waiting.kind !== 'fix' && waiting.kind !== 'sos' && actionsIn(entries()) >= mostActions)) {
      say(() => own().full)
      return false
    }
    try {
      const entry = await store.add(session.user, waiting)
      setEntries((all) => [...all, entry])
    } catch {
      say(() => own().notStored)
      return false
    }
    const old = overflowOf(entries())
    if (old.length > 0) {
      await forget(old)
      say(() => own().dropped(old.length))
    }
    pump()
    return true
  }

  async function forget(gone: readonly Entry[]): Promise<void> {
    const ids = new Set(gone.map((entry) => entry.id))
    await store?.remove([...ids]).catch(() => undefined) // What comes again with the next start is taken once all the same.
    setEntries((all) => all.filter((entry) => !ids.has(entry.id)))
  }

  /** Sends what waits of some kind, one after the other, until nothing does or the host is out of reach. */
  function laneOf(isOurs: (entry: Entry) => boolean): () => void {
    let sending = false
    let attempts = 0
    let retry: ReturnType<typeof setTimeout> | undefined
    const nextOfOurs = () => nextOf(entries().filter(isOurs))

    async function send(): Promise<void> {
      for (let next = nextOfOurs(); next !== null && !ended; next = nextOfOurs()) {
        const outcome = await deliver(next)
        if (outcome === 'later') {
          retry = setTimeout(run, retryDelay(attempts++, Math.random))
          return
        }
        attempts = 0
        if (outcome === 'signed-out') {
          onSignedOut()
          return
        }
        await settle(next, outcome)
      }
    }

    function run(): void {
      if (!sending && !ended && isReady()) {
        sending = true
        clearTimeout(retry)
        void send().finally(() => { sending = false })
      }
    }

    onCleanup(() => { clearTimeout(retry) })
    return run
  }

  // A call for help waits for nothing else, not even for a photo that is on its way over a poor network.
  const lanes = [laneOf((entry) => entry.kind === 'sos'), laneOf((entry) => entry.kind !== 'sos')]
  const pump = () => { lanes.forEach((run) => { run() }) }

  function wake(): void {
    if (entries().length > 0) {
      pump()
    }
  }

  async function deliver(next: Next): Promise<Outcome> {
    if (next.kind === 'fixes') {
      const answer = await sendFixes(next.entries.map((entry) => entry.fix))
      if (answer.kind === 'ok') {
        setSentAt(now())
        const wrong = answer.value.rejected
        if (wrong.length > 0) {
          say(wrong.some((one) => one.field === 'time') ? () => own().refusedClock : () => own().refusedFixes(wrong.length))
        }
      }
      return outcomeOf(answer)
    }
    switch (next.entry.kind) {
      case 'answer': return outcomeOf(await sendAnswer(next.entry))
      case 'duty': return outcomeOf(await sendDuty(next.entry.onDuty))
      case 'sos': return outcomeOf(await sendSos(next.entry.time, next.entry.fix))
    }
  }

  function outcomeOf(answer: Reply<unknown>): Outcome {
    setReached(!isForLater(answer))
    switch (answer.kind) {
      case 'ok': return 'taken'
      case 'signed-out': return 'signed-out'
      case 'denied': return 'denied'
      case 'unreachable': return 'later'
      case 'refused': return isForLater(answer) ? 'later' : 'refused'
    }
  }

  async function settle(next: Next, outcome: 'taken' | 'refused' | 'denied'): Promise<void> {
    if (next.kind === 'fixes') {
      await forget(next.entries)
      if (outcome !== 'taken') {
        say(outcome === 'denied' ? () => own().refusedRight : () => own().refusedFixes(next.entries.length))
      }
      return
    }
    const { entry } = next
    if (entry.kind === 'sos' && outcome === 'taken') {
      setSosTakenAt(now())
      await forget([entry])
      return
    }
    // What the host has taken is shown as taken before it leaves the outbox: the page never looks as if nothing had been said.
    await ask()
    if (outcome === 'taken') {
      await forget([entry])
      return
    }
    // What was to follow an answer that was refused cannot be wanted any more.
    await forget(entry.kind === 'answer'
      ? entries().filter((other) => other.kind === 'answer' && other.incident === entry.incident && other.order === entry.order)
      : [entry])
    say(outcome === 'denied' ? () => own().refusedRight : refusalOf(entry))
  }

  function refusalOf(entry: Entry): () => string {
    switch (entry.kind) {
      case 'answer': return () => own().refused(own().answer[entry.action], entry.title)
      case 'duty': return () => own().refusedDuty
      case 'sos': return () => own().refusedSos
      case 'fix': return () => own().refusedFixes(1)
    }
  }

  createEffect(() => {
    if (!isReady() || !onDuty()) {
      setTrouble(null)
      return
    }
    onCleanup(locate((fix) => {
      setLastFix(fix)
      void keep({ kind: 'fix', fix })
    }, setTrouble))
  })

  const look = () => {
    if (askedCount === 0) {
      void ask()
    }
  }
  const seen = () => {
    if (document.visibilityState === 'visible') {
      look()
    }
  }
  const lost = () => { setReached(false) }
  const asking = setInterval(look, askEveryMs)
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', look)
  window.addEventListener('offline', lost)
  onCleanup(() => {
    ended = true
    clearInterval(asking)
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('online', look)
    window.removeEventListener('offline', lost)
  })

  forgetOverview()
  void openStore().then(async (opened) => {
    setEntries(await opened.load(session.user).catch(() => []))
    store = opened
    await ask()
  })

  return {
    session,
    overview,
    standing,
    entries,
    reached,
    heardAt,
    trouble,
    lastFix,
    sentAt,
    sosTakenAt,
    notices,
    onDuty,
    waitingDuty,
    read: (notice: Notice) => { setNotices((all) => all.filter((other) => other.id !== notice.id)) },
    changeDuty: (next: boolean) => keep({ kind: 'duty', onDuty: next }),
    answer: (incident: Incident, order: OwnOrder, action: Action, note: string, picture: Blob | null) => keep({
      kind: 'answer', incident: incident.key, order: order.number, action, title: incident.title, note: note.replace(/\s+/g, ' ').trim(), picture, saidAt: Date.now(),
    }),
    callForHelp: async () => {
      setSosTakenAt(null)
      const time = Math.round(Date.now())
      const fix = (await locateOnce(sosPatienceMs)) ?? lastFix()
      await keep({ kind: 'sos', time, fix })
    },
  }
}

export type Officer = ReturnType<typeof createOfficer>
