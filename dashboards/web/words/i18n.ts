import { createInstance, type i18n } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en.ts'
import type { Language, Translate } from './words.ts'
import { zh } from './zh.ts'

export { hasWord, type Language, type Translate } from './words.ts'

/** Both languages are in the page: nothing is fetched when somebody switches. */
export async function createI18n(language: Language): Promise<i18n> {
  const instance = createInstance()
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { zh: { translation: zh }, en: { translation: en } },
  })
  return instance
}

/** The words of the language that the page is in. */
export function useWords(): { t: Translate; language: Language } {
  const { t, i18n: instance } = useTranslation()
  return { t: t as unknown as Translate, language: instance.language === 'en' ? 'en' : 'zh' }
}
