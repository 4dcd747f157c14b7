import { pageWords, type Translate } from '../words/i18n.ts'
import { en } from './en.ts'
import { type HeritageWord, zh } from './zh.ts'

export const useHeritageWords = pageWords(zh, en)
export type HeritageTranslate = Translate<HeritageWord>

/** The word for a value of a closed list, or the value itself where it has none. */
export function wordOf(kind: string, value: string, t: HeritageTranslate): string {
  const key = `heritage.${kind}.${value}`
  return Object.hasOwn(zh, key) ? t(key as HeritageWord) : value
}
