import { METRICS } from '../../../core/metrics.ts'
import { type Language, pageWords, type Translate } from '../words/i18n.ts'
import { formatNumber, formatQuantity } from '../words/numbers.ts'
import { labelWords } from '../words/reason-words.ts'
import { en } from './en.ts'
import { type EvidenceWord, zh } from './zh.ts'

export const useEvidenceWords = pageWords(zh, en)
export type EvidenceTranslate = Translate<EvidenceWord>

/** Nothing is certain, and nothing is excluded. */
export function percentOf(probability: number): number {
  return Math.min(99, Math.max(1, Math.round(probability * 100)))
}

/** What was measured or filed, in words: `{ hours: 2, ppv_mm_s: 1.5 }`. A fact that nobody named keeps the name it has in messages. */
export function factWords(facts: Record<string, number | string>, t: EvidenceTranslate, language: Language): string[] {
  const unit = Object.keys(facts).flatMap((name) => METRICS[name]?.unit ?? [])[0]
  return Object.entries(facts).map(([name, fact]) => {
    const metric = METRICS[name]
    if (metric !== undefined) return `${metric[language]} ${formatQuantity(fact, metric.unit)}`
    const told = typeof fact === 'number' ? formatNumber(fact) : name === 'label' ? labelWords(fact, t) : fact
    const key = `evidence.fact.${name}`
    if (!isWord(key)) return `${name} ${told}`
    return t(key, { value: name === 'usual' && unit !== undefined ? `${told} ${unit}` : told })
  })
}

function isWord(key: string): key is EvidenceWord {
  return Object.hasOwn(zh, key)
}
