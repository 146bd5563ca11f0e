import './plain.css'
import { Show, type JSX } from 'solid-js'
import { postName, type Session } from '../session/session'
import { SetupLink } from '../setup/SetupLink'
import { language, setLanguage, words } from '../text/language'
import { ThemeButton } from './ThemeButton'
import mark from './mark.svg'

interface Props {
  readonly session: Session
  readonly onLeave: (byChoice: boolean) => void
  readonly title?: string
  readonly children: JSX.Element
}

/** A page of a post without the live map: who is signed in, that it is a demonstration, the language, and the way out. */
export function PlainPage(props: Props) {
  return (
    <main class="plain">
      <header>
        <img src={mark} alt="" />
        <h1>{words().product}<Show when={props.title}>{(title) => <> · {title()}</>}</Show></h1>
        <Show when={props.session.demo}><span class="badge demo" title={words().demoHint}>{words().demo}</span></Show>
        <span class="plain-who">{postName(props.session.post, props.session.postName ?? null, words())} · {props.session.name}</span>
        <SetupLink rights={props.session.rights} />
        <button type="button" class="quiet" onClick={() => { setLanguage(language() === 'zh' ? 'en' : 'zh') }}>{words().otherLanguage}</button>
        <ThemeButton />
        <button type="button" class="quiet" onClick={() => { props.onLeave(true) }}>{words().signOut}</button>
      </header>
      <div class="plain-body">{props.children}</div>
    </main>
  )
}
