import type { Breach } from '../hub/protocol'
import type { Words } from '../text/zh'

/** People read the installation's own time, wherever the screen's own clock is set. */
let formats = formatsOf('Asia/Shanghai')

/** Takes over the time zone of the installation, an IANA name; one that this browser does not know changes nothing. */
export function setTimeZone(zone: string): void {
  if (zone !== formats.zone) {
    try {
      formats = formatsOf(zone)
    } catch {
      // An older browser's list: Beijing time is better than the screen's own.
    }
  }
}

function formatsOf(zone: string) {
  const format = (locale: string, parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...parts })
  return {
    zone,
    clock: format('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    short: format('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: format('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' }),
  }
}

/** `14:32:07` */
export const clock = (time: number): string => formats.clock.format(time)

/** `14:32` */
export const shortClock = (time: number): string => formats.short.format(time)

/** `2026-11-21`, the day at the installation. */
export const dayOf = (time: number): string => formats.day.format(time)

/** What the time shown is called: 北京时间, or what people call another zone's. */
export function zoneName(time: number, words: Words): string {
  if (formats.zone === 'Asia/Shanghai') {
    return words.beijingTime
  }
  const parts = new Intl.DateTimeFormat(words.locale, { timeZone: formats.zone, timeZoneName: 'longGeneric' }).formatToParts(time)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** `11-21 14:32:07`, and without the date when it is today. */
export function moment(time: number, now: number): string {
  const day = dayOf(time)
  return day === dayOf(now) ? clock(time) : `${day.slice(5)} ${clock(time)}`
}

/** Like {@link moment} without the seconds. */
export function shortMoment(time: number, now: number): string {
  const day = dayOf(time)
  return day === dayOf(now) ? shortClock(time) : `${day.slice(5)} ${shortClock(time)}`
}

/** Midnight of the day that the time is in. */
export function startOfDay(time: number): number {
  return timeOfDay(dayOf(time), 0)
}

/** The moment at which a day, as {@link dayOf} writes it, has come to an hour; 24 is the end of it. */
export function timeOfDay(day: string, hour: number): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000
  return asUtc - aheadOfUtc(asUtc - aheadOfUtc(asUtc))
}

/** How far local time is ahead of UTC at a moment. */
function aheadOfUtc(time: number): number {
  return Date.parse(`${dayOf(time)}T${clock(time)}Z`) - Math.floor(time / 1000) * 1000
}

/** 0 for Sunday to 6. */
export function weekday(time: number): number {
  return new Date(`${dayOf(time)}T12:00:00Z`).getUTCDay()
}

/** A span in words: `12 秒`, `3 分钟`, `2 小时 5 分`, `3 天`. */
export function span(milliseconds: number, words: Words): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) {
    return words.seconds(seconds)
  }
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) {
    return words.minutes(minutes)
  }
  const hours = Math.floor(minutes / 60)
  if (hours < 24) {
    return minutes % 60 === 0 ? words.hours(hours) : words.hoursMinutes(hours, minutes % 60)
  }
  return words.days(Math.floor(hours / 24))
}

/** How long a breach lasted, or that it does. What was a moment, or was none at all, did not last. */
export function lastingText({ type, state, startedAt, endedAt }: Pick<Breach, 'type' | 'state' | 'startedAt' | 'endedAt'>, words: Words): string {
  if (type === 'exit' || state === 'retracted') {
    return ''
  }
  if (endedAt === null) {
    return words.ongoing
  }
  const lasted = Date.parse(endedAt) - Date.parse(startedAt)
  return lasted < 1000 ? '' : words.lasted(span(lasted, words))
}

/** An age in words: `刚刚` below five seconds, then `12 秒前`. */
export function age(milliseconds: number, words: Words): string {
  return milliseconds < 5000 ? words.justNow : words.ago(span(milliseconds, words))
}

/** An age for a glyph on the map, from one minute up: `3分`, `2时`, `4天`. */
export function shortAge(milliseconds: number, words: Words): string {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 60) {
    return words.minutesShort(Math.max(1, minutes))
  }
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? words.hoursShort(hours) : words.daysShort(Math.floor(hours / 24))
}
