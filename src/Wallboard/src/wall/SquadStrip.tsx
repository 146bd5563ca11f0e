import './squads.css'
import { Index, Show } from 'solid-js'
import { words } from '../text/language'
import { toggled } from '../units/filter'
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
              <span>{words().officers} <b>{squad().officers.online}</b>/{squad().officers.registered}</span>
              <span>{words().vehicles} <b>{squad().vehicles.online}</b>/{squad().vehicles.registered}</span>
            </span>
          </button>
        )}
      </Index>
    </nav>
  )
}
