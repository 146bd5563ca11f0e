import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr'
import type { IncidentsMessage } from '../incidents/incident'
import type { RollCallsMessage } from '../rollcalls/rollCall'
import type { ReplayNews, WireReplay } from '../replay/protocol'
import { throughDoor } from '../session/http'
import type { Place } from '../stage/linkage'
import type { MapView, Picture, Stage, StageNews } from '../stage/protocol'
import type { BreachesMessage, Frame, HostMessage, Notice, Summary, Viewport, Welcome } from './protocol'

/** One connection to the hub, from its start to its end. It never comes back: the link makes another. */
export interface Channel {
  start(): Promise<void>
  hello(): Promise<Welcome>
  setViewport(viewport: Viewport): Promise<void>
  /** Follows a replay, or none; answers with it. */
  follow(replay: string | null): Promise<WireReplay | null>
  /** Takes a screen's place on a stage; answers with the stage. */
  join(place: Place | { readonly stage: string }): Promise<Stage>
  /** Shows parts of a picture on the linked screens; answers with the stage's version. */
  show(parts: Partial<Picture> & { passing?: true }): Promise<number>
  /** A sign of life, with seconds from a fix's arrival to its picture. */
  beat(latency: number | null): Promise<void>
  acknowledge(seq: number): Promise<void>
  stop(): Promise<void>
}

export interface ChannelEvents {
  readonly message: (message: HostMessage) => void
  readonly closed: () => void
}

export function openChannel({ message, closed }: ChannelEvents): Channel {
  const connection = new HubConnectionBuilder()
    .withUrl('/hubs/wall', { transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.None)
    .build()
  connection.keepAliveIntervalInMilliseconds = 5_000
  // Returns nothing: the client would answer with it. The client also keeps to itself what a handler throws.
  const hear = <T>(name: string, told: (what: T) => HostMessage) => {
    connection.on(name, (what: T) => {
      try {
        message(throughDoor(told(what)))
      } catch (error) {
        reportError(error)
      }
    })
  }
  hear<Frame>('frame', (frame) => ({ type: 'frame', frame }))
  hear<Summary>('summary', (summary) => ({ type: 'summary', summary }))
  hear<BreachesMessage>('breaches', (breaches) => ({ type: 'breaches', breaches }))
  hear<IncidentsMessage>('incidents', (incidents) => ({ type: 'incidents', incidents }))
  hear<RollCallsMessage>('rollCalls', (rollCalls) => ({ type: 'rollCalls', rollCalls }))
  hear<{ version: number }>('zones', ({ version }) => ({ type: 'zones', version }))
  hear<ReplayNews>('replay', (news) => ({ type: 'replay', news }))
  hear<StageNews>('stage', (news) => ({ type: 'stage', news }))
  hear<MapView>('look', (view) => ({ type: 'look', view }))
  hear<Notice>('notice', (notice) => ({ type: 'notice', notice }))
  connection.onclose(() => { closed() })
  return {
    start: () => connection.start(),
    hello: () => connection.invoke<Welcome>('Hello', { protocol: 1 }),
    setViewport: (viewport) => connection.invoke<undefined>('SetViewport', viewport),
    follow: (replay) => connection.invoke<WireReplay | null>('Follow', replay).then(throughDoor),
    join: (place) => connection.invoke<Stage>('Join', place).then(throughDoor),
    show: (parts) => connection.invoke<number>('Show', parts),
    beat: (latency) => connection.send('Beat', latency === null ? {} : { latency }),
    acknowledge: (seq) => connection.send('Ack', seq),
    stop: () => connection.stop(),
  }
}
