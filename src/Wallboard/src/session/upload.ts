import { type Answer, answerOf } from './http'

/** Sends a file as it is. Never throws. */
export async function upload<T>(path: string, file: Blob, type: string): Promise<Answer<T>> {
  try {
    return await answerOf<T>(await fetch(path, {
      method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json', 'Content-Type': type }, body: file,
    }))
  } catch {
    return { kind: 'unreachable' }
  }
}
