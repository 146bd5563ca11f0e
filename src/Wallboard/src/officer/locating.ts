import type { Fix } from './outbox'

/** Fixes closer together than this say nothing new. */
const leastApartMs = 5000
/** Browsers report a change of place; who stands still is asked for now and then, so that nobody takes the phone for lost. */
const askEveryMs = 60_000
const patienceMs = 30_000

export type Trouble = 'insecure' | 'denied' | 'unavailable'

/** Listens to where the phone is, until it is stopped. */
export function locate(onFix: (fix: Fix) => void, onTrouble: (trouble: Trouble | null) => void): () => void {
  if (!window.isSecureContext || !('geolocation' in navigator)) {
    onTrouble('insecure')
    return () => undefined
  }
  let last = 0
  let stopped = false
  const options: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: patienceMs }
  const take = (position: GeolocationPosition) => {
    const fix = fixOf(position)
    if (stopped) {
      return // An answer that was under way when duty ended.
    }
    onTrouble(null)
    if (fix.time - last >= leastApartMs) {
      last = fix.time
      onFix(fix)
    }
  }
  const fail = (error: GeolocationPositionError) => {
    if (!stopped) {
      onTrouble(error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable')
    }
  }
  const watch = navigator.geolocation.watchPosition(take, fail, options)
  const asking = setInterval(() => {
    if (Date.now() - last >= askEveryMs) {
      navigator.geolocation.getCurrentPosition(take, fail, options)
    }
  }, askEveryMs / 4)
  return () => {
    stopped = true
    navigator.geolocation.clearWatch(watch)
    clearInterval(asking)
  }
}

/** Where the phone is at this moment; null when it cannot say so soon. */
export function locateOnce(withinMs: number): Promise<Fix | null> {
  return new Promise((resolve) => {
    if (!window.isSecureContext || !('geolocation' in navigator)) {
      resolve(null)
      return
    }
    navigator.geolocation.getCurrentPosition((position) => { resolve(fixOf(position)) }, () => { resolve(null) }, {
      enableHighAccuracy: true, maximumAge: 15_000, timeout: withinMs,
    })
  })
}

function fixOf({ timestamp, coords }: GeolocationPosition): Fix {
  const known = (value: number | null): value is number => value !== null && Number.isFinite(value) && value >= 0
  return {
    time: Math.round(timestamp),
    lon: coords.longitude,
    lat: coords.latitude,
    ...(known(coords.accuracy) ? { accuracy: coords.accuracy } : {}),
    ...(known(coords.speed) ? { speed: coords.speed } : {}),
    ...(known(coords.heading) ? { heading: coords.heading } : {}),
  }
}
