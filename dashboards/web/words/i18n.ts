import { createInstance, type i18n } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en.ts'
import type { Language, Translate } from './words.ts'
import { zh } from './zh.ts'

export { hasWord, type Language, type Translate } from './words.ts'

const instance = createInstance()
const words: Record<Language, Record<string, string>> = { zh: { ...zh }, en: { ...en } }

/** Both languages are in the page: nothing is fetched when somebody switches. */
export async function startI18n(language: Language): Promise<i18n> {
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { zh: { translation: words.zh }, en: { translation: words.en } },
  })
  return instance
}

/** The same function for the same `t`: things are drawn again only when the words change. */
const plain = new WeakMap<Translate, Translate>()

/** A word without blanks needs no library: lists look up thousands. */
function plainly(t: Translate, language: Language): Translate {
  const known = plain.get(t)
  if (known !== undefined) return known
  const made: Translate = (key, blanks) => (blanks === undefined ? (words[language][key] ?? key) : t(key, blanks))
  plain.set(t, made)
  return made
}

/** The words of the language that the page is in. */
export function useWords(): { t: Translate; language: Language } {
  const { t, i18n: current } = useTranslation()
  const language = current.language === 'en' ? 'en' : 'zh'
  return { t: plainly(t as unknown as Translate, language), language }
}

/**
 * Words of one page, which come with its chunk. Their keys begin with the page's name, so that they meet no others. The
 * hook knows the words of all pages too.
 */
export function pageWords<Key extends string>(inZh: Record<Key, string>, inEn: Record<Key, string>) {
  for (const [language, more] of [
    ['zh', inZh],
    ['en', inEn],
  ] as const) {
    Object.assign(words[language], more)
    if (instance.isInitialized) instance.addResourceBundle(language, 'translation', more, false, true)
  }
  return useWords as () => { t: Translate<Key>; language: Language }
}
