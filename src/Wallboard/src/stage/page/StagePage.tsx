import './page.css'
import { createSignal, For, onCleanup, Show } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { reasonOf, type Answer } from '../../session/http'
import { allows } from '../../session/rights'
import type { Session } from '../../session/session'
import { words } from '../../text/language'
import { hostClock, now } from '../../time/clock'
import { age } from '../../time/format'
import { repeatedly } from '../../time/repeatedly'
import { PlainPage } from '../../wall/PlainPage'
import { cast, keepAs, layOut, linkScreen, readPresence, readStages, removeStage, setVisitors, switchTo, takeBack, type LaidOut } from '../calls'
import { addressOf } from '../place'
import { presets, screenLinks, screenRoles, type Presence, type Preset, type Stage, type StageScreen } from '../protocol'
import { LayoutEditor } from './LayoutEditor'

/** Screens beat once a second: one that was not heard for so long is gone, whatever its connection says. */
const silentMs = 5000
const readAgainMs = 1000

/** Lays walls out: their screens by name and place, who is there, what each shows and how late; switches and drives them. */
export function StagePage(props: { session: Session; onLeave: (byChoice: boolean) => void }) {
  /** What did not change stays the same object, and its tile, with what somebody holds open in it, the same tile. */
  const [known, setKnown] = createStore<{ stages: readonly Stage[] | null }>({ stages: null })
  const stages = () => known.stages
  const [presence, setPresence] = createSignal<readonly Presence[]>([])
  const [chosen, setChosen] = createSignal<string | null>(new URLSearchParams(location.search).get('stage'))
  const [editing, setEditing] = createSignal<{ readonly key: string; readonly stage: Stage | null } | null>(null)
  const [problem, setProblem] = createSignal<string | null>(null)
  const [unread, setUnread] = createSignal<'unreachable' | 'refused' | null>(null)
  const stage = (): Stage | null => stages()?.find((each) => each.key === chosen()) ?? stages()?.[0] ?? null
  const mayLead = () => allows(props.session.rights, 'stages.lead')
  const mayWrite = () => allows(props.session.rights, 'stages.write')

  let isGone = false
  onCleanup(() => { isGone = true })
  async function read(): Promise<void> {
    const answer = await readStages()
    if (isGone) {
      return
    }
    if (answer.kind === 'signed-out') {
      props.onLeave(false)
      return
    }
    setUnread(answer.kind === 'ok' ? null : answer.kind === 'unreachable' ? 'unreachable' : 'refused')
    if (answer.kind === 'ok') {
      setKnown('stages', reconcile<readonly Stage[] | null, unknown>(answer.value.items, { key: 'key' }))
    }
    const key = stage()?.key
    const seen = key === undefined ? null : await readPresence(key)
    if (seen?.kind === 'ok') {
      hostClock.hear(Date.parse(seen.value.time), Date.now())
    }
    setPresence(seen?.kind === 'ok' ? seen.value.items : [])
  }
  onCleanup(repeatedly(async () => {
    await read()
    return readAgainMs
  }))

  async function change(asked: Promise<Answer<unknown>>): Promise<boolean> {
    const answer = await asked
    setProblem(answer.kind === 'ok' ? null : answer.kind === 'refused' ? reasonOf(answer.body) ?? words().stageChangeFailed : words().stageChangeFailed)
    await read()
    return answer.kind === 'ok'
  }

  async function save(name: string, pitch: number | null, screens: readonly LaidOut[]): Promise<void> {
    const { key } = editing()!
    if (await change(layOut(key, name, pitch, screens))) {
      setChosen(key)
      setEditing(null)
    }
  }

  return (
    <PlainPage session={props.session} onLeave={props.onLeave} title={words().stagePage}>
      <div class="stage-page">
        <nav class="stage-tabs" aria-label={words().stagePage}>
          <For each={stages() ?? []}>
            {(each) => <button type="button" aria-pressed={stage()?.key === each.key} onClick={() => { setChosen(each.key); setEditing(null); void read() }}>{each.name}</button>}
          </For>
          <Show when={mayWrite()}><button type="button" class="stage-new" onClick={() => setEditing({ key: newKey(stages() ?? []), stage: null })}>＋ {words().newStage}</button></Show>
          <a class="stage-to-wall" href="/">{words().toWall}</a>
        </nav>
        <Show when={unread()}>{(why) => <p class="stage-problem" role="alert">{why() === 'unreachable' ? words().unreachable : words().stagesUnread}</p>}</Show>
        <Show when={problem()}>{(text) => <p class="stage-problem" role="alert">{text()}</p>}</Show>
        <Show when={editing() === null} fallback={
          <LayoutEditor
            name={editing()!.stage?.name ?? words().newStage} pitch={editing()!.stage?.pitch ?? null} screens={editing()!.stage?.screens ?? []}
            now={stages()?.find((each) => each.key === editing()!.key)?.screens ?? []}
            onSave={(name, pitch, screens) => void save(name, pitch, screens)}
            onCancel={() => { setEditing(null); setProblem(null) }}
          />
        }>
          <Show when={stage()} fallback={<p class="empty">{stages() !== null ? words().noStages : unread() === null ? words().loading : ''}</p>}>
            {(shown) => (
              <>
                <Presets stage={shown()} mayLead={mayLead()} mayWrite={mayWrite()} onSwitch={(preset) => void change(switchTo(shown().key, preset))} onKeep={(preset) => void change(keepAs(shown().key, preset))} />
                <div class="stage-visitors">
                  <Show when={shown().visitors}><span class="badge visitors" title={words().visitorsHint}>{words().visitors}</span></Show>
                  <button type="button" class="quiet" disabled={!mayLead()} title={words().visitorsHint} onClick={() => void change(setVisitors(shown().key, !shown().visitors))}>
                    {shown().visitors ? words().visitorsStageEnd : words().visitorsBegin}
                  </button>
                </div>
                <ol class="stage-screens" style={gridOf(shown().screens)}>
                  <For each={shown().screens}>
                    {(screen) => (
                      <ScreenTile
                        stage={shown()} screen={screen} present={presence().filter((each) => each.screen === screen.key)} mayLead={mayLead()}
                        onLink={(link) => void change(linkScreen({ stage: shown().key, screen: screen.key }, link))}
                        onRole={(role) => void change(cast({ stage: shown().key, screen: screen.key }, role, shown().picture))}
                        onTakeBack={() => void change(takeBack({ stage: shown().key, screen: screen.key }))}
                      />
                    )}
                  </For>
                </ol>
                <Show when={mayWrite()}>
                  <footer class="stage-foot">
                    <button type="button" class="quiet" onClick={() => setEditing({ key: shown().key, stage: shown() })}>{words().changeLayout}</button>
                    <RemoveButton onRemove={() => void change(removeStage(shown().key))} />
                  </footer>
                </Show>
              </>
            )}
          </Show>
        </Show>
      </div>
    </PlainPage>
  )
}

function Presets(props: { stage: Stage; mayLead: boolean; mayWrite: boolean; onSwitch: (preset: Preset) => void; onKeep: (preset: Preset) => void }) {
  const [keeping, setKeeping] = createSignal(false)
  return (
    <div class="stage-presets" role="group" aria-label={words().presets}>
      <span class="dim">{keeping() ? words().keepAsWhich : words().presets}</span>
      <For each={presets}>
        {(preset) => (
          <button
            type="button" disabled={!(keeping() ? props.mayWrite : props.mayLead)} aria-pressed={!keeping() && props.stage.preset === preset}
            title={props.stage.kept.includes(preset) ? words().presetKept : words().presetAsItComes}
            onClick={() => { if (keeping()) { props.onKeep(preset); setKeeping(false) } else { props.onSwitch(preset) } }}
          >{words().presetName[preset]}</button>
        )}
      </For>
      <Show when={props.mayWrite}>
        <button type="button" class="quiet" onClick={() => setKeeping(!keeping())}>{keeping() ? words().cancel : words().keepPreset}</button>
      </Show>
    </div>
  )
}

interface TileProps {
  readonly stage: Stage
  readonly screen: StageScreen
  readonly present: readonly Presence[]
  readonly mayLead: boolean
  readonly onLink: (link: StageScreen['link']) => void
  readonly onRole: (role: StageScreen['role']) => void
  readonly onTakeBack: () => void
}

function ScreenTile(props: TileProps) {
  const newest = () => props.present.reduce<Presence | null>((best, each) => (best === null || each.lastHeard > best.lastHeard ? each : best), null)
  const silence = () => (newest() === null ? null : Math.max(0, now() - Date.parse(newest()!.lastHeard)))
  const state = () => (silence() === null ? 'closed' : silence()! > silentMs ? 'silent' : 'there')
  const stateText = () => {
    switch (state()) {
      case 'closed': return words().screenClosed
      case 'silent': return words().screenSilent(age(silence()!, words()))
      default: return words().screenThere(newest()!.user)
    }
  }
  const address = () => addressOf({ stage: props.stage.key, screen: props.screen.key })
  return (
    <li class="screen-tile" data-screen={props.screen.key} data-state={state()} style={{
      'grid-column': `${props.screen.column + 1} / span ${props.screen.columns}`, 'grid-row': `${props.screen.row + 1} / span ${props.screen.rows}`,
    }}>
      <header><h2>{props.screen.name}</h2><span class="screen-presence" role="status"><i />{stateText()}</span></header>
      <dl>
        <dt>{words().screenShows}</dt>
        <dd>{words().screenRole[props.screen.shows]}<Show when={props.screen.spans}> · {words().spanned}</Show></dd>
        <dt>{words().screenLatency}</dt>
        <dd class="screen-latency">{newest()?.latency == null ? '–' : words().milliseconds(String(Math.round(newest()!.latency! * 1000)))}</dd>
      </dl>
      <Show when={props.screen.pushed} fallback={
        <div class="segmented small" role="group" aria-label={words().linkage}>
          <For each={screenLinks}>
            {(link) => <button type="button" disabled={!props.mayLead} title={words().screenLinkHint[link]} aria-pressed={props.screen.link === link} onClick={() => { props.onLink(link) }}>{words().screenLink[link]}</button>}
          </For>
        </div>
      }>
        {(pushed) => (
          <p class="screen-pushed">{words().castBy(pushed().by)}
            <Show when={props.mayLead}><button type="button" class="quiet" onClick={() => { props.onTakeBack() }}>{words().takeBack}</button></Show>
          </p>
        )}
      </Show>
      <footer>
        <Show when={props.mayLead}>
          <select aria-label={words().castWhat} onChange={(event) => { props.onRole(event.currentTarget.value as StageScreen['role']); event.currentTarget.value = '' }}>
            <option value="" disabled selected>{words().cast}</option>
            <For each={screenRoles}>{(role) => <option value={role}>{words().screenRole[role]}</option>}</For>
          </select>
        </Show>
        <a class="primary" href={address()} target={`vantage-${props.stage.key}-${props.screen.key}`}>{words().openScreen}</a>
      </footer>
    </li>
  )
}

function RemoveButton(props: { onRemove: () => void }) {
  const [asked, setAsked] = createSignal(false)
  return (
    <button type="button" class="quiet" onBlur={() => setAsked(false)} onClick={() => { if (asked()) { props.onRemove() } else { setAsked(true) } }}>
      {asked() ? words().confirmRemoveStage : words().removeStage}
    </button>
  )
}

/** As many cells as the wall has; a tile has to hold its buttons, whatever its screen's size. */
function gridOf(screens: readonly StageScreen[]): Record<string, string> {
  const columns = Math.max(...screens.map((screen) => screen.column + screen.columns))
  const rows = Math.max(...screens.map((screen) => screen.row + screen.rows))
  return { 'grid-template-columns': `repeat(${columns}, minmax(14rem, 1fr))`, 'grid-template-rows': `repeat(${rows}, auto)` }
}

function newKey(stages: readonly Stage[]): string {
  const taken = new Set(stages.map((stage) => stage.key))
  let number = stages.length + 1
  while (taken.has(`wall-${number}`)) {
    number++
  }
  return `wall-${number}`
}
