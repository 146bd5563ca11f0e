import { createSignal, onCleanup } from 'solid-js'
import { callPages } from '../session/http'
import type { Camera } from './camera'

const refreshMs = 120_000

/** The register of cameras, read when it is first wanted. */
export function createCameras() {
  const [cameras, setCameras] = createSignal<readonly Camera[]>([])
  const [failed, setFailed] = createSignal(false)
  let timer: ReturnType<typeof setInterval> | undefined

  async function refresh(): Promise<void> {
    const answer = await callPages<Camera>('/api/cameras')
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setCameras(answer.value)
    }
  }

  function want(): void {
    if (timer === undefined) {
      timer = setInterval(() => void refresh(), refreshMs)
      void refresh()
    }
  }

  onCleanup(() => { clearInterval(timer) })
  return { cameras, failed, want }
}
