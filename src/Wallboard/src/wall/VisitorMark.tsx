import { Show } from 'solid-js'
import { allows } from '../session/rights'
import { words } from '../text/language'
import { isOwnChoice, setVisitorsHere, visitorsHere } from './visitors'
import { useWall } from './wall'

/** Says that nobody is named here. Who may lead a stage ends what was begun on this screen; what is the stage's is ended there. */
export function VisitorMark() {
  const wall = useWall()
  return (
    <Show when={visitorsHere}>
      <span class="badge visitors" title={words().visitorsHint}>{words().visitors}</span>
      <Show when={isOwnChoice() && allows(wall.rights(), 'stages.lead')}>
        <button type="button" class="quiet visitors-end" onClick={() => { setVisitorsHere(false) }}>{words().visitorsEnd}</button>
      </Show>
    </Show>
  )
}

/** Begins the mode on this screen: anybody may, as it shows less. */
export function VisitorButton() {
  return (
    <Show when={!visitorsHere}>
      <button type="button" class="quiet visitors-begin" title={words().visitorsHint} onClick={() => { setVisitorsHere(true) }}>{words().visitors}</button>
    </Show>
  )
}
