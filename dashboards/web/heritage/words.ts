import { pageWords, type Translate } from '../words/i18n.ts'
import { en } from './en.ts'
import { type HeritageWord, zh } from './zh.ts'

export const useHeritageWords = pageWords(zh, en)
export type HeritageTranslate = Translate<HeritageWord>

/** What a record says, each with its name: `承租 王记茶社`; a fact that nobody named is told as it is. */
export function saidWords(facts: Record<string, unknown>, t: HeritageTranslate): string[] {
  return Object.entries(facts).map(([name, fact]) => {
    const value = name === 'utility' ? wordOf('utility', String(fact), t) : String(fact)
    const key = `heritage.said.${name}`
    return Object.hasOwn(zh, key) ? t(key as HeritageWord, { value }) : value
  })
}

/** The word for a value of a closed list, or the value itself where it has none. */
export function wordOf(kind: string, value: string, t: HeritageTranslate): string {
  const key = `heritage.${kind}.${value}`
  return Object.hasOwn(zh, key) ? t(key as HeritageWord) : value
}
