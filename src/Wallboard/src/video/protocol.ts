/** The wall's side of "Video" in docs/api.md. */
export type StreamProtocol = 'hls' | 'flv' | 'whep' | 'still'

export interface Stream {
  readonly protocol: StreamProtocol
  readonly url: string
}

/** One camera, open for one viewer, in the order in which its streams are worth a try. */
export interface PlaySession {
  readonly session: string
  readonly camera: string
  readonly streams: readonly Stream[]
  readonly keepAlive: number
  readonly canControl: boolean
}

export const tileCounts = [1, 4, 9, 16] as const
export type TileCount = (typeof tileCounts)[number]

/** 轮巡: a group of cameras, shown a page at a time. */
export interface Tour {
  readonly key: string
  readonly name: string
  readonly cameras: readonly string[] | null
  readonly classes: readonly string[] | null
  readonly source: string | null
  readonly zone: string | null
  /** Seconds a page. */
  readonly dwell: number
  readonly tiles: TileCount
  readonly count: number
}

/** What the linked screens show of cameras: a tour since a moment, or cameras that were chosen. */
export interface VideoPicture {
  readonly tour: string | null
  readonly cameras: readonly string[]
  readonly tiles: TileCount
  readonly since: string
}

export type Interruption = 'breach' | 'incident' | 'selection'

/** What was seen of a camera while its page was shown. */
export interface SeenCamera {
  readonly camera: string
  readonly state: 'playing' | 'still' | 'failed' | 'none'
  readonly reason: string | null
  /** How long there was a picture. */
  readonly seconds: number
}

/** A page of a tour, as it was shown. */
export interface TourLogItem {
  readonly id: string
  readonly tour: string
  readonly stage: string | null
  readonly screen: string | null
  readonly page: number
  readonly from: string
  readonly to: string
  readonly interruptedBy: Interruption | null
  readonly cameras: readonly SeenCamera[]
}

export const ptzCommands = ['up-left', 'up', 'up-right', 'left', 'right', 'down-left', 'down', 'down-right', 'zoom-in', 'zoom-out'] as const
export type PtzCommand = (typeof ptzCommands)[number] | 'stop'

export interface ClassCount {
  readonly class: string
  readonly cameras: number
  readonly online: number
}

export interface ClassCounts {
  readonly items: readonly ClassCount[]
  readonly total: number
  readonly online: number
  readonly standard: { readonly central: number; readonly suburban: number }
}
