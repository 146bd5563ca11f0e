/** A label's box on the screen, in pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Chinese signs are square, Latin ones about half as wide. */
export function textWidth(text: string, size: number): number {
  let width = 0
  for (let i = 0; i < text.length; i++) {
    width += text.charCodeAt(i) > 0x2e80 ? size : size * 0.56
  }
  return width
}

/** Gives room on the screen to whoever asks first; who would cover another gets none. */
export class Declutter {
  readonly #cells = new Map<number, Box[]>()
  static readonly #cell = 128

  /** Takes the room when it is free. `force` takes it in any case. */
  take(box: Box, force = false): boolean {
    const keys = this.#keysOf(box)
    if (!force && keys.some((key) => this.#cells.get(key)?.some((other) => overlaps(box, other)) === true)) {
      return false
    }
    for (const key of keys) {
      const boxes = this.#cells.get(key)
      if (boxes === undefined) {
        this.#cells.set(key, [box])
      } else {
        boxes.push(box)
      }
    }
    return true
  }

  #keysOf(box: Box): number[] {
    const keys: number[] = []
    for (let x = Math.floor(box.left / Declutter.#cell); x <= Math.floor(box.right / Declutter.#cell); x++) {
      for (let y = Math.floor(box.top / Declutter.#cell); y <= Math.floor(box.bottom / Declutter.#cell); y++) {
        keys.push(x * 65_536 + y)
      }
    }
    return keys
  }
}

const overlaps = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
