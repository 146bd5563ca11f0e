import './edit/editor.css'
import { createMemo, Show } from 'solid-js'
import { ReplayStart } from '../replay/ReplayStart'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { useWall } from '../wall/wall'
import type { ZoneLevel } from './zone'

export function ZoneCard() {
  const wall = useWall()
  const zone = createMemo(() => {
    const chosen = wall.selection()
    return chosen?.kind === 'zone' ? wall.zones.zones().find((each) => each.key === chosen.key) : undefined
  })
  const levelWord = (level: ZoneLevel) => {
    switch (level) {
      case 'info': return words().zoneInfo
      case 'warning': return words().zoneWarning
      case 'critical': return words().zoneCritical
    }
  }
  return (
    <Show when={zone()}>
      {(chosen) => (
        <section class="card" aria-label={chosen().name}>
          <header class="card-head">
            <i class="swatch" data-level={chosen().level} />
            <div>
              <h2>{chosen().name}</h2>
              <p>{levelWord(chosen().level)}</p>
            </div>
            <Show when={wall.marks().zones.has(chosen().key)}><span class="state-word" data-state="alarm">{words().zoneInBreach}</span></Show>
            <button type="button" class="close" aria-label={words().close} onClick={() => { wall.select(null) }}>×</button>
          </header>
          <p class="card-note">{words().occupants(chosen().occupants)}</p>
          <Show when={allows(wall.rights(), 'tracks.read')}>
            <ReplayStart target={{ kind: 'zone', key: chosen().key, name: chosen().name }} />
          </Show>
          <Show when={allows(wall.rights(), 'zones.write')}>
            <p class="zone-card-edit"><button type="button" class="toggle" onClick={() => void wall.zoneEditing.edit(chosen().key)}>{words().changeZone}</button></p>
          </Show>
        </section>
      )}
    </Show>
  )
}
