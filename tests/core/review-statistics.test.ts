import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../core/finding.ts'
import {
  adviseThreshold,
  altitudeBandOf,
  precisionOf,
  type ReviewedCase,
  reviewStatistics,
  wilsonInterval,
} from '../../core/review-statistics.ts'
import { aFinding, aSighting, aVerdict } from './a-finding.ts'

let count = 0
const judged = (word: Parameters<typeof aVerdict>[0], changes: Partial<Finding> = {}, score = 0.8) =>
  aFinding({ id: `f${++count}-0`, verdicts: [aVerdict(word, { score })], ...changes })

describe('precision by verdicts', () => {
  it('counts what was confirmed, and what is not our duty but there, as right; what was rejected as wrong', () => {
    const { byClass } = reviewStatistics([
      judged({ verdict: 'confirmed' }),
      judged({ verdict: 'not_ours', note: 'private pond' }),
      judged({ verdict: 'rejected', reason: 'glint' }),
      judged({ verdict: 'confirmed' }, { label: 'boat', modelLabel: 'debris' }),
    ])
    expect(byClass).toEqual([
      {
        ...{ label: 'debris', reviewed: 4, right: 2, wrong: 2, wrongClass: 1, precision: 0.5 },
        interval: [expect.closeTo(0.15, 2), expect.closeTo(0.85, 2)],
      },
    ])
  })

  it('leaves out what nobody decided, what was reopened, and duplicates, which say nothing of the model', () => {
    const statistics = reviewStatistics([
      aFinding({ id: 'f1-0' }),
      aFinding({ id: 'f2-0', verdicts: [aVerdict({ verdict: 'confirmed' }), aVerdict({ verdict: 'reopened' })] }),
      judged({ verdict: 'duplicate', of: 'f1-0' }),
    ])
    expect(statistics).toMatchObject({ duplicates: 1, byClass: [], thresholds: [] })
  })

  it('tells models, altitudes and reaches apart', () => {
    const high = aSighting({ heightM: 100, model: 'river-2' })
    const statistics = reviewStatistics([
      judged({ verdict: 'confirmed' }),
      aFinding({
        ...{ id: 'f9-0', best: high },
        verdicts: [aVerdict({ verdict: 'rejected', reason: 'shadow' }, { model: 'river-2' })],
      }),
    ])
    expect(statistics.byModel.map(({ model, precision }) => [model, precision])).toEqual([
      ['river-1', 1],
      ['river-2', 0],
    ])
    expect(statistics.byAltitude.map(({ altitude, reviewed }) => [altitude, reviewed])).toEqual([
      ['30_60', 1],
      ['90_120', 1],
    ])
    expect(statistics.byReach).toMatchObject([{ reach: 'R-2', reviewed: 2 }])
  })

  it('puts every height into one band', () => {
    expect([undefined, 10, 30, 75, 120, 121].map(altitudeBandOf)).toEqual([
      ...['unknown', 'below_30', '30_60', '60_90', '90_120', 'above_120'],
    ])
  })
})

describe("Wilson's interval", () => {
  it('agrees with the figures in the textbooks', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    expect(wilsonInterval(81, 263)).toEqual([expect.closeTo(0.2553, 4), expect.closeTo(0.3662, 4)])
    expect(wilsonInterval(15, 148)).toEqual([expect.closeTo(0.0624, 4), expect.closeTo(0.1605, 4)])
    expect(wilsonInterval(0, 20)).toEqual([0, expect.closeTo(0.1611, 4)])
  })

  it('holds the share, stays within 0 and 1, and is narrower for more of the same', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (hits, misses) => {
        const of = hits + misses
        if (of === 0) return expect(wilsonInterval(0, 0)).toBeNull()
        const [low, high] = wilsonInterval(hits, of)!
        const [lowOfMore, highOfMore] = wilsonInterval(hits * 4, of * 4)!
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low <= hits / of && hits / of <= high).toBe(true)
        expect(highOfMore - lowOfMore).toBeLessThan(high - low)
      }),
    )
  })
})

const cases = fc.array(
  fc.record({
    score: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
    truth: fc.constantFrom<ReviewedCase['truth'][]>('right', 'wrong', 'wrong_class'),
  }),
  { maxLength: 80 },
)

describe('a suggested threshold', () => {
  it('sorts out the wrong ones where scores tell them apart', () => {
    const right = Array.from({ length: 15 }, (_, i) => ({ score: 0.7 + i / 100, truth: 'right' as const }))
    const wrong = Array.from({ length: 10 }, (_, i) => ({ score: 0.4 + i / 100, truth: 'wrong' as const }))
    expect(adviseThreshold([...right, ...wrong])).toMatchObject({
      suggested: { threshold: 0.491, rightLost: 0, wrongGone: 10 },
    })
  })

  it('is not made of few, nor where it would lose more than it may', () => {
    const overlapping = Array.from({ length: 40 }, (_, i) => ({
      score: 0.5 + i / 1000,
      truth: i < 38 ? ('right' as const) : ('wrong' as const),
    }))
    expect(adviseThreshold([{ score: 0.4, truth: 'wrong' }])).toMatchObject({ suggested: null, reason: 'too_few' })
    expect(adviseThreshold(overlapping)).toMatchObject({ suggested: null, reason: 'no_gain' })
  })

  it('never loses more of the right ones than it may, tells what it does, and takes the most wrong ones away', () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 0.5, noNaN: true }), (all, maxLost) => {
        const { suggested, right, wrong, steps } = adviseThreshold(all, { maxLost, leastReviewed: 4 })
        expect(right + wrong).toBe(all.length)
        expect(precisionOf(all).right).toBe(right)
        expect(steps.length).toBeLessThanOrEqual(20)
        if (suggested === null) return
        const lost = all.filter(({ score, truth }) => truth === 'right' && score < suggested.threshold)
        const gone = all.filter(({ score, truth }) => truth !== 'right' && score < suggested.threshold)
        expect([lost.length, gone.length]).toEqual([suggested.rightLost, suggested.wrongGone])
        expect(lost.length).toBeLessThanOrEqual(maxLost * right)
        for (const step of steps)
          if (step.threshold <= 1 && step.rightLost <= maxLost * right)
            expect(step.wrongGone).toBeLessThanOrEqual(suggested.wrongGone)
      }),
    )
  })

  it('has a steady effect: a higher one never keeps more', () => {
    fc.assert(
      fc.property(cases, (all) => {
        const { steps } = adviseThreshold(all)
        for (const [i, step] of steps.entries()) {
          const before = steps[i - 1]
          if (!before) continue
          expect(step.threshold).toBeGreaterThan(before.threshold)
          expect(step.rightLost).toBeGreaterThanOrEqual(before.rightLost)
          expect(step.wrongGone).toBeGreaterThan(before.wrongGone)
        }
      }),
    )
  })
})
