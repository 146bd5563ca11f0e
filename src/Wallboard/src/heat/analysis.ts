import { createMemo, createSignal } from 'solid-js'
import { earlierOf, periodOf, type Earlier, type Period } from '../time/period'
import { choiceOf, isSameChoice, plainChoice, stageLayerOf, type Choice } from './choice'
import { createHeatReading, type HeatParts } from './reading'

/** Which heat is shown, of when, and what came of it. */
export function createAnalysis(isOff: () => boolean, parts: Omit<HeatParts, 'period' | 'choice'>) {
  const [period, setPeriod] = createSignal<Period | null>(null)
  const [choice, setChoice] = createSignal<Choice>(plainChoice, { equals: isSameChoice })
  const [isOpen, setOpen] = createSignal(false)
  const reading = createHeatReading({ ...parts, choice, period: () => (isOff() ? null : period()) })
  const stageLayer = createMemo(() => stageLayerOf(choice()))

  return {
    ...reading,
    /** With which time it is compared, if it is. */
    earlier: (): Earlier => earlierOf(period() ?? 'today', choice().earlier),
    period, setPeriod, choice, setChoice, isOpen, setOpen, stageLayer,
    /** Takes over what the layers and the period of a stage's picture say. */
    show(layers: readonly string[], of: string | null): void {
      const isOn = layers.includes('heat')
      setPeriod(isOn ? periodOf(of) ?? 'hour' : null)
      if (isOn) {
        setChoice(choiceOf(layers))
      }
    },
  }
}

export type Analysis = ReturnType<typeof createAnalysis>
