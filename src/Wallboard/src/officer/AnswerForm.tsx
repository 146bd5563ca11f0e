import { createSignal, onCleanup, Show } from 'solid-js'
import { words } from '../text/language'
import { scaleDown } from './picture'
import { own } from './text'

const longestNote = 1000

interface Props {
  readonly action: 'finish' | 'decline'
  readonly onSubmit: (note: string, picture: Blob | null) => void
  readonly onCancel: () => void
}

/** What is said when an order ends: a note, and where it was finished a photo. */
export function AnswerForm(props: Props) {
  const [note, setNote] = createSignal('')
  const [picture, setPicture] = createSignal<{ readonly blob: Blob; readonly url: string } | null>(null)
  const [isBad, setBad] = createSignal(false)
  const [busy, setBusy] = createSignal(false)

  function show(blob: Blob | null): void {
    const before = picture()
    if (before !== null) {
      URL.revokeObjectURL(before.url)
    }
    setPicture(blob === null ? null : { blob, url: URL.createObjectURL(blob) })
  }

  async function choose(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0]
    input.value = '' // The same file can be chosen again after it was removed.
    if (file === undefined) {
      return
    }
    setBusy(true)
    setBad(false)
    try {
      show(await scaleDown(file))
    } catch {
      setBad(true)
    }
    setBusy(false)
  }

  onCleanup(() => { show(null) })

  const hint = () => (props.action === 'finish' ? own().finishNote : own().declineNote)
  return (
    <form class="officer-form" onSubmit={(event) => { event.preventDefault(); props.onSubmit(note(), picture()?.blob ?? null) }}>
      <textarea rows="3" maxlength={longestNote} placeholder={hint()} aria-label={hint()} value={note()} onInput={(event) => setNote(event.currentTarget.value)} />
      <Show when={props.action === 'finish'}>
        <div class="officer-picture">
          <Show when={picture()}>{(shown) => <img src={shown().url} alt={own().picture} />}</Show>
          <div>
            <label class="big plain-button">
              <input type="file" accept="image/*" onChange={(event) => void choose(event.currentTarget)} />
              {picture() === null ? own().addPicture : own().otherPicture}
            </label>
            <Show when={picture()}><button type="button" class="big plain-button" onClick={() => { show(null) }}>{own().removePicture}</button></Show>
          </div>
        </div>
        <Show when={isBad()}><p class="officer-message" role="alert">{own().badPicture}</p></Show>
      </Show>
      <div class="officer-answers">
        <button type="submit" class="big primary" disabled={busy()}>{props.action === 'finish' ? own().confirmFinish : own().confirmDecline}</button>
        <button type="button" class="big plain-button" onClick={() => { props.onCancel() }}>{words().cancel}</button>
      </div>
    </form>
  )
}
