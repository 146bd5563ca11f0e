import { words } from '../text/language'
import type { Refusal } from './errand'

/** Why a unit was not sent, in words. */
export function refusalText(refusal: Refusal, timeOf: (time: number) => string): string {
  switch (refusal.kind) {
    case 'busy': return words().refusedBusy(refusal.title ?? words().anotherIncident, refusal.by ?? words().someone)
    case 'off-duty': return words().refusedOffDuty
    case 'changed': return refusal.by === null && refusal.title === null ? words().refusedChangedUnknown
      : words().refusedChanged(refusal.title ?? words().anotherIncident, refusal.by ?? words().someone)
    case 'too-many': return words().refusedTooMany
    case 'already': return words().refusedAlready(words().orderStep[refusal.step])
    case 'closed': return words().refusedClosed(refusal.by ?? words().bySystem, refusal.at === null ? words().unknownValue : timeOf(Date.parse(refusal.at)))
    case 'denied': return words().refusedDenied
    case 'failed': return words().refusedFailed
  }
}
