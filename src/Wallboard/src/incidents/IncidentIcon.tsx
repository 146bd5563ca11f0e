import type { IncidentLevel, IncidentState } from './incident'
import { pinOutline, stateMarks } from './pins'

/** The map's pin, for text. */
export function IncidentIcon(props: { level: IncidentLevel; state: IncidentState }) {
  return (
    <svg class="incident-icon" data-level={props.level} data-hollow={props.state === 'done' || props.state === 'closed'} viewBox="-34 -34 68 94" aria-hidden="true">
      <path d={pinOutline} />
      <path class="mark" d={stateMarks[props.state]} />
    </svg>
  )
}
