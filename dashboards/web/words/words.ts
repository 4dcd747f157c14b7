import { en } from './en.ts'
import { type WordKey, zh } from './zh.ts'

export type Language = 'zh' | 'en'
/** Looks a word up and fills its blanks; `Key` are words of one page besides those of all. */
export type Translate<Key extends string = never> = (
  key: WordKey | Key,
  blanks?: Record<string, string | number>,
) => string

/** True for keys made of data, such as the label of a detection, that have a word. */
export function hasWord(key: string): key is WordKey {
  return Object.hasOwn(zh, key)
}

/** The words of one language where there is no page: no plurals, which the words do without. */
export function createTranslate(language: Language): Translate {
  const words = language === 'zh' ? zh : en
  return (key, blanks = {}) => words[key].replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(blanks[name] ?? ''))
}
