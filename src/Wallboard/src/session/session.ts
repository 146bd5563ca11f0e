import type { Words } from '../text/zh'
import { call, type Answer } from './http'

export interface Session {
  /** A screen is one that nobody is signed in at; where it stands on a wall is its `stage` and `screen`. */
  readonly kind: 'person' | 'program' | 'screen'
  readonly stage: string | null
  readonly screen: string | null
  readonly user: string
  readonly name: string
  /** The key of the post; its name is {@link postName}. */
  readonly post: string | null
  readonly postName?: string | null
  readonly rights: readonly string[]
  readonly demo: boolean
  /** Of the installation, an IANA name. */
  readonly timeZone: string
  /** The name of the grid that imports may be in; null where the host has none. */
  readonly cityGrid: string | null
}

/** A post that a demonstration lets anybody enter with one tap: `name` is the post's name, `post` its key. */
export interface OfferedPost {
  readonly user: string
  readonly name: string
  readonly post: string
}

export type Standing =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-in'; readonly session: Session }
  | { readonly kind: 'stranger'; readonly demo: boolean; readonly posts: readonly OfferedPost[]; readonly officers: readonly OfferedPost[] }
  | { readonly kind: 'unreachable' }

export type SignInFailure =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly seconds: number | null }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'fault' }

/** The name of a post for people: a key is never shown. */
export function postName(post: string | null, name: string | null, words: Words): string {
  return (post === null ? undefined : words.posts[post]) ?? name ?? ''
}

export async function whoAmI(): Promise<Standing> {
  const answer = await call<Session>('/api/session')
  switch (answer.kind) {
    case 'ok': return { kind: 'signed-in', session: answer.value }
    case 'signed-out': return { kind: 'stranger', ...offered(answer.body) }
    case 'denied':
    case 'refused':
    case 'unreachable': return { kind: 'unreachable' }
  }
}

/** Signs in; a demonstration's posts need no password. */
export async function signIn(user: string, password: string | null): Promise<SignInFailure | null> {
  return failureOf(await call<unknown>('/api/session', { method: 'POST', body: password === null ? { user } : { user, password } }))
}

export async function signOut(): Promise<void> {
  await call('/api/session', { method: 'DELETE' })
}

function failureOf(answer: Answer<unknown>): SignInFailure | null {
  switch (answer.kind) {
    case 'ok': return null
    case 'signed-out':
    case 'denied': return { kind: 'wrong' }
    case 'unreachable': return { kind: 'unreachable' }
    case 'refused':
      if (answer.status === 423 || answer.status === 429) {
        return { kind: 'locked', seconds: answer.retryAfterSeconds }
      }
      return answer.status < 500 ? { kind: 'wrong' } : { kind: 'fault' }
  }
}

function offered(body: unknown): { demo: boolean; posts: readonly OfferedPost[]; officers: readonly OfferedPost[] } {
  const { demo, posts, officers } = (body ?? {}) as { demo?: boolean; posts?: readonly OfferedPost[]; officers?: readonly OfferedPost[] }
  return { demo: demo === true, posts: posts ?? [], officers: officers ?? [] }
}
