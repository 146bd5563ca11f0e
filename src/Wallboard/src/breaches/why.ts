import type { Breach } from '../hub/protocol'
import { length, speed } from '../text/quantities'
import type { Words } from '../text/zh'
import { moment } from '../time/format'

export interface Reason {
  readonly what: string
  readonly value: string
}

/** The word for the rule. An absence for want of signal says so: nobody knows that the post is empty. */
export function ruleWord(breach: Pick<Breach, 'type' | 'why'>, words: Words): string {
  const silent = breach.why?.silent ?? []
  return breach.type === 'absence' && silent.length > 0 ? words.noSignal : words.rule[breach.type]
}

/** Why the breach was raised, in words; what does not apply is left out. */
export function reasons(breach: Breach, now: number, words: Words, nameOf: (unit: string) => string): Reason[] {
  const { why } = breach
  if (why === null) {
    return []
  }
  const lines: Reason[] = []
  const time = (what: string, at: string | null | undefined) => {
    if (at != null) {
      lines.push({ what, value: moment(Date.parse(at), now) })
    }
  }
  time(words.whyFix, why.fix)
  time(words.whyPreviousFix, why.previousFix)
  time(words.whyCrossedAt, why.crossedAt)
  if (why.distance != null) {
    lines.push({ what: words.whyDistance, value: length(Math.abs(why.distance), words) })
  }
  if (why.accuracy != null) {
    lines.push({ what: words.whyAccuracy, value: words.plusMinus(length(why.accuracy, words)) })
  }
  if (why.speed != null) {
    lines.push({ what: words.whySpeed, value: speed(why.speed, words) })
  }
  if (why.limit != null) {
    lines.push({ what: words.whyLimit, value: speed(why.limit, words) })
  }
  if (why.zoneVersion != null) {
    lines.push({ what: words.whyZoneVersion, value: words.version(why.zoneVersion) })
  }
  if (why.silent != null && why.silent.length > 0) {
    lines.push({ what: words.whySilent, value: why.silent.map(nameOf).join(words.listSeparator) })
  }
  return lines
}
