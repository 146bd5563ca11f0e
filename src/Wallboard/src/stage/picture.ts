import { unitKinds, unitStates } from '../hub/protocol'
import type { Period } from '../time/period'
import type { UnitFilter } from '../units/filter'
import type { Selection } from '../wall/wall'
import type { VideoPicture } from '../video/protocol'
import type { Picture } from './protocol'

export interface Shown {
  readonly selection: Selection | null
  readonly filter: UnitFilter
  readonly zones: boolean
  readonly cameras: boolean
  /** Of which time heat is shown; null: none is. */
  readonly heat: Period | null
  /** What heat is of and how it is looked at, as a layer; null: presence, as the plain layer says. */
  readonly heatOf: string | null
  readonly replay: string | null
  /** Layers of records that are shown as points. */
  readonly points: readonly string[]
  readonly video: VideoPicture | null
}

/** What a page shows, but for where its map looks, as the host has it: the same words in the same order. An incident that is being written is nobody else's, and a record is not theirs to show. */
export function pictureOf({ selection, filter, zones, cameras, heat, heatOf, replay, points, video }: Shown): Omit<Picture, 'view' | 'selection'> & Partial<Pick<Picture, 'selection'>> {
  return {
    ...(selection?.kind === 'report' || selection?.kind === 'record' ? {} : {
      selection: selection === null ? null : { kind: selection.kind, key: selection.kind === 'unit' ? selection.id : selection.key },
    }),
    filter: {
      kinds: unitKinds.filter((kind) => filter.kinds.has(kind)),
      squads: [...filter.squads].sort(),
      states: unitStates.filter((state) => filter.states.has(state)),
    },
    layers: [...(cameras ? ['cameras'] : []), ...(heat !== null ? ['heat'] : []), ...(heat !== null && heatOf !== null ? [heatOf] : []), ...(zones ? ['zones'] : []), ...points].sort(),
    replay,
    period: heat,
    video,
  }
}

export function filterOf({ kinds, squads, states }: Picture['filter']): UnitFilter {
  return {
    kinds: new Set(unitKinds.filter((kind) => kinds.includes(kind))),
    squads: new Set(squads),
    states: new Set(unitStates.filter((state) => states.includes(state))),
  }
}
