import { createSignal, onCleanup } from 'solid-js'
import { callPages } from '../session/http'
import { repeatedly } from '../time/repeatedly'
import type { Camera } from './camera'

const refreshMs = 120_000
const retryMs = 10_000

/** The register of cameras, read when it is first wanted. */
export function createCameras() {
  const [cameras, setCameras] = createSignal<readonly Camera[]>([])
  const [failed, setFailed] = createSignal(false)
  let stop: (() => void) | null = null

  async function refresh(): Promise<number> {
    const answer = await callPages<Camera>('/api/cameras')
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setCameras(answer.value)
    }
    return answer.kind === 'ok' ? refreshMs : retryMs
  }

  const want = (): void => { stop ??= repeatedly(refresh) }

  onCleanup(() => stop?.())
  return { cameras, failed, want }
}
