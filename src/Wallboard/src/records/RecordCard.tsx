import { createMemo, Show } from 'solid-js'
import { words } from '../text/language'
import { shortMoment } from '../time/format'
import { useWall } from '../wall/wall'

/** A record of another system: what it is about, how it stands, and the way into that system. */
export function RecordCard() {
  const wall = useWall()
  const record = createMemo(() => {
    const chosen = wall.selection()
    if (chosen?.kind !== 'record') {
      return undefined
    }
    const listed = wall.listedRecord()
    return wall.recordPoints.find(chosen.system, chosen.number)
      ?? (listed?.system === chosen.system && listed.number === chosen.number ? { ...listed, time: Date.parse(listed.time), theme: null } : undefined)
  })
  // An address of another kind, a script for one, is no way into anything.
  const link = () => { const url = record()?.link ?? ''; return /^https?:\/\//i.test(url) ? url : null }
  return (
    <Show when={record()}>
      {(chosen) => (
        <section class="card" aria-label={nameOf(chosen())}>
          <header class="card-head">
            <div>
              <h2>{nameOf(chosen())}</h2>
              <p>{words().recordSystem[chosen().system] ?? chosen().system} · {chosen().number}</p>
            </div>
            <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
          </header>
          <dl class="facts">
            <div><dt>{words().recordState}</dt><dd>{chosen().state ?? words().unknownValue}</dd></div>
            <div><dt>{words().recordTime}</dt><dd>{shortMoment(chosen().time, wall.now())}</dd></div>
            <div class="wide"><dt>{words().incidentPlace}</dt><dd>{chosen().address ?? words().unknownValue}</dd></div>
          </dl>
          <p class="card-note"><Show when={link()} fallback={chosen().theme?.name ?? ''}>{(url) => <a class="record-link" href={url()} target="_blank" rel="noreferrer">{words().openRecord}</a>}</Show></p>
        </section>
      )}
    </Show>
  )
}

const nameOf = ({ category, kind, theme }: { readonly category: string | null; readonly kind: string | null; readonly theme: { readonly name: string } | null }) =>
  category ?? theme?.name ?? kind ?? words().recordList.noCategory
