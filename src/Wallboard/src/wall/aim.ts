import { createMemo, createSignal, onCleanup, type Accessor } from 'solid-js'

/** How long a pointer that rests still aims. On a wall one may lie on a list all night. */
const restMs = 2000

/**
 * Keeps the order of a list while somebody aims at its rows: a row that moves away at the last moment is not the one that is hit. What comes meanwhile is
 * put below; what goes, goes.
 */
export function createAim<T>(next: Accessor<readonly T[]>, keyOf: (row: T) => string) {
  const [isAimed, setAimed] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = () => {
    clearTimeout(timer)
    setAimed(false)
  }
  const aim = () => {
    clearTimeout(timer)
    timer = setTimeout(end, restMs)
    setAimed(true)
  }
  onCleanup(end)
  return {
    rows: createMemo<readonly T[]>((before) => (isAimed() ? inOrderOf(before, next(), keyOf) : next()), []),
    /** Of the element that holds the rows. */
    handlers: { onPointerEnter: aim, onPointerMove: aim, onPointerDown: aim, onPointerLeave: end },
  }
}

/** The rows in the order of before, new ones below in their own. */
export function inOrderOf<T>(before: readonly T[], next: readonly T[], keyOf: (row: T) => string): readonly T[] {
  const places = new Map(before.map((row, place) => [keyOf(row), place]))
  const placed = next.map((row, at) => ({ row, place: places.get(keyOf(row)) ?? before.length + at }))
  return placed.sort((a, b) => a.place - b.place).map(({ row }) => row)
}
