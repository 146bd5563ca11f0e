/** How cameras are laid out. */
export const pictureShape = 16 / 9

/** Columns for so many pictures of 16:9 that they are as large as may be, whatever the screen's shape. */
export function columnsFor(count: number, width: number, height: number): number {
  let best = { columns: 1, size: 0 }
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const size = Math.min(width / columns, (height / rows) * pictureShape)
    if (size > best.size + 0.5) {
      best = { columns, size }
    }
  }
  return best.columns
}
