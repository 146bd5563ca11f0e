import './codePage.css'
import { For, Show } from 'solid-js'
import { language, setLanguage, words } from '../text/language'
import mark from '../wall/mark.svg'
import { createCode } from './code'
import { rememberWallBrowser } from './place'
import { screenWords } from './texts'

interface Props {
  /** It was a wall screen until just now. */
  readonly ended: boolean
  readonly onApproved: () => void
}

/** What a wall's browser shows until it is approved: six digits that are read from the other end of the hall. */
export function CodePage(props: Props) {
  const { code, secondsLeft, fault } = createCode(() => { props.onApproved() })
  const address = `${location.host}/setup/`
  const left = () => `${Math.floor(secondsLeft() / 60)}:${String(secondsLeft() % 60).padStart(2, '0')}`

  function asPerson(): void {
    rememberWallBrowser(false)
    location.assign('/')
  }

  return (
    <main class="code-page">
      <header>
        <img src={mark} alt="" />
        <div><h1>{words().productWide}</h1><p>{screenWords().title}</p></div>
        <button type="button" class="quiet" onClick={() => { setLanguage(language() === 'zh' ? 'en' : 'zh') }}>{words().otherLanguage}</button>
        <button type="button" class="quiet" onClick={asPerson}>{screenWords().asPerson}</button>
      </header>
      <Show when={code()} fallback={<p class="code-waiting" role="status">{faultText(fault()) ?? screenWords().asking}</p>}>
        {(digits) => (
          <section>
            <Show when={props.ended}><p class="code-ended" role="status">{screenWords().withdrawn}</p></Show>
            <p class="code" role="img" aria-label={`${screenWords().codeLabel} ${digits()}`}>
              <span>{digits().slice(0, 3)}</span><span>{digits().slice(3)}</span>
            </p>
            <p class="code-valid" classList={{ 'is-fault': fault() !== null }} role="status">{faultText(fault()) ?? screenWords().validFor(left())}</p>
          </section>
        )}
      </Show>
      <ol><For each={screenWords().steps(address)}>{(step) => <li>{step}</li>}</For></ol>
    </main>
  )
}

function faultText(fault: 'no-host' | 'crowded' | null): string | null {
  switch (fault) {
    case null: return null
    case 'no-host': return screenWords().noHost
    case 'crowded': return screenWords().crowded
  }
}
