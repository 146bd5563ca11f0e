import { call, type Answer } from '../session/http'
import type { Place } from './linkage'
import type { Picture, Presence, Preset, ScreenLink, ScreenRole, Stage } from './protocol'

const pathOf = (stage: string) => `/api/stages/${encodeURIComponent(stage)}`
const screenPath = ({ stage, screen }: Place) => `${pathOf(stage)}/screens/${encodeURIComponent(screen)}`

export const readStages = (): Promise<Answer<{ items: readonly Stage[] }>> => call('/api/stages')

export const readPresence = (stage: string): Promise<Answer<{ items: readonly Presence[]; time: string }>> => call(`${pathOf(stage)}/screens`)

/** A screen as it is laid out anew. */
export type LaidOut = Pick<Stage['screens'][number], 'key' | 'name' | 'role' | 'link' | 'column' | 'row' | 'columns' | 'rows' | 'spans' | 'pitch'>

export const layOut = (stage: string, name: string, pitch: number | null, screens: readonly LaidOut[]): Promise<Answer<Stage>> =>
  call(pathOf(stage), { method: 'PUT', body: { name, pitch, screens } })

export const setVisitors = (stage: string, here: boolean): Promise<Answer<Stage>> => call(`${pathOf(stage)}/visitors`, { method: 'PUT', body: { here } })

export const removeStage = (stage: string): Promise<Answer<null>> => call(pathOf(stage), { method: 'DELETE' })

export const switchTo = (stage: string, preset: Preset): Promise<Answer<Stage>> => call(`${pathOf(stage)}/presets/${preset}`, { method: 'POST' })

export const keepAs = (stage: string, preset: Preset): Promise<Answer<Stage>> => call(`${pathOf(stage)}/presets/${preset}`, { method: 'PUT' })

export const linkScreen = (place: Place, link: ScreenLink): Promise<Answer<Stage>> => call(`${screenPath(place)}/link`, { method: 'PUT', body: { link } })

export const cast = (place: Place, role: ScreenRole, picture: Partial<Picture>): Promise<Answer<Stage>> =>
  call(`${screenPath(place)}/push`, { method: 'PUT', body: { role, picture } })

export const takeBack = (place: Place): Promise<Answer<Stage>> => call(`${screenPath(place)}/push`, { method: 'DELETE' })
