import { createSignal, For, Show } from 'solid-js'
import { pairPhone, type Phone } from './api'
import { own } from './text'

/** How a phone goes on telling where it is while it is locked: another program does it, which is paired with the unit once. */
export function PhonePairing() {
  const [phone, setPhone] = createSignal<Phone | null>(null)
  const [failed, setFailed] = createSignal(false)
  const [copied, setCopied] = createSignal('')

  async function pair(): Promise<void> {
    const answer = await pairPhone()
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      setPhone(answer.value)
    }
  }

  async function copy(text: string): Promise<void> {
    await navigator.clipboard?.writeText(text).then(() => setCopied(text), () => undefined)
  }

  return (
    <details class="officer-phone" id="phone">
      <summary>{own().phone}</summary>
      <p>{own().phoneWhy}</p>
      <Show
        when={phone()}
        fallback={<button type="button" class="big plain-button" onClick={() => void pair()}>{own().phonePair}</button>}
      >
        {(paired) => (
          <>
            <ol><For each={own().phoneSteps}>{(step) => <li>{step}</li>}</For></ol>
            <img src={`/api/officer/phone.svg?scheme=${location.protocol.replace(':', '')}`} alt={own().phoneQr} width="240" height="240" />
            <dl>
              <For each={[[own().phoneAddress, paired().address], [own().phoneDevice, paired().device]] as const}>
                {([name, value]) => (
                  <div>
                    <dt>{name}</dt>
                    <dd><code>{value}</code><button type="button" onClick={() => void copy(value)}>{copied() === value ? own().copied : own().copy}</button></dd>
                  </div>
                )}
              </For>
            </dl>
            <p class="officer-warning">{own().phoneSecret}</p>
          </>
        )}
      </Show>
      <Show when={failed()}><p class="officer-message" role="alert">{own().failed}</p></Show>
    </details>
  )
}
