import type { Language } from '../words/i18n.ts'

export type Theme = 'dark' | 'light'
export interface Preferences {
  theme: Theme
  language: Language
  /** Keys that are a letter alone work. */
  hasLetterKeys: boolean
}

const KEY = 'huying.preferences'
const TOKEN_KEY = 'huying.token'

/** What this browser chose before; `?theme=` and `?lang=` win, for links and walls. */
export function loadPreferences(search: string): Preferences {
  const asked = new URLSearchParams(search)
  const stored = readStored()
  const theme = asked.get('theme') ?? stored.theme
  const language = asked.get('lang') ?? stored.language
  return {
    theme: theme === 'light' ? 'light' : 'dark',
    language: language === 'en' ? 'en' : 'zh',
    hasLetterKeys: stored.hasLetterKeys !== false,
  }
}

export function savePreferences(preferences: Preferences): void {
  localStorage.setItem(KEY, JSON.stringify(preferences))
}

function readStored(): Partial<Preferences> {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Partial<Preferences>
  } catch {
    return {}
  }
}

/** The token of this tab; it goes when the tab goes. */
export function loadToken(): string | null {
  return sessionStorage.getItem(TOKEN_KEY)
}

export function saveToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(TOKEN_KEY)
  else sessionStorage.setItem(TOKEN_KEY, token)
}
