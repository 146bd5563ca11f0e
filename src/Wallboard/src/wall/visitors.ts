import { createSignal } from 'solid-js'
import { words } from '../text/language'

/** Kept by this browser: that its user turned the mode on here, and that its stage was last in it. */
const ownKey = 'vantage.visitors'
const stageKey = 'vantage.visitors.stage'

const kept = (key: string): boolean => localStorage.getItem(key) === 'on'

/** 参观模式: visitors look on, and the page names nobody. It is on from the first answer of the host, or off for all of the page's life. */
export const visitorsHere: boolean = kept(ownKey) || kept(stageKey)
export const isOwnChoice = (): boolean => kept(ownKey)

const [isLeaving, setLeaving] = createSignal(false)

/** The page is about to be shown anew, and what it still shows is not to be seen. */
export { isLeaving }

function keepAndReload(key: string, on: boolean): void {
  if (on) {
    localStorage.setItem(key, 'on')
  } else {
    localStorage.removeItem(key)
  }
  setLeaving(true)
  location.reload()
}

/** On this screen. What the page knows by name is forgotten with it. */
export const setVisitorsHere = (on: boolean): void => { keepAndReload(ownKey, on) }

/** As the screen's stage has it; a page that already is so goes on. */
export function followStage(on: boolean): void {
  if (on !== kept(stageKey)) {
    keepAndReload(stageKey, on)
  }
}

const people = new Set(['by', 'reportedBy', 'closedBy', 'openedBy', 'withdrawnBy'])
const remarks = new Set(['note', 'closingNote'])
/** A call for help is called after who calls. */
const callForHelp = /.求助$/
const phone = /(?<!\d)1[3-9]\d{9}(?!\d)/g
const plate = /[\u4e00-\u9fff][A-Z][·.\- ]?[A-Z0-9]{4,5}[A-Z0-9\u4e00-\u9fff]/g

/** What the host says, without who is meant: names and numbers of officers, plates, phones, who did something, and what people wrote. A new value; keys by which the page works stay. */
export function withoutPeople<T>(value: T): T {
  return guard(value) as T
}

function guard(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(phone, '…').replace(plate, '…')
  }
  if (Array.isArray(value)) {
    return typeof value[0] === 'number' ? value : value.map(guard) // Columns of numbers name nobody.
  }
  if (value === null || typeof value !== 'object') {
    return value
  }
  const from = value as Record<string, unknown>
  const unit = [from['id'], from['unit']].find((id): id is string => typeof id === 'string' && /^(officer|vehicle|drone)\//.test(id))
  return Object.fromEntries(Object.entries(from).map(([key, part]) => [key, guardPart(key, part, unit, from)]))
}

function guardPart(key: string, part: unknown, unit: string | undefined, from: Record<string, unknown>): unknown {
  if (part === null || typeof part === 'object') {
    return key === 'units' && Array.isArray(part) ? part : guard(part)
  }
  if ((key === 'name' || key === 'unitName') && unit !== undefined) {
    return aliasOf(unit, part)
  }
  if (unit !== undefined && (key === 'plate' || key === 'pinyin' || (key === 'key' && from['id'] === unit))) {
    return key === 'plate' ? null : ''
  }
  if (key === 'name' && 'openedBy' in from && Array.isArray(from['units']) && from['zone'] === null) {
    return from['units'].length === 1 ? aliasOf(String(from['units'][0]), part) : guard(part) // A replay of one unit is called after it.
  }
  if ((key === 'title' || key === 'incidentTitle') && (from['kind'] === 'sos' || (typeof part === 'string' && callForHelp.test(part)))) {
    return words().incidentKinds['sos']
  }
  if (people.has(key)) {
    return 'picture' in from || key === 'openedBy' ? words().visitorsSomebody : null
  }
  if (remarks.has(key)) {
    return part === '' ? '' : words().visitorsHidden
  }
  return key === 'id' || key === 'unit' || key === 'zone' || key === 'key' ? part : guard(part)
}

/** The same for one unit at all times, and nobody's number. A vehicle keeps a name that is no plate. */
function aliasOf(unit: string, name: unknown): unknown {
  const kind = unit.slice(0, unit.indexOf('/')) as 'officer' | 'vehicle' | 'drone'
  if (kind === 'drone' || (kind === 'vehicle' && typeof name === 'string' && name.search(plate) < 0)) {
    return name
  }
  let hash = 7
  for (const sign of unit) {
    hash = (hash * 31 + sign.codePointAt(0)!) % 9973
  }
  return `${words().kind[kind]} ${String(hash).padStart(4, '0')}`
}
