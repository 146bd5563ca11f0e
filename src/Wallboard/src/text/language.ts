import { createSignal } from 'solid-js'
import { en } from './en'
import { zh, type Words } from './zh'

export type Language = 'zh' | 'en'

const dictionaries: Record<Language, Words> = { zh, en }
const storageKey = 'vantage.language'

const [language, setLanguageSignal] = createSignal<Language>(localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh')

export { language }

/** The words of the chosen language; reactive. */
export const words = (): Words => dictionaries[language()]

export function setLanguage(next: Language): void {
  localStorage.setItem(storageKey, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  document.title = dictionaries[next].product
  setLanguageSignal(next)
}

export { count } from './quantities'
