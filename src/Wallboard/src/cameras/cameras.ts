import { createSignal, onCleanup } from 'solid-js'
import { callPages } from '../session/http'
import type { Camera } from './camera'

const refreshMs = 120_000
const retryMs = 10_000

/** The register of cameras, read when it is first wanted. */
export function createCameras() {
  const [cameras, setCameras] = createSignal<readonly Camera[]>([])
  const [failed, setFailed] = createSignal(false)
  let isWanted = false
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function refresh(): Promise<void> {
    const answer = await callPages<Camera>('/api/cameras')
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setCameras(answer.value)
    }
  }

  const keepRefreshed = () => void refresh().finally(() => {
    timer = isOver ? undefined : setTimeout(keepRefreshed, failed() ? retryMs : refreshMs)
  })

  function want(): void {
    if (!isWanted) {
      isWanted = true
      keepRefreshed()
    }
  }

  onCleanup(() => {
    isOver = true
    clearTimeout(timer)
  })
  return { cameras, failed, want }
}
