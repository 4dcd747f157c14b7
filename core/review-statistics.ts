import { type Finding, reviewStateOf, type Verdict } from './finding.ts'

/** What reviewers found out about one finding: whether the model was right. */
export interface ReviewedCase {
  findingId: string
  /** The model's word. */
  label: string
  model: string
  /** Median score of its sightings when it was judged, 0…1. */
  score: number
  /** `wrong_class`: it is there, and it is something else. */
  truth: 'right' | 'wrong' | 'wrong_class'
  /** Metres above the take-off point. */
  heightM?: number
  /** Id of the reach on the map. */
  reach?: string
  atMs: number
}

/** How often the model was right. */
export interface Precision {
  reviewed: number
  right: number
  wrong: number
  /** Of `wrong`: something else was there. */
  wrongClass: number
  /** `right` of `reviewed`, null when nothing was reviewed. */
  precision: number | null
  /** Where it lies 19 times out of 20 (Wilson 1927), null likewise. */
  interval: [number, number] | null
}

export interface ThresholdStep {
  threshold: number
  /** Right ones that it would have kept from people. */
  rightLost: number
  /** Wrong ones likewise. */
  wrongGone: number
}

/** What another least score would have done to what was reviewed. */
export interface ThresholdAdvice {
  label: string
  model: string
  right: number
  wrong: number
  /** Null: too few were reviewed, or none would get better. */
  suggested: ThresholdStep | null
  reason?: 'too_few' | 'no_gain'
  /** The same for other scores, at most 20. */
  steps: ThresholdStep[]
}

export interface ReviewStatistics {
  /** Reviewed findings that say nothing of the model: duplicates. */
  duplicates: number
  byClass: ({ label: string } & Precision)[]
  byModel: ({ label: string; model: string } & Precision)[]
  byAltitude: ({ label: string; altitude: AltitudeBand } & Precision)[]
  /** `reach` is null away from every reach. */
  byReach: ({ label: string; reach: string | null } & Precision)[]
  thresholds: ThresholdAdvice[]
}

/** Metres above the take-off point: patrols fly at 30 to 120 m, and 120 m is the legal ceiling in China. */
export const ALTITUDE_BANDS = ['below_30', '30_60', '60_90', '90_120', 'above_120', 'unknown'] as const
export type AltitudeBand = (typeof ALTITUDE_BANDS)[number]

export function altitudeBandOf(heightM: number | undefined): AltitudeBand {
  if (heightM === undefined || !Number.isFinite(heightM)) return 'unknown'
  if (heightM < 30) return 'below_30'
  if (heightM < 60) return '30_60'
  if (heightM < 90) return '60_90'
  return heightM <= 120 ? '90_120' : 'above_120'
}

/** What a finding's verdicts say of the model; null while undecided, and for a duplicate. */
export function toReviewedCase(finding: Finding): ReviewedCase | null {
  const state = reviewStateOf(finding)
  if (state === 'undecided' || state === 'duplicate') return null
  const decided = finding.verdicts.findLast(({ verdict }) => verdict === state) as Verdict
  const { label, modelLabel = label, best, place } = finding
  const isThere = state !== 'rejected'
  return {
    findingId: finding.id,
    label: modelLabel,
    model: decided.model,
    score: decided.score,
    truth: !isThere ? 'wrong' : modelLabel === label ? 'right' : 'wrong_class',
    ...(best.heightM !== undefined && { heightM: best.heightM }),
    ...(place?.reach !== undefined && { reach: place.reach }),
    atMs: decided.atMs,
  }
}

export interface StatisticsOptions {
  /** Share of the right ones that a suggested threshold may lose. */
  maxLost?: number
  /** Fewer reviewed ones of a class and model are too few to suggest from, and fewer of either kind than a quarter of it. */
  leastReviewed?: number
}

/** Counts verdicts. Findings are given once each, in any order. */
export function reviewStatistics(findings: Iterable<Finding>, options: StatisticsOptions = {}): ReviewStatistics {
  const all = [...findings]
  const cases = all.map(toReviewedCase).filter((one) => one !== null)
  return {
    duplicates: all.filter((finding) => reviewStateOf(finding) === 'duplicate').length,
    byClass: tally(cases, ({ label }) => ({ label })),
    byModel: tally(cases, ({ label, model }) => ({ label, model })),
    byAltitude: tally(cases, ({ label, heightM }) => ({ label, altitude: altitudeBandOf(heightM) })),
    byReach: tally(cases, ({ label, reach }) => ({ label, reach: reach ?? null })),
    thresholds: groupBy(cases, ({ label, model }) => ({ label, model })).map(({ key, members }) => ({
      ...key,
      ...adviseThreshold(members, options),
    })),
  }
}

function tally<K extends object>(cases: ReviewedCase[], keyOf: (one: ReviewedCase) => K): (K & Precision)[] {
  return groupBy(cases, keyOf).map(({ key, members }) => ({ ...key, ...precisionOf(members) }))
}

/** Groups in the order of their keys. */
function groupBy<K extends object>(
  cases: ReviewedCase[],
  keyOf: (one: ReviewedCase) => K,
): { key: K; members: ReviewedCase[] }[] {
  const groups = new Map<string, { key: K; members: ReviewedCase[] }>()
  for (const one of cases) {
    const key = keyOf(one)
    const text = JSON.stringify(Object.values(key))
    const group = groups.get(text) ?? { key, members: [] }
    group.members.push(one)
    groups.set(text, group)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

export function precisionOf(cases: readonly Pick<ReviewedCase, 'truth'>[]): Precision {
  const reviewed = cases.length
  const right = cases.filter(({ truth }) => truth === 'right').length
  const wrongClass = cases.filter(({ truth }) => truth === 'wrong_class').length
  return {
    ...{ reviewed, right, wrong: reviewed - right, wrongClass },
    precision: reviewed === 0 ? null : right / reviewed,
    interval: wilsonInterval(right, reviewed),
  }
}

/** Normal deviate of 95 %. */
const Z = 1.959964

/** E. B. Wilson's score interval of a share (1927): honest for small numbers and near 0 and 1. Null for none of none. */
export function wilsonInterval(hits: number, of: number): [number, number] | null {
  if (of === 0) return null
  const share = hits / of
  const centre = share + (Z * Z) / (2 * of)
  const half = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))
  const scale = 1 + (Z * Z) / of
  // At the ends the exact bound is the share itself; rounding must not put it a hair beyond.
  const low = hits === 0 ? 0 : Math.max(0, (centre - half) / scale)
  const high = hits === of ? 1 : Math.min(1, (centre + half) / scale)
  return [Math.min(low, share), Math.max(high, share)]
}

const MAX_STEPS = 20

/**
 * The least score that would have kept most wrong ones from people and at most `maxLost` of the right ones; of equal ones
 * the lowest. What the model never reported is not known here, so it only ever goes up.
 */
export function adviseThreshold(
  cases: readonly Pick<ReviewedCase, 'score' | 'truth'>[],
  { maxLost = 0.05, leastReviewed = 20 }: StatisticsOptions = {},
): Omit<ThresholdAdvice, 'label' | 'model'> {
  const rights = cases.filter(({ truth }) => truth === 'right').map(({ score }) => score)
  const wrongs = cases.filter(({ truth }) => truth !== 'right').map(({ score }) => score)
  const effect = (threshold: number): ThresholdStep => ({
    threshold,
    rightLost: rights.filter((score) => score < threshold).length,
    wrongGone: wrongs.filter((score) => score < threshold).length,
  })
  // Only just above the score of a wrong one does anything get better.
  const all = [...new Set(wrongs.map(justAbove))].sort((a, b) => a - b).map(effect)
  const counts = { right: rights.length, wrong: wrongs.length, steps: thinned(all) }
  const isTooFew = cases.length < leastReviewed || rights.length < leastReviewed / 4
  if (isTooFew) return { ...counts, suggested: null, reason: 'too_few' }
  const [best] = all
    .filter(({ threshold, rightLost }) => threshold <= 1 && rightLost <= maxLost * rights.length)
    .sort((a, b) => b.wrongGone - a.wrongGone || a.threshold - b.threshold)
  return best ? { ...counts, suggested: best } : { ...counts, suggested: null, reason: 'no_gain' }
}

/** The next thousandth: scores are given to thousandths. */
function justAbove(score: number): number {
  return (Math.floor(score * 1000 + 1e-6) + 1) / 1000
}

function thinned(steps: ThresholdStep[]): ThresholdStep[] {
  if (steps.length <= MAX_STEPS) return steps
  return Array.from({ length: MAX_STEPS }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (MAX_STEPS - 1))]!)
}
