import { For, Show } from 'solid-js'
import { words } from '../text/language'
import { everything, isFiltering, toggled } from '../units/filter'
import { useWall } from './wall'

/** What the map and the list are narrowed to; every part can be taken off by itself. */
export function FilterBar() {
  const wall = useWall()
  const squadName = (key: string) => wall.summary()?.squads.find((squad) => squad.key === key)?.name ?? words().squad
  return (
    <Show when={isFiltering(wall.filter())} fallback={<span />}>
      <div class="filter-bar" role="status">
        <span>{words().filter}</span>
        <For each={[...wall.filter().kinds]}>
          {(kind) => <Part text={words().kind[kind]} onRemove={() => { wall.setFilter({ ...wall.filter(), kinds: toggled(wall.filter().kinds, kind) }) }} />}
        </For>
        <For each={[...wall.filter().squads]}>
          {(squad) => <Part text={squadName(squad)} onRemove={() => { wall.setFilter({ ...wall.filter(), squads: toggled(wall.filter().squads, squad) }) }} />}
        </For>
        <For each={[...wall.filter().states]}>
          {(state) => <Part text={words().state[state]} onRemove={() => { wall.setFilter({ ...wall.filter(), states: toggled(wall.filter().states, state) }) }} />}
        </For>
        <button type="button" class="quiet" onClick={() => { wall.setFilter(everything) }}>{words().clearFilter}</button>
      </div>
    </Show>
  )
}

function Part(props: { text: string; onRemove: () => void }) {
  return (
    <button type="button" class="filter-part" onClick={() => { props.onRemove() }}>
      {props.text}<i aria-hidden="true">×</i>
    </button>
  )
}
