import { createResource, For, Show } from 'solid-js'
import mark from '../wall/mark.svg'
import { LanguageButton } from './LanguageButton'
import { own } from './text'

const certificate = '/m/ca.crt'
/** A row of a fingerprint, as people compare it. */
const eightPairs = /.{1,24}/g

/** How a phone comes to trust a host that has made its own certificate. */
export function Install() {
  const [fingerprint] = createResource(async () => {
    const response = await fetch(certificate, { cache: 'no-store' }).catch(() => null)
    return response?.ok === true ? response.headers.get('Vantage-Fingerprint') : null
  })
  return (
    <div class="officer officer-install">
      <header class="officer-head">
        <img src={mark} alt="" />
        <div><h1>{own().installTitle}</h1></div>
        <LanguageButton />
      </header>
      <main>
        <Show when={!fingerprint.loading}>
          <Show when={fingerprint()} fallback={<p>{own().installNone}</p>}>
            {(digits) => (
              <>
                <p>{own().installIntro}</p>
                <a class="big primary" href={certificate}>{own().installDownload}</a>
                <p>{own().installCheck}<code class="officer-fingerprint"><For each={digits().match(eightPairs)}>{(row) => <span>{row}</span>}</For></code></p>
                <Steps title={own().iphone} steps={own().iphoneSteps} />
                <Steps title={own().android} steps={own().androidSteps} />
              </>
            )}
          </Show>
        </Show>
        <a class="big plain-button" href="/m/">{own().openPage}</a>
      </main>
    </div>
  )
}

function Steps(props: { title: string; steps: readonly string[] }) {
  return (
    <section>
      <h2>{props.title}</h2>
      <ol><For each={props.steps}>{(step) => <li>{step}</li>}</For></ol>
    </section>
  )
}
