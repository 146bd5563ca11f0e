import { createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js'
import { ruleWord } from '../breaches/why'
import type { Breach } from '../hub/protocol'
import { incidentLevels } from '../incidents/incident'
import { kindWord } from '../incidents/texts'
import { words } from '../text/language'
import { clock, dayOf, span as spanText } from '../time/format'
import { useWall } from '../wall/wall'
import { rateText, type Span } from './clock'
import { markersOf } from './markers'
import type { WireReport } from './protocol'
import type { JumpTo, OpenReplay } from './replay'
import { SpeedChart } from './SpeedChart'
import { ticksOf } from './ticks'
import { gapsOfAll } from './tracks'

const tickPixels = 84
const markerPixels = 12
/** What is thinner than this could not be seen, and a day of it would be thousands of elements. */
const leastPixels = 1.5
const namesInTitle = 6

/** The replay's clock: what was when, where it stands, and everything that sets it for all screens. */
export function Timeline(props: { replay: OpenReplay }) {
  const wall = useWall()
  const { replay } = wall
  const [width, setWidth] = createSignal(1000)
  const [gutter, setGutter] = createSignal(48)
  let track!: HTMLDivElement

  onMount(() => {
    const observer = new ResizeObserver(() => {
      setWidth(track.clientWidth)
      setGutter(3 * parseFloat(getComputedStyle(document.documentElement).fontSize))
    })
    observer.observe(track)
    onCleanup(() => { observer.disconnect() })
  })

  const length = () => props.replay.to - props.replay.from
  const percent = (time: number) => `${((time - props.replay.from) / length()) * 100}%`
  const widthOf = (part: Span) => `${((part.to - part.from) / length()) * 100}%`
  const isSeen = (part: Span) => ((part.to - part.from) / length()) * width() >= leastPixels
  const ticks = createMemo(() => ticksOf(props.replay, Math.max(2, Math.floor(width() / tickPixels)))
    .filter(({ time }) => ((props.replay.to - time) / length()) * width() > tickPixels / 2))
  const parts = () => Math.max(1, width() / markerPixels)
  const breaches = createMemo(() => markersOf(replay.breaches(), (breach) => Date.parse(breach.startedAt), props.replay, parts()))
  const reports = createMemo(() => markersOf(replay.reports(), (report) => Date.parse(report.reportedAt), props.replay, parts()))
  const gaps = createMemo(() => {
    if (replay.trackCount() === 0) {
      return []
    }
    const focus = replay.focus()
    const one = replay.focusTrack() ?? (focus === null ? undefined : replay.past()?.trackOf(focus))
    const all = one?.gaps(props.replay) ?? (focus === null ? gapsOfAll(replay.past()?.tracks ?? [], props.replay) : [{ from: props.replay.from, to: props.replay.to }])
    return all.filter(isSeen)
  })

  const timeAt = (event: PointerEvent) => {
    const box = track.getBoundingClientRect()
    return props.replay.from + (Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))) * length()
  }

  function press(event: PointerEvent & { currentTarget: HTMLElement }): void {
    if (event.button !== 0 || (event.target as HTMLElement).closest('button') !== null) {
      return
    }
    event.currentTarget.setPointerCapture(event.pointerId)
    replay.drag(timeAt(event))
  }

  function move(event: PointerEvent & { currentTarget: HTMLElement }): void {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      replay.drag(timeAt(event))
    }
  }

  function keys(event: KeyboardEvent): void {
    const now = replay.instantNow()
    const steps: Record<string, number> = {
      ArrowLeft: now - (event.shiftKey ? 60_000 : 1000), ArrowRight: now + (event.shiftKey ? 60_000 : 1000),
      ArrowDown: now - 10_000, ArrowUp: now + 10_000, PageDown: now - 600_000, PageUp: now + 600_000,
      Home: props.replay.from, End: props.replay.to,
    }
    const to = steps[event.key]
    if (to !== undefined) {
      event.preventDefault()
      replay.seek(to)
    }
  }

  onMount(() => {
    const anywhere = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, select, textarea, button') !== null
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
        return
      }
      switch (event.key) {
        case ' ':
          event.preventDefault()
          replay.togglePlaying()
          return
        case '[': replay.changeRate(-1); return
        case ']': replay.changeRate(1); return
      }
    }
    window.addEventListener('keydown', anywhere)
    onCleanup(() => { window.removeEventListener('keydown', anywhere) })
  })

  const titleOf = (breaches: readonly Breach[]) => linesOf(
    breaches, words().breachCount, (breach) => `${clock(Date.parse(breach.startedAt))} ${ruleWord(breach, words())} ${breach.zoneName} ${wall.whoOf(breach)}`)
  const reportTitleOf = (reports: readonly WireReport[]) => linesOf(
    reports, words().incidentCount, ({ reportedAt, kind, title }) => [clock(Date.parse(reportedAt)), kindWord(kind) === title ? null : kindWord(kind), title].filter((part) => part !== null).join(' '))
  const moment = () => `${dayOf(replay.second())} ${clock(replay.second())}`

  return (
    <section class="replay-line" aria-label={words().timeLine}>
      <Controls />
      <div class="replay-rows" onPointerDown={press} onPointerMove={move} onPointerUp={() => { replay.release() }} onPointerCancel={() => { replay.release() }}>
        <Show when={replay.focusTrack()}>
          {(focused) => (
            <div class="replay-speeds">
              <SpeedChart track={focused()} span={props.replay} gutter={gutter} label={words().speeds(wall.nameOf(replay.focus() ?? ''))} />
              <span class="replay-unit-of-speed">km/h</span>
            </div>
          )}
        </Show>
        <div
          class="replay-track" ref={track} role="slider" tabindex="0" aria-label={words().timeLine} onKeyDown={keys}
          aria-valuemin={Math.floor(props.replay.from / 1000)} aria-valuemax={Math.floor(props.replay.to / 1000)}
          aria-valuenow={replay.second() / 1000} aria-valuetext={moment()}
        >
          <div class="replay-lane">
            <For each={gaps()}>
              {(gap) => (
                <i
                  class="replay-gap" style={{ left: percent(gap.from), width: widthOf(gap) }} data-from={gap.from} data-to={gap.to}
                  title={words().noPositions(clock(gap.from), clock(gap.to), spanText(gap.to - gap.from, words()))}
                />
              )}
            </For>
            <For each={replay.stops()}>
              {(stop) => (
                <i
                  class="replay-stop" style={{ left: percent(Math.max(props.replay.from, stop.from)), width: widthOf({ from: Math.max(props.replay.from, stop.from), to: Math.min(props.replay.to, stop.to) }) }}
                  title={words().stopSpan(clock(stop.from), clock(stop.to), spanText(stop.to - stop.from, words()))}
                />
              )}
            </For>
            <For each={reports()}>
              {(marker) => (
                <button
                  type="button" class="replay-report" tabindex="-1" style={{ left: percent(marker.time) }} data-level={worstOf(marker.all)}
                  title={reportTitleOf(marker.all)} aria-label={reportTitleOf(marker.all)} onClick={() => { replay.seek(marker.time) }}
                />
              )}
            </For>
            <For each={breaches()}>
              {(marker) => (
                <button
                  type="button" class="replay-breach" tabindex="-1" style={{ left: percent(marker.time) }} title={titleOf(marker.all)} aria-label={titleOf(marker.all)}
                  onClick={() => { replay.seek(marker.time) }}
                />
              )}
            </For>
          </div>
          <div class="replay-ticks" aria-hidden="true">
            <For each={ticks()}>{(tick) => <span style={{ left: percent(tick.time) }}>{tick.text}</span>}</For>
          </div>
        </div>
        <div class="replay-head-room" aria-hidden="true">
          <i class="replay-head" style={{ left: percent(replay.instant()) }} />
        </div>
      </div>
    </section>
  )
}

function Controls() {
  const wall = useWall()
  const { replay } = wall
  const rate = () => replay.clock()?.rate ?? 1
  const isEnded = () => replay.ended()
  return (
    <div class="replay-controls">
      <Jumps to="breach" title={words().breaches} before={words().breachBefore} after={words().breachAfter} />
      <Jumps to="incident" title={words().incidentsShort} before={words().incidentBefore} after={words().incidentAfter} />
      <Jumps to="stop" title={words().stops} before={words().stopBefore} after={words().stopAfter} />
      <div class="replay-play">
        <button type="button" class="quiet" disabled={isEnded()} aria-label={words().secondsBack} title={words().secondsBack} onClick={() => { replay.seek(replay.instantNow() - 10_000) }}>−10</button>
        <button type="button" class="replay-go" disabled={isEnded()} aria-pressed={replay.isPlaying()} onClick={() => { replay.togglePlaying() }}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d={replay.isPlaying() ? 'M3 2h4v12H3zM9 2h4v12H9z' : 'M3 1.500 14 8 3 14.500Z'} /></svg>
          {replay.isPlaying() ? words().pause : words().play}
        </button>
        <button type="button" class="quiet" disabled={isEnded()} aria-label={words().secondsOn} title={words().secondsOn} onClick={() => { replay.seek(replay.instantNow() + 10_000) }}>+10</button>
      </div>
      <div class="segmented" role="group" aria-label={words().rate}>
        <button type="button" disabled={isEnded()} aria-pressed={rate() < 0} onClick={() => { replay.setRate(-rate()) }}>{words().backwards}</button>
        <Act onPress={() => { replay.changeRate(-1) }} off={isEnded()} label={words().slower}>−</Act>
        <output class="replay-rate">{rateText(rate())}</output>
        <Act onPress={() => { replay.changeRate(1) }} off={isEnded()} label={words().faster}>＋</Act>
      </div>
      <div class="segmented">
        <button type="button" aria-pressed={replay.trailsWanted()} onClick={() => { replay.setTrailsWanted(!replay.trailsWanted()) }}>{words().replayTrails}</button>
        <Show when={replay.focus()}>
          <button type="button" class="replay-follow" aria-pressed={wall.following()} onClick={() => { followFocus() }}>{words().follow}</button>
        </Show>
      </div>
    </div>
  )

  /** The camera follows what is chosen; the one unit of a replay is chosen by that. */
  function followFocus(): void {
    const unit = replay.focus()
    const next = !wall.following()
    if (unit !== null && unit !== wall.selectedUnit()) {
      wall.select({ kind: 'unit', id: unit })
    }
    wall.setFollowing(next)
  }
}

function Jumps(props: { to: JumpTo; title: string; before: string; after: string }) {
  const { replay } = useWall()
  const isOff = () => replay.ended() || replay.jumping()
  return (
    <div class="segmented" role="group" aria-label={props.title}>
      <Act onPress={() => void replay.jump(props.to, true)} off={isOff()} label={props.before}>◂ {words().previous}</Act>
      <span class="segmented-title"><i class={`replay-sign ${props.to}`} />{props.title}</span>
      <Act onPress={() => void replay.jump(props.to, false)} off={isOff()} label={props.after}>{words().next} ▸</Act>
    </div>
  )
}

function Act(props: { onPress: () => void; off: boolean; label: string; children: JSX.Element }) {
  return <button type="button" disabled={props.off} aria-label={props.label} title={props.label} onClick={() => { props.onPress() }}>{props.children}</button>
}

/** How many there are, when there are several, and the first of them. */
function linesOf<T>(all: readonly T[], countWord: (count: number) => string, lineOf: (one: T) => string): string {
  return [...(all.length > 1 ? [countWord(all.length)] : []), ...all.slice(0, namesInTitle).map(lineOf)].join('\n')
}

const worstOf = (reports: readonly WireReport[]) => incidentLevels.findLast((level) => reports.some((report) => report.level === level))
