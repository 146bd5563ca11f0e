import { createMemo, createSignal } from 'solid-js'
import { emptyBoard, foldIncidents, inOrder, type Incident, type IncidentsMessage } from './incident'

/** The open incidents, as the hub tells them; and closed ones, while somebody looks at them. */
export function createIncidents() {
  const [board, setBoard] = createSignal(emptyBoard)
  const [closed, setClosed] = createSignal<readonly Incident[]>([])
  const list = createMemo(() => inOrder(board().open.values()))
  const find = (key: string): Incident | undefined => board().open.get(key)
  const take = (message: IncidentsMessage): void => { setBoard((before) => foldIncidents(before, message)) }
  const known = () => board().known
  const howManyClosed = createMemo(() => board().closed)
  return { board, list, known, find, take, howManyClosed, closed, setClosed }
}

export type Incidents = ReturnType<typeof createIncidents>
