import { createEffect, createSignal, onCleanup, type Accessor } from 'solid-js'
import { isHall } from './hall'

/** Hides what is least worth until the rest has room in one line: text that is cut says nothing. In a hall only; `least` names parts, the least worth first. */
export function fitLine(element: () => HTMLElement | undefined, least: readonly string[]): void {
  createEffect(() => {
    const line = element()
    if (line === undefined || !isHall()) {
      return
    }
    const parts = () => least.flatMap((selector) => [...line.querySelectorAll<HTMLElement>(selector)])
    const fit = () => {
      const all = parts()
      all.forEach((part) => { part.classList.remove('no-room') })
      for (const part of all) {
        if (line.scrollWidth <= line.clientWidth) {
          break
        }
        part.classList.add('no-room')
      }
    }
    const onSize = new ResizeObserver(fit)
    const onChange = new MutationObserver(fit)
    onSize.observe(line)
    onChange.observe(line, { childList: true, characterData: true, subtree: true })
    void document.fonts.ready.then(fit)
    onCleanup(() => {
      onSize.disconnect()
      onChange.disconnect()
      parts().forEach((part) => { part.classList.remove('no-room') })
    })
  })
}

export interface Pages {
  /** Which is shown, from 0. */
  readonly page: Accessor<number>
  /** How many there are; 1 where all has room. */
  readonly pages: Accessor<number>
}

/** Long enough to read a page aloud. */
export const pageMs = 12_000

/** Shows a list page by page, in whole rows: in a hall nobody scrolls. Elsewhere it scrolls, and is one page. */
export function turnPages(element: () => HTMLElement | undefined): Pages {
  const [page, setPage] = createSignal(0)
  const [pages, setPages] = createSignal(1)
  createEffect(() => {
    const list = element()
    if (list === undefined || !isHall()) {
      setPages(1)
      return
    }
    const rows = () => [...list.children] as HTMLElement[]
    const lay = () => {
      const all = rows()
      all.forEach((row) => { row.classList.remove('off-page') })
      const begins = pageBegins(all.map(extentOf), roomOf(list))
      setPages(Math.max(1, begins.length))
      setPage((before) => Math.min(before, Math.max(0, begins.length - 1)))
      const [from, to] = [begins[page()] ?? 0, begins[page() + 1] ?? all.length]
      all.forEach((row, i) => { row.classList.toggle('off-page', i < from || i >= to) })
    }
    const onSize = new ResizeObserver(lay)
    const onChange = new MutationObserver(lay)
    onSize.observe(list)
    onChange.observe(list, { childList: true, characterData: true, subtree: true })
    const turning = setInterval(() => {
      setPage((before) => (before + 1) % pages())
      lay()
    }, pageMs)
    void document.fonts.ready.then(lay)
    onCleanup(() => {
      onSize.disconnect()
      onChange.disconnect()
      clearInterval(turning)
      rows().forEach((row) => { row.classList.remove('off-page') })
    })
  })
  return { page, pages }
}

export interface Extent {
  readonly top: number
  readonly bottom: number
}

/** With which row each page begins, so that none is cut; rows beside each other stay together. */
export function pageBegins(rows: readonly Extent[], room: number): number[] {
  const begins: number[] = []
  let top = 0
  rows.forEach((row, i) => {
    if (begins.length > 0 && row.bottom - top <= room + 0.5) {
      return
    }
    let first = i
    while (first > 0 && rows[first - 1]!.top === row.top && first - 1 > begins.at(-1)!) {
      first--
    }
    begins.push(first)
    top = row.top
  })
  return begins
}

/** A row that has no box of its own is as large as what is in it. */
function extentOf(row: HTMLElement): Extent {
  const boxes = (getComputedStyle(row).display === 'contents' ? [...row.children] : [row]).map((part) => part.getBoundingClientRect())
  return { top: Math.min(...boxes.map((box) => box.top)), bottom: Math.max(...boxes.map((box) => box.bottom)) }
}

function roomOf(list: HTMLElement): number {
  const { paddingTop, paddingBottom } = getComputedStyle(list)
  return list.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom)
}
