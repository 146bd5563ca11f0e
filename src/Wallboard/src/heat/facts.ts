import { count, words } from '../text/language'
import { clock } from '../time/format'
import type { Wall } from '../wall/wall'
import type { Choice } from './choice'
import { cellMetres } from './heat'
import type { HeatPicture } from './reading'
import { amount, layerName, percent, rangeText, type Names } from './telling'

/** What is shown and how, the first part of it what. */
export function legendTitle(choice: Choice, wall: Wall): readonly string[] {
  const { analysis } = words()
  const names: Names = {
    theme: (key) => wall.recordPoints.themes()?.find((theme) => theme.key === key)?.name ?? key,
    squad: (key) => wall.summary()?.squads.find((squad) => squad.key === key)?.name ?? key,
  }
  return [
    layerName(choice, words(), names), choice.look === 'compare' ? analysis.against(analysis.earlier[wall.analysis.earlier()]) : analysis.look[choice.look],
    ...(choice.hours === 'all' ? [] : [`${analysis.hours[choice.hours]} (${analysis.hoursHint[choice.hours]})`]), ...(choice.days === 'all' ? [] : [analysis.days[choice.days]]),
  ]
}

/** When, where, how many and how much: the same on the wall and below a picture of it. */
export function legendFacts({ choice, answer, readAt }: HeatPicture): readonly string[] {
  const { analysis } = words()
  const facts = [rangeText(answer.from, answer.to, words()), analysis.scope[choice.scope], words().heatGrid(cellMetres(answer.resolution))]
  switch (choice.look) {
    case 'density': facts.push(analysis.cells(count(answer.cells.length)), analysis.total(amount(choice.layer, answer.total, words()))); break
    case 'compare':
      facts.push(analysis.cells(count(answer.cells.length)), analysis.total(amount(choice.layer, answer.total, words())), analysis.totalAgainst(amount(choice.layer, answer.againstTotal ?? 0, words())))
      break
    case 'hotspots':
      facts.push(analysis.tested(count(answer.tested ?? 0)), answer.cells.length === 0 ? analysis.noSpots : analysis.spotNumbers(count(answer.hot ?? 0), count(answer.cold ?? 0)))
      break
    case 'uncovered': facts.push(analysis.cells(count(answer.cells.length)), analysis.uncovered(count(answer.uncovered ?? 0), count(answer.total)))
  }
  if (answer.cells.length === 0 && choice.look !== 'hotspots') {
    facts.push(words().heatEmpty)
  }
  if (answer.missing > 0) {
    facts.push(analysis.missing(percent(answer.missing)))
  }
  facts.push(analysis.updated(clock(readAt)))
  return facts
}
