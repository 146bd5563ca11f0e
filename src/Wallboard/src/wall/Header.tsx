import './header.css'
import { Show } from 'solid-js'
import { isOpen } from '../breaches/board'
import type { Count, UnitKind } from '../hub/protocol'
import { count, language, setLanguage, words } from '../text/language'
import { age, clock, dayOf, weekday, zoneName } from '../time/format'
import { everything } from '../units/filter'
import { SoundButton } from '../sounds/SoundButton'
import { StageBadge } from '../stage/StageBadge'
import { ReplayClock } from '../replay/ReplayBar'
import { screenWords } from '../screens/texts'
import { postName } from '../session/session'
import { SetupLink } from '../setup/SetupLink'
import mark from './mark.svg'
import { fitLine } from './fitting'
import { ThemeButton } from './ThemeButton'
import { visitorsHere } from './visitors'
import { VisitorButton, VisitorMark } from './VisitorMark'
import { useWall } from './wall'

/** Data older than this is worth a look, and older than that an alarm: something upstream is down. */
const lateMs = 30_000
const deadMs = 120_000

/** What a hall's header goes without where there is no room, first to last. That it is a demonstration, and that it is live, is told always. */
const leastWorth = [
  '.header-who', '.header-buttons', '.sound-button', '.header-clock span', '.figure-label small', '.stage-badge .segmented', '.stage-badge-name .dim', '.figure-value small', '.header-brand strong',
  '[data-figure=cameras]', '.stage-badge', '[data-figure=drones]', '.header-brand img', '.header-clock', '.corner-clock', '[data-figure=vehicles]',
]

export function Header() {
  const wall = useWall()
  const isScreen = wall.session.kind === 'screen'
  let line: HTMLElement | undefined
  fitLine(() => line, leastWorth)
  const only = (kind: UnitKind) => {
    const { kinds } = wall.filter()
    wall.setFilter(kinds.size === 1 && kinds.has(kind) ? everything : { ...everything, kinds: new Set([kind]) })
  }
  const isOnly = (kind: UnitKind) => wall.filter().kinds.size === 1 && wall.filter().kinds.has(kind)
  const dataAge = () => {
    const time = wall.summary()?.dataTime
    return time == null ? null : Math.max(0, wall.now() - time)
  }
  const registered = () => { const all = wall.summary(); return all === null ? 0 : all.officers.registered + all.vehicles.registered + all.drones.registered }
  /** Of an installation that has nobody to report yet there is nothing to be alarmed about. */
  const ageLevel = () => {
    const old = dataAge()
    if (old === null && wall.summary() !== null && registered() === 0) {
      return 'none'
    }
    return old === null || old > deadMs ? 'dead' : old > lateMs ? 'late' : 'fresh'
  }
  const toAlarm = () => {
    const line = wall.lines().find((each) => isOpen(each) && each.breach.lon !== null)
    if (line !== undefined) {
      wall.setFlight({ kind: 'to', lon: line.breach.lon!, lat: line.breach.lat!, zoom: 15 })
    }
  }

  return (
    <header class="header" ref={line}>
      <div class="header-brand">
        <img src={mark} alt="" />
        <strong>{words().product}</strong>
        <Show when={wall.demo()}><span class="badge demo" title={words().demoHint}>{words().demo}</span></Show>
        <VisitorMark />
      </div>
      <Show when={!wall.replay.isOn()} fallback={<ReplayClock />}><div class="header-figures">
        <Figure key="officers" label={words().officers} value={wall.summary()?.officers} pressed={isOnly('officer')} onPress={() => { only('officer') }} />
        <Figure key="vehicles" label={words().vehicles} value={wall.summary()?.vehicles} pressed={isOnly('vehicle')} onPress={() => { only('vehicle') }} />
        <Show when={(wall.summary()?.drones.registered ?? 0) > 0}>
          <Figure key="drones" label={words().drones} value={wall.summary()?.drones} pressed={isOnly('drone')} onPress={() => { only('drone') }} />
        </Show>
        <Figure key="cameras" label={words().cameras} value={wall.summary()?.cameras} pressed={wall.camerasWanted()} onPress={() => { wall.toggleCameras() }} />
        <button type="button" class="figure" classList={{ alarming: (wall.summary()?.openBreaches ?? 0) > 0 }} onClick={toAlarm}>
          <span class="figure-label">{words().openBreaches}</span>
          <span class="figure-value">{wall.summary() === null ? '–' : count(wall.summary()!.openBreaches)}</span>
        </button>
        <div class="figure data-age" data-level={ageLevel()}>
          <span class="figure-label">{words().dataTime}</span>
          <span class="figure-value">{dataAge() === null ? words().noData : age(dataAge()!, words())}</span>
        </div>
      </div></Show>
      <div class="header-side">
        <StageBadge />
        <LinkMark />
        <SoundButton />
        <div class="header-who">
          <strong>{isScreen ? screenWords().screen : postName(wall.session.post, wall.session.postName ?? wall.welcome()?.user.post ?? null, words())}</strong>
          <Show when={!visitorsHere}><span>{wall.session.name}</span></Show>
        </div>
        <SetupLink rights={wall.session.rights} />
        <div class="header-buttons">
          <button type="button" class="quiet" onClick={() => { setLanguage(language() === 'zh' ? 'en' : 'zh') }}>{words().otherLanguage}</button>
          <ThemeButton />
          <Show when={!isScreen}><VisitorButton /></Show>
          <Show when={!isScreen}><button type="button" class="quiet" onClick={() => { wall.signOut() }}>{words().signOut}</button></Show>
        </div>
        <div class="header-clock">
          <Show when={wall.replay.isOn()}><em>{words().replayNow}</em></Show>
          <time>{clock(wall.now())}</time>
          <span>{dayOf(wall.now())} {words().weekdays[weekday(wall.now())]} · {zoneName(wall.now(), words())}</span>
        </div>
      </div>
    </header>
  )
}

function Figure(props: { key: string; label: string; value: Count | undefined; pressed: boolean; onPress: () => void }) {
  return (
    <button type="button" class="figure" data-figure={props.key} aria-pressed={props.pressed} onClick={() => { props.onPress() }}>
      <span class="figure-label">{props.label} <small>{words().onlineOfRegistered}</small></span>
      <span class="figure-value">
        {props.value === undefined ? '–' : count(props.value.online)}
        <small>/{props.value === undefined ? '–' : count(props.value.registered)}</small>
      </span>
    </button>
  )
}

/** What a screen that is nothing but a map has to say of itself: what time it is, whether that is now, and which screen it is. */
export function MapCorner() {
  const wall = useWall()
  let line: HTMLDivElement | undefined
  fitLine(() => line, leastWorth)
  return (
    <div class="map-corner" ref={line}>
      <LinkMark />
      <Show when={wall.replay.isOn()} fallback={<time class="corner-clock">{clock(wall.now())}</time>}><ReplayClock /></Show>
      <Show when={wall.demo()}><span class="badge demo" title={words().demoHint}>{words().demo}</span></Show>
      <VisitorMark />
      <StageBadge />
    </div>
  )
}

/** How the wall stands with the host: always there, in a word. */
function LinkMark() {
  const wall = useWall()
  const word = () => {
    switch (wall.link().kind) {
      case 'live': return wall.replay.isOn() ? words().replay : words().live
      case 'connecting': return words().connecting
      case 'lost':
      case 'stopped': return words().lost
    }
  }
  return <div class="link-mark" data-state={wall.replay.isOn() && wall.link().kind === 'live' ? 'replay' : wall.link().kind} role="status"><i />{word()}</div>
}
