import { createSignal, onCleanup } from 'solid-js'
import type { Count } from '../hub/protocol'
import { call } from '../session/http'
import { hostClock } from '../time/clock'

const refreshMs = 5000

export type Protocol = 'jt808' | 'osmand' | 'api' | 'page'

/** GET /api/equipment. */
export interface Equipment {
  readonly time: string
  readonly ready: boolean
  readonly cameras: Count
  readonly sources: readonly { readonly source: string; readonly cameras: Count }[]
  readonly offline: readonly string[]
  readonly terminals: readonly {
    readonly protocol: Protocol
    readonly online: number
    readonly silent: number
    readonly offDuty: number
    readonly newest: string
  }[]
  /** Null: walls show the built-in sketch, as none was chosen. */
  readonly basemap: { readonly label: string | null; readonly since: string | null } | null
}

/** How the equipment is, read again every few seconds. */
export function createEquipment(onSignedOut: () => void) {
  const [equipment, setEquipment] = createSignal<Equipment | null>(null)
  const [failed, setFailed] = createSignal(false)

  async function read(): Promise<void> {
    const answer = await call<Equipment>('/api/equipment')
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'signed-out') {
      onSignedOut()
    }
    if (answer.kind === 'ok') {
      hostClock.hear(Date.parse(answer.value.time), Date.now())
      setEquipment(answer.value)
    }
  }

  void read()
  const timer = setInterval(() => void read(), refreshMs)
  onCleanup(() => { clearInterval(timer) })
  return { equipment, failed }
}
