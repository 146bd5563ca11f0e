/** Milliseconds before the next try: doubles from half a second to 15 s, spread by ± 25 % so that screens do not return in step. */
export function retryDelay(attempt: number, random: () => number): number {
  const base = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10))
  return Math.round(base * (0.75 + random() * 0.5))
}
