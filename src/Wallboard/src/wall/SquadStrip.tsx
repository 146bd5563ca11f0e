import './squads.css'
import { Index, Show } from 'solid-js'
import type { Count, UnitKind } from '../hub/protocol'
import { words } from '../text/language'
import { toggled } from '../units/filter'
import { KindIcon } from '../units/KindIcon'
import { useWall } from './wall'

/** A cell per squad; a tap shows that squad alone on the map and in the list. */
export function SquadStrip() {
  const wall = useWall()
  const squads = () => wall.summary()?.squads ?? []
  const press = (key: string) => {
    wall.setFilter({ ...wall.filter(), squads: toggled(wall.filter().squads, key) })
  }
  return (
    <nav class="squads" aria-label={words().squads}>
      <Index each={squads()}>
        {(squad) => (
          <button type="button" class="squad" aria-pressed={wall.filter().squads.has(squad().key)} onClick={() => { press(squad().key) }}>
            <span class="squad-name">{squad().name}</span>
            <Show when={squad().openBreaches > 0}>
              <span class="squad-alarms" title={words().openBreaches}>{squad().openBreaches}</span>
            </Show>
            <span class="squad-counts">
              <SquadCount kind="officer" word={words().officersShort} value={squad().officers} />
              <SquadCount kind="vehicle" word={words().vehiclesShort} value={squad().vehicles} />
            </span>
          </button>
        )}
      </Index>
    </nav>
  )
}

function SquadCount(props: { kind: UnitKind; word: string; value: Count }) {
  return (
    <span title={words().onlineOfRegistered}>
      <KindIcon kind={props.kind} state="unknown" />{props.word}<b>{props.value.online}</b>/{props.value.registered}
    </span>
  )
}
