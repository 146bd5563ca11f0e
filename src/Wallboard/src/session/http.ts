/** What a call to the host came to. The wall shows words for each, never a status. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'signed-out'; readonly body: unknown }
  | { readonly kind: 'denied' }
  | { readonly kind: 'refused'; readonly status: number; readonly body: unknown; readonly retryAfterSeconds: number | null }
  | { readonly kind: 'unreachable' }

/** Whether the same call may well be answered in a while: the host is not there, not well, or has been asked too much. */
export const isTemporary = (answer: Answer<unknown>): boolean => answer.kind === 'unreachable' || (answer.kind === 'refused' && (answer.status >= 500 || answer.status === 429))

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** To be sent to its end even when the page goes away. */
  readonly isLast?: boolean
}

let door: <T>(value: T) => T = (value) => value

/** Lets everything that the host says through this, before the page knows it. */
export function guardDoor(guard: <T>(value: T) => T): void {
  door = guard
}

export const throughDoor = <T>(value: T): T => door(value)

/** Calls the host. Never throws, except when aborted by the caller. */
export async function call<T>(path: string, options: Call = {}): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method: options.method ?? 'GET',
      credentials: 'same-origin',
      keepalive: options.isLast === true,
      headers: options.body === undefined ? { Accept: 'application/json' } : { Accept: 'application/json', 'Content-Type': 'application/json' },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const answer = await answerOf<T>(response)
    options.signal?.throwIfAborted()
    return answer
  } catch (error) {
    if (options.signal?.aborted === true) {
      throw error
    }
    return { kind: 'unreachable' }
  }
}

/** What a response means. Throws when it ends before its body does, or says yes with what is not JSON: nobody knows then what was answered. */
export async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text()
  if (response.ok) {
    return { kind: 'ok', value: throughDoor((text === '' ? null : JSON.parse(text)) as T) }
  }
  const body = parsed(text)
  if (response.status === 401) {
    return { kind: 'signed-out', body }
  }
  if (response.status === 403) {
    return { kind: 'denied' }
  }
  const retryAfter = Number(response.headers.get('Retry-After') ?? NaN)
  return { kind: 'refused', status: response.status, body, retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null }
}

/** What stands between the page and the host refuses with pages of its own. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Why the host refused, as it says it: the first field and its reason, or what it says as a whole; null: nothing. */
export function reasonOf(body: unknown): string | null {
  const { detail, title, errors } = (body ?? {}) as { detail?: string; title?: string; errors?: Record<string, readonly string[]> }
  const first = Object.entries(errors ?? {})[0]
  return first === undefined ? detail ?? title ?? null : `${first[0]}: ${first[1].join(' ')}`
}

interface Page<T> {
  readonly items: readonly T[]
  readonly cursor?: string | null
}

/** The most rows that a page of a list may have. */
const pageLimit = 1000

/** Reads a list to its end, page by page. */
export async function callPages<T>(path: string): Promise<Answer<readonly T[]>> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer: Answer<Page<T>> = await call<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}limit=${pageLimit}${next}`)
    if (answer.kind !== 'ok') {
      return answer
    }
    items.push(...answer.value.items)
    cursor = answer.value.cursor ?? null
  } while (cursor !== null)
  return { kind: 'ok', value: items }
}
