export interface Camera {
  readonly key: string
  readonly name: string
  readonly lon: number
  readonly lat: number
  readonly state: 'online' | 'offline' | 'unknown'
  readonly source: string | null
  readonly classes: readonly string[]
  readonly heading: number | null
  readonly streams: readonly unknown[]
}
