import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Preferences, savePreferences } from './preferences.ts'

/** Theme and language of the page, kept for the next visit. */
export function usePreferences(initial: Preferences) {
  const [preferences, setPreferences] = useState(initial)
  const { i18n } = useTranslation()
  const { theme, language, hasLetterKeys } = preferences
  useEffect(() => {
    document.documentElement.dataset.theme = theme
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    void i18n.changeLanguage(language)
    savePreferences({ theme, language, hasLetterKeys })
  }, [theme, language, hasLetterKeys, i18n])
  return {
    ...preferences,
    setLetterKeys: (has: boolean) => setPreferences((now) => ({ ...now, hasLetterKeys: has })),
    switchTheme: () => setPreferences((now) => ({ ...now, theme: now.theme === 'dark' ? 'light' : 'dark' })),
    switchLanguage: () => setPreferences((now) => ({ ...now, language: now.language === 'zh' ? 'en' : 'zh' })),
  }
}
