import type { UnitKind, UnitState } from '../hub/protocol'

const bodies: Record<UnitKind, string> = {
  officer: 'M16 5 22.6 11.5A8.6 8.6 0 1 1 9.4 11.5Z',
  vehicle: 'M16 4 23 12v12q0 2.5-2.5 2.5h-9Q9 26.500 9 24V12Z',
  drone: 'M16 4l3.6 9 7.400 5-7 1.800L16 27l-4-7.200L5 18l7.400-5Z',
}

/** The glyph of the map, for text: the same shapes, the same colours. */
export function KindIcon(props: { kind: UnitKind; state: UnitState }) {
  return (
    <svg class="kind-icon" data-state={props.state} viewBox="0 0 32 32" aria-hidden="true">
      <path d={bodies[props.kind]} />
    </svg>
  )
}
