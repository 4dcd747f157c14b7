import type { PatternFeatures, WorkClass, WorkWord } from '../../core/vibration.ts'
import type { WorkPatterns } from './work-patterns.ts'

/** A word said of a block before, for what is said of a minute. */
export interface EarlierWord extends WorkWord {
  atMs: number
}

const NONE: WorkWord = { class: 'none', confidence: 1 }

/**
 * The class whose signs fit best. A sign counts 1 between its ends and falls to 0 over the next share of them; a class
 * scores the weighted geometric mean of its signs, so that one sign that does not fit at all rules it out. The confidence is
 * the score, less what the next best class has of it.
 */
export function classifyBlock(
  pattern: PatternFeatures,
  { quietBelowMmS, leastScore, classes }: WorkPatterns,
): WorkWord {
  if (pattern.levelMmS < quietBelowMmS) return NONE
  const scores = classes
    .map(({ class: name, signs }) => ({ name, score: scoreOf(pattern, signs) }))
    .sort((a, b) => b.score - a.score)
  const [best, next] = [scores[0]!, scores[1]?.score ?? 0]
  if (best.score < leastScore) return { class: 'none', confidence: 1 - best.score }
  return { class: best.name, confidence: best.score * (1 - 0.5 * (next / best.score)) }
}

function scoreOf(pattern: PatternFeatures, signs: WorkPatterns['classes'][number]['signs']): number {
  let [sum, weights] = [0, 0]
  for (const { feature, from, to, soft, weight = 1 } of signs) {
    const value = pattern[feature]
    const short = Math.max(from === undefined ? 0 : from - value, to === undefined ? 0 : value - to, 0)
    const fit = Math.max(0.01, 1 - short / soft)
    sum += weight * Math.log(fit)
    weights += weight
  }
  return Math.exp(sum / weights)
}

/** The class that the blocks of a minute speak for most, by their confidences; quiet blocks count only where all are. */
export function classifyMinute(now: WorkWord, earlier: readonly EarlierWord[]): WorkWord & { blocks: number } {
  const words = [...earlier, now]
  const loud = words.filter((word) => word.class !== 'none')
  if (loud.length === 0) return { ...NONE, confidence: round(mean(words)), blocks: words.length }
  const sums = new Map<WorkClass, number>()
  for (const { class: name, confidence } of loud) sums.set(name, (sums.get(name) ?? 0) + confidence)
  const [best] = [...sums].sort((a, b) => b[1] - a[1])
  return { class: best![0], confidence: round(best![1] / loud.length), blocks: words.length }
}

function mean(words: readonly WorkWord[]): number {
  return words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
