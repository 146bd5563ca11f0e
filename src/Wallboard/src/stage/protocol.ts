import type { VideoPicture } from '../video/protocol'

/** The wall's side of "Stages" in docs/api.md. */
export const screenRoles = ['map', 'video', 'list', 'charts', 'free'] as const
export type ScreenRole = (typeof screenRoles)[number]

export const screenLinks = ['lead', 'follow', 'alone'] as const
export type ScreenLink = (typeof screenLinks)[number]

export const presets = ['daily', 'roll-call', 'event', 'emergency', 'inspection'] as const
export type Preset = (typeof presets)[number]

export interface MapView {
  readonly lon: number
  readonly lat: number
  readonly zoom: number
}

/** What the linked screens show. `view` null: the whole district. */
export interface Picture {
  readonly view: MapView | null
  readonly selection: { readonly kind: 'unit' | 'camera' | 'zone' | 'incident'; readonly key: string } | null
  readonly filter: { readonly kinds: readonly string[]; readonly squads: readonly string[]; readonly states: readonly string[] }
  readonly layers: readonly string[]
  readonly replay: string | null
  readonly period: string | null
  readonly video: VideoPicture | null
}

export const pictureParts = ['view', 'selection', 'filter', 'layers', 'replay', 'period', 'video'] as const
export type PicturePart = (typeof pictureParts)[number]

export interface StageScreen {
  readonly key: string
  readonly name: string
  readonly role: ScreenRole
  /** What it is for at the moment. */
  readonly shows: ScreenRole
  readonly link: ScreenLink
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
  readonly spans: boolean
  /** Its own pixel pitch, mm; 0: a desk beside the wall, whose text is a desk's; null: that of the wall. */
  readonly pitch: number | null
  readonly pushed: { readonly by: string; readonly at: string; readonly picture: Picture } | null
}

export interface Stage {
  readonly key: string
  readonly name: string
  readonly version: number
  readonly preset: Preset | null
  readonly picture: Picture
  readonly screens: readonly StageScreen[]
  readonly kept: readonly Preset[]
  /** From one of its pixels to the next, mm; null: nobody said, and text is a desk's. */
  readonly pitch: number | null
  /** Visitors are here: its screens name nobody. */
  readonly visitors: boolean
}

/** What those who joined are told; `stage` null: it was removed. */
export interface StageNews {
  readonly key: string
  readonly stage: Stage | null
}

/** Who is connected as which screen. */
export interface Presence {
  readonly screen: string
  readonly user: string
  readonly since: string
  readonly lastHeard: string
  /** Seconds from a fix's arrival to its picture. */
  readonly latency: number | null
}
