/** What threw is tried again after so long. */
const unforeseenMs = 10_000

/**
 * Does something at once, and then again and again.
 * @param act Answers after how many milliseconds it is to be done again, from its end on; null: no more.
 * @returns Ends it.
 */
export function repeatedly(act: () => Promise<number | null>): () => void {
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const run = async () => {
    let pauseMs: number | null = unforeseenMs
    try {
      pauseMs = await act()
    } finally {
      if (!isOver && pauseMs !== null) {
        timer = setTimeout(() => void run(), pauseMs)
      }
    }
  }
  void run()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
