import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr'
import type { WireReplay } from '../replay/protocol'
import { throughDoor } from '../session/http'
import type { Place } from '../stage/linkage'
import type { Picture, Stage } from '../stage/protocol'
import type { HostMessage, Viewport, Welcome } from './protocol'

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
  const events: ChannelEvents = { message: (told) => { message(throughDoor(told)) }, closed }
  const connection = new HubConnectionBuilder()
    .withUrl('/hubs/wall', { transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.None)
    .build()
  connection.keepAliveIntervalInMilliseconds = 5_000
  // Handlers must not return a value: the client would answer with it.
  connection.on('frame', (frame) => { events.message({ type: 'frame', frame }) })
  connection.on('summary', (summary) => { events.message({ type: 'summary', summary }) })
  connection.on('breaches', (breaches) => { events.message({ type: 'breaches', breaches }) })
  connection.on('incidents', (incidents) => { events.message({ type: 'incidents', incidents }) })
  connection.on('zones', (zones: { version: number }) => { events.message({ type: 'zones', version: zones.version }) })
  connection.on('replay', (news) => { events.message({ type: 'replay', news }) })
  connection.on('stage', (news) => { events.message({ type: 'stage', news }) })
  connection.on('look', (view) => { events.message({ type: 'look', view }) })
  connection.on('notice', (notice) => { events.message({ type: 'notice', notice }) })
  connection.onclose(() => { events.closed() })
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
