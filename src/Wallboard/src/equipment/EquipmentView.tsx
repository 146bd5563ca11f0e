import './equipment.css'
import { For, Show, type JSX } from 'solid-js'
import type { Count } from '../hub/protocol'
import type { Session } from '../session/session'
import { count, words } from '../text/language'
import { now } from '../time/clock'
import { age, moment } from '../time/format'
import { PlainPage } from '../wall/PlainPage'
import { createEquipment, type Equipment } from './equipment'

interface Props {
  readonly session: Session
  readonly onLeave: (byChoice: boolean) => void
}

/** What technical support looks at: whether things work, and not where anybody is. */
export function EquipmentView(props: Props) {
  const { equipment, failed } = createEquipment(() => { props.onLeave(false) })
  return (
    <PlainPage session={props.session} onLeave={props.onLeave} title={words().equipment}>
      <p class="equipment-hint">{words().equipmentHint}</p>
      <Show when={failed()}><p class="equipment-failed" role="alert">{words().equipmentFailed}</p></Show>
      <Show when={equipment()} fallback={<p class="dim">{words().loading}</p>}>
        {(report) => (
          <div class="equipment">
            <Host report={report()} />
            <Cameras report={report()} />
            <Terminals report={report()} />
          </div>
        )}
      </Show>
    </PlainPage>
  )
}

function Host(props: { report: Equipment }) {
  return (
    <Part title={words().host}>
      <p class="equipment-main" data-state={props.report.ready ? 'good' : 'bad'}>{props.report.ready ? words().hostReady : words().hostNotReady}</p>
      <dl>
        <div><dt>{words().hostTime}</dt><dd>{moment(now(), now())}</dd></div>
        <Show when={props.report.basemap}>
          {(basemap) => (
            <div>
              <dt>{basemap().label ?? words().baseMap}</dt>
              <dd>{basemap().since === null ? words().baseMapGood : words().baseMapGoneSince(moment(Date.parse(basemap().since!), now()))}</dd>
            </div>
          )}
        </Show>
      </dl>
    </Part>
  )
}

function Cameras(props: { report: Equipment }) {
  const unnamed = () => props.report.cameras.registered - props.report.cameras.online - props.report.offline.length
  return (
    <Part title={`${words().cameras} ${words().onlineOfRegistered}`}>
      <p class="equipment-main">{fraction(props.report.cameras)}</p>
      <dl aria-label={words().cameraSources}>
        <For each={props.report.sources}>
          {(each) => <div><dt>{each.source || words().unnamedSource}</dt><dd>{fraction(each.cameras)}</dd></div>}
        </For>
      </dl>
      <h3>{words().camerasOffline}</h3>
      <Show when={props.report.offline.length > 0} fallback={<p class="dim">{words().allCamerasOnline}</p>}>
        <ul class="equipment-offline">
          <For each={props.report.offline}>{(name) => <li>{name}</li>}</For>
          <Show when={unnamed() > 0}><li class="dim">{words().andMore(count(unnamed()))}</li></Show>
        </ul>
      </Show>
    </Part>
  )
}

function Terminals(props: { report: Equipment }) {
  return (
    <Part title={words().terminals}>
      <Show when={props.report.terminals.length > 0} fallback={<p class="dim">{words().noTerminals}</p>}>
        <table>
          <thead><tr><th /><th>{words().terminalsOnline}</th><th>{words().noSignal}</th><th>{words().state.offDuty}</th><th>{words().terminalsNewest}</th></tr></thead>
          <tbody>
            <For each={props.report.terminals}>
              {(each) => (
                <tr>
                  <th>{words().protocols[each.protocol]}</th>
                  <td>{count(each.online)}</td>
                  <td data-state={each.silent > 0 ? 'bad' : 'good'}>{count(each.silent)}</td>
                  <td>{count(each.offDuty)}</td>
                  <td>{age(now() - Date.parse(each.newest), words())}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </Part>
  )
}

function Part(props: { title: string; children: JSX.Element }) {
  return <section class="equipment-part"><h2>{props.title}</h2>{props.children}</section>
}

const fraction = ({ online, registered }: Count): JSX.Element => <>{count(online)}<small>/{count(registered)}</small></>
