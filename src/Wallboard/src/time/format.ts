import type { Words } from '../text/zh'

/** People here read Beijing time, wherever the screen's own clock is set. */
const zone = 'Asia/Shanghai'

const clockFormat = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const shortFormat = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })

/** `14:32:07` */
export const clock = (time: number): string => clockFormat.format(time)

/** `14:32` */
export const shortClock = (time: number): string => shortFormat.format(time)

/** `2026-11-21`, the day in Beijing. */
export const dayOf = (time: number): string => dayFormat.format(time)

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

/** Midnight in Beijing of the day that the time is in. China keeps UTC+8 all year. */
export function startOfDay(time: number): number {
  return Date.parse(`${dayOf(time)}T00:00:00+08:00`)
}

/** 0 for Sunday to 6, in Beijing. */
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
