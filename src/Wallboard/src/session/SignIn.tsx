import './signIn.css'
import { createSignal, For, onCleanup, Show } from 'solid-js'
import { screenWords } from '../screens/texts'
import mark from '../wall/mark.svg'
import { language, setLanguage, words } from '../text/language'
import { span } from '../time/format'
import { postName, signIn, type OfferedPost, type SignInFailure } from './session'

interface Props {
  readonly demo: boolean
  readonly posts: readonly OfferedPost[]
  readonly ended: boolean
  readonly unreachable: boolean
  readonly onSignedIn: () => void
}

export function SignIn(props: Props) {
  const [user, setUser] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<SignInFailure | { readonly kind: 'empty' } | null>(null)
  const [waiting, setWaiting] = createSignal(0)

  const countDown = setInterval(() => setWaiting((seconds) => Math.max(0, seconds - 1)), 1000)
  onCleanup(() => { clearInterval(countDown) })

  async function enter(name: string, secret: string | null): Promise<void> {
    setBusy(true)
    setFailure(null)
    const failed = await signIn(name, secret)
    setBusy(false)
    setFailure(failed)
    if (failed === null) {
      props.onSignedIn()
      return
    }
    if (failed.kind === 'locked') {
      setWaiting(failed.seconds ?? 0)
    }
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    if (user().trim() === '' || password() === '') {
      setFailure({ kind: 'empty' })
      return
    }
    void enter(user().trim(), password())
  }

  const message = (): string | null => {
    const failed = failure()
    switch (failed?.kind) {
      case undefined: return props.unreachable ? words().unreachable : props.ended ? words().sessionEnded : null
      case 'empty': return words().fieldsNeeded
      case 'wrong': return words().wrongPassword
      case 'locked': return waiting() > 0 ? words().lockedOut(span(waiting() * 1000, words())) : words().lockedOutUnknown
      case 'unreachable': return words().unreachable
      case 'fault': return words().serverFault
    }
  }

  return (
    <main class="sign-in">
      <button type="button" class="quiet sign-in-language" onClick={() => { setLanguage(language() === 'zh' ? 'en' : 'zh') }}>{words().otherLanguage}</button>
      <section class="sign-in-card">
        <header>
          <img src={mark} alt="" />
          <div>
            <h1>{words().productWide}</h1>
            <p>{words().signInTitle}</p>
          </div>
          <Show when={props.demo}><span class="badge demo" title={words().demoHint}>{words().demo}</span></Show>
        </header>
        <form onSubmit={submit}>
          <label>
            <span>{words().user}</span>
            <input name="user" autocomplete="username" autofocus autocapitalize="off" spellcheck={false} value={user()} onInput={(event) => setUser(event.currentTarget.value)} />
          </label>
          <label>
            <span>{words().password}</span>
            <input name="password" type="password" autocomplete="current-password" value={password()} onInput={(event) => setPassword(event.currentTarget.value)} />
          </label>
          <p class="sign-in-message" role="alert" data-quiet={failure() === null}>{message()}</p>
          <button type="submit" class="primary" disabled={busy()}>{busy() ? words().signingIn : words().signIn}</button>
        </form>
        <a class="quiet sign-in-screen" href="/?screen">{screenWords().connect}</a>
        <Show when={props.posts.length > 0}>
          <div class="sign-in-posts">
            <h2>{words().orChoosePost}</h2>
            <div>
              <For each={props.posts}>
                {(post) => (
                  <button type="button" disabled={busy()} onClick={() => void enter(post.user, null)}>
                    {postName(post.post, post.name, words())}
                  </button>
                )}
              </For>
            </div>
          </div>
        </Show>
      </section>
    </main>
  )
}
