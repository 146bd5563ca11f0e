import { language, setLanguage, words } from '../text/language'

export function LanguageButton() {
  return <button type="button" class="officer-language" onClick={() => { setLanguage(language() === 'zh' ? 'en' : 'zh') }}>{words().otherLanguage}</button>
}
