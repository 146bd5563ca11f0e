import { call, type Answer } from '../session/http'
import type { ClassCounts, PlaySession, PtzCommand, Tour, TourLogItem } from './protocol'

const pathOf = (camera: string) => `/api/cameras/${encodeURIComponent(camera)}`

export const snapshotOf = (camera: string): string => `${pathOf(camera)}/snapshot`

export const play = (camera: string, screen: string | null): Promise<Answer<PlaySession>> =>
  call(`${pathOf(camera)}/play`, { method: 'POST', body: { screen } })

export const keep = (sessions: readonly string[]): Promise<Answer<{ gone: readonly string[] }>> =>
  call('/api/video/keep', { method: 'POST', body: { sessions } })

/** Reaches the host even while the page goes away. */
export const close = (sessions: readonly string[]): Promise<Answer<null>> =>
  call('/api/video/close', { method: 'POST', body: { sessions }, isLast: true })

export const steer = (camera: string, command: PtzCommand, speed = 0.5): Promise<Answer<null>> =>
  call(`${pathOf(camera)}/ptz`, { method: 'POST', body: command === 'stop' ? { command } : { command, speed } })

export const readPresets = (camera: string): Promise<Answer<{ items: readonly { readonly id: string; readonly name: string }[] }>> => call(`${pathOf(camera)}/presets`)

export const callPreset = (camera: string, preset: string): Promise<Answer<null>> =>
  call(`${pathOf(camera)}/presets/${encodeURIComponent(preset)}/call`, { method: 'POST' })

export const readTours = (): Promise<Answer<{ items: readonly Tour[] }>> => call('/api/tours')

export const readTourCameras = (tour: string): Promise<Answer<{ keys: readonly string[] }>> => call(`/api/tours/${encodeURIComponent(tour)}/cameras`)

export const keepTour = ({ key, ...tour }: Omit<Tour, 'count'>): Promise<Answer<Tour>> => call(`/api/tours/${encodeURIComponent(key)}`, { method: 'PUT', body: tour })

export const removeTour = (tour: string): Promise<Answer<null>> => call(`/api/tours/${encodeURIComponent(tour)}`, { method: 'DELETE' })

export const logTours = (items: readonly TourLogItem[]): Promise<Answer<null>> => call('/api/tours/log', { method: 'POST', body: { items }, isLast: true })

export const readClassCounts = (): Promise<Answer<ClassCounts>> => call('/api/cameras/classes')
