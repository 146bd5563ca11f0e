/** The schedules that the form can write; the host knows more, which are left as they are. */
export type Days = 'daily' | 'Mon-Fri' | 'Sat-Sun'
export const dayChoices: readonly Days[] = ['daily', 'Mon-Fri', 'Sat-Sun']

export type PlainSchedule =
  | { readonly kind: 'always' }
  | { readonly kind: 'window'; readonly days: Days; readonly from: string; readonly to: string }
  | { readonly kind: 'other'; readonly text: string }

const windowForm = /^\s*(daily|Mon-Fri|Sat-Sun)\s+(\d\d:\d\d)-(\d\d:\d\d)\s*$/

export function readSchedule(text: string | undefined): PlainSchedule {
  if (text === undefined || text.trim() === '') {
    return { kind: 'always' }
  }
  const [, days, from, to] = windowForm.exec(text) ?? []
  return days === undefined || from === undefined || to === undefined ? { kind: 'other', text } : { kind: 'window', days: days as Days, from, to }
}

/** As the host reads it; undefined: always. */
export function writeSchedule(schedule: PlainSchedule): string | undefined {
  switch (schedule.kind) {
    case 'always': return undefined
    case 'window': return `${schedule.days} ${schedule.from}-${schedule.to}`
    case 'other': return schedule.text
  }
}

/** A time of day as people type it, `7:30`, `0730` or `24:00`, as the host reads it; null: it is none. */
export function readTime(text: string): string | null {
  const [, hours, minutes] = /^\s*(\d{1,2})[:：]?(\d\d)\s*$/.exec(text) ?? []
  const isTime = hours !== undefined && minutes !== undefined && Number(minutes) < 60 && (Number(hours) < 24 || (Number(hours) === 24 && minutes === '00'))
  return isTime ? `${hours.padStart(2, '0')}:${minutes}` : null
}
