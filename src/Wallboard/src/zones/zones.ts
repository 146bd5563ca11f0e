import { createSignal, onCleanup } from 'solid-js'
import { call } from '../session/http'
import { zoneOf, type Zone, type ZoneFeature } from './zone'

/** How often the numbers inside are asked for; the hub tells only when the zones themselves change. */
const refreshMs = 15_000

export function createZones() {
  const [zones, setZones] = createSignal<readonly Zone[]>([])
  const [failed, setFailed] = createSignal(false)

  async function refresh(): Promise<void> {
    const answer = await call<{ features: ZoneFeature[] }>('/api/zones')
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setZones(answer.value.features.map(zoneOf))
    }
  }

  void refresh()
  const timer = setInterval(() => void refresh(), refreshMs)
  onCleanup(() => { clearInterval(timer) })
  const nameOf = (key: string) => zones().find((zone) => zone.key === key)?.name
  return { zones, nameOf, failed, refresh }
}
