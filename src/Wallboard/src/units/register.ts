import { createSignal, onCleanup } from 'solid-js'
import { unitKinds, unitStates } from '../hub/protocol'
import { callPages } from '../session/http'
import { repeatedly } from '../time/repeatedly'
import type { Fleet } from './fleet'
import { UnitOrder } from './order'
import { stateAt, unitOfRow, type Unit, type UnitRow } from './unit'

/** Units out of view are as old as this in the list; a large register is read less often. */
const refreshMs = 20_000
const largeRegister = 2000
const largeRefreshMs = 120_000
const retryMs = 5_000

/**
 * Every unit of the installation: the register read over HTTP now and then, with what the live frames say of those in view.
 * Changes at most once a second.
 */
export function createRegister(fleet: Fleet, hostNow: () => number, offlineAfterMs: () => number) {
  const known = new Map<string, Unit>()
  const order = new UnitOrder()
  const [units, setUnits] = createSignal<readonly Unit[]>([])
  const [failed, setFailed] = createSignal(false)
  const [isRead, setRead] = createSignal(false)

  async function refresh(): Promise<number> {
    const answer = await callPages<UnitRow>('/api/units')
    setFailed(answer.kind !== 'ok')
    if (answer.kind === 'ok') {
      answer.value.forEach(takeRow)
      publish()
      setRead(true)
    }
    return answer.kind !== 'ok' ? retryMs : known.size > largeRegister ? largeRefreshMs : refreshMs
  }

  function takeRow(row: UnitRow): void {
    const unit = unitOfRow(row)
    const before = known.get(unit.id)
    if (before === undefined) {
      known.set(unit.id, unit)
      return
    }
    const live = (before.time ?? 0) > (unit.time ?? 0) ? before : unit
    known.set(unit.id, { ...live, n: before.n, name: unit.name, squad: unit.squad, plate: unit.plate ?? before.plate, pinyin: unit.pinyin || before.pinyin })
  }

  /** Takes what the frames have brought since the last time. */
  function takeFleet(): void {
    for (let slot = 0; slot < fleet.size; slot++) {
      const name = fleet.nameOf(fleet.n[slot]!)
      if (name === undefined) {
        continue
      }
      const state = unitStates[fleet.state[slot]!]!
      const before = known.get(name.id)
      if (before !== undefined && before.n === name.n && before.time === fleet.time[slot] && before.state === state) {
        continue
      }
      const heading = fleet.heading[slot]!
      const speed = fleet.speed[slot]!
      known.set(name.id, {
        id: name.id, n: name.n, kind: unitKinds[fleet.kind[slot]!]!, key: name.key, name: name.name, squad: name.squad, plate: name.plate, pinyin: name.pinyin,
        state,
        time: fleet.time[slot]!,
        lon: fleet.lon[slot]!,
        lat: fleet.lat[slot]!,
        heading: Number.isNaN(heading) ? null : heading,
        speed: Number.isNaN(speed) ? null : speed,
      })
    }
  }

  function publish(): void {
    takeFleet()
    const now = hostNow()
    const limit = offlineAfterMs()
    const list: Unit[] = []
    for (const unit of known.values()) {
      const state = stateAt(unit, now, limit)
      list.push(state === unit.state ? unit : { ...unit, state })
    }
    setUnits(order.sort(list))
  }

  onCleanup(repeatedly(refresh))
  const publishing = setInterval(publish, 1000)
  onCleanup(() => { clearInterval(publishing) })
  const unit = (id: string) => known.get(id)
  /** Whether the live frames tell of it, so that its age is true to the second. */
  const isLive = (id: string) => {
    const n = known.get(id)?.n ?? null
    return n !== null && fleet.slotOf(n) !== undefined
  }
  return { units, unit, isLive, takeRow, failed, isRead }
}

export type Register = ReturnType<typeof createRegister>
