let known: number | null = null

const forget = () => { known = null }
addEventListener('resize', forget)
// A hall's pixels set the size of its text.
new MutationObserver(forget).observe(document.documentElement, { attributes: true, attributeFilter: ['style'] })

/** How much larger than usual the page's text is: it grows with the screen, and what is drawn grows alike. Reading it anew makes the browser lay out. */
export function textScale(): number {
  return known ??= parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
}
