import type { Breach } from '../hub/protocol'
import { length, speed } from '../text/quantities'
import type { Words } from '../text/zh'
import { moment, span } from '../time/format'

export interface Reason {
  readonly what: string
  readonly value: string
  /** Ids of the units that the value counts. */
  readonly units?: readonly string[]
}

/** The word for the rule. An absence for want of signal says so: nobody knows that the post is empty. */
export function ruleWord(breach: Pick<Breach, 'type' | 'why'>, words: Words): string {
  const silent = breach.why?.silent ?? []
  return breach.type === 'absence' && silent.length > 0 ? words.noSignal : words.rule[breach.type]
}

/** Why the breach was raised, in words; what does not apply is left out. */
export function reasons(breach: Breach, now: number, words: Words): Reason[] {
  const { why } = breach
  if (why === null) {
    return []
  }
  const lines: Reason[] = [...askedFor(breach, now, words)]
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
    lines.push({ what: words.whySilent, value: words.severalUnits(why.silent.length), units: why.silent })
  }
  return lines
}

/** What the rule asks for, and how much of it there was. */
function askedFor(breach: Breach, now: number, words: Words): Reason[] {
  const { after, count, crossedAt } = breach.why ?? {}
  const started = Date.parse(breach.startedAt)
  const afterMs = (after ?? 0) * 1000
  switch (breach.type) {
    case 'gathering': return [
      ...(breach.units === null ? [] : [{ what: words.whyGathered, value: words.severalUnits(breach.units.length), units: breach.units }]),
      ...(count == null ? [] : [{ what: words.whyGatheringRule, value: words.gatheringRule(count, span(afterMs, words)) }]),
    ]
    case 'absence': return [
      ...(count == null ? [] : [{ what: words.whyAbsenceRule, value: words.absenceRule(count) }]),
      ...(after == null ? [] : [
        { what: words.whyAbsentSince, value: moment(started - afterMs, now) },
        { what: words.whyAbsenceAllowed, value: span(afterMs, words) },
      ]),
    ]
    case 'dwell': {
      const since = crossedAt == null ? started - afterMs : Date.parse(crossedAt)
      const until = breach.endedAt === null ? now : Date.parse(breach.endedAt)
      return [
        ...(after == null ? [] : [{ what: words.whyDwellAllowed, value: span(afterMs, words) }]),
        { what: words.whyDwelt, value: span(until - since, words) },
      ]
    }
    case 'enter':
    case 'exit':
    case 'speed': return []
  }
}
