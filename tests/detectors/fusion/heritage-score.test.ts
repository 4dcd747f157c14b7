import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasUnfiledWorks, type Story } from '../../../simulators/quarter/years/story.ts'
import {
  type DayEnd,
  type PlayedLane,
  quantile,
  reliabilityOf,
  scoreLanes,
  wilson,
} from '../../bench/heritage/score.mjs'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const YEAR_FROM_MS = Date.UTC(2024, 11, 31, 16)
const at = (day: number) => YEAR_FROM_MS + day * DAY_MS

const WORKS: Story = {
  ...{ id: 'w', kind: 'unfiled_works', house: 3, fromMs: at(100), toMs: at(130) },
  works: {
    ...{ beginMs: at(100), demolitionMs: at(104), endMs: at(130), careful: false },
    ...{ filing: null, paper: 'lease.signed' },
  },
}
const DRILLING = { kind: 'drilling', weight: 2 }
const LEASE = { kind: 'lease.signed', weight: 1.4 }

function lane(
  warnings: { house: number; day: number; until?: number; evidence?: (typeof LEASE)[] }[],
  dayEnds: DayEnd[] = [],
  careful = false,
) {
  const played: PlayedLane = {
    ...{ seed: 1, stories: [{ ...WORKS, works: { ...WORKS.works!, careful } }], watched: [2, 3], dayEnds },
    warnings: warnings.map(({ house, day, until = Number.POSITIVE_INFINITY, evidence = [LEASE, DRILLING] }) => ({
      ...{ seed: 1, house, atMs: at(day), untilMs: at(until), probability: 0.7, evidence },
    })),
  }
  return scoreLanes([played], hasUnfiledWorks)
}

describe('warnings against what was true', () => {
  it('one between the crew and the wall is early, by the hours that were left', () => {
    const { recall, precision, leadHours } = lane([{ house: 3, day: 101.5 }])
    expect(recall).toMatchObject({ hits: 1, all: 1 })
    expect(precision).toMatchObject({ hits: 1, all: 1 })
    expect(leadHours[2]).toBe(60)
  })

  it('one after the wall fell is right, and too late', () => {
    expect(lane([{ house: 3, day: 110 }])).toMatchObject({ recall: { hits: 0 }, precision: { hits: 1 }, late: 1 })
  })

  it('counts crews who work at odd hours apart', () => {
    const warnings = [{ house: 3, day: 101.5 }]
    expect(lane(warnings)).toMatchObject({ careful: { hits: 0, all: 0, share: null }, others: { hits: 1, all: 1 } })
    expect(lane(warnings, [], true)).toMatchObject({ careful: { hits: 1, all: 1 }, others: { hits: 0, all: 0 } })
  })

  it('one that ended before the crew came is false, and does not count for the works', () => {
    const found = lane([{ house: 3, day: 90, until: 95 }])
    expect(found).toMatchObject({ recall: { hits: 0, all: 1 }, precision: { hits: 0, all: 1 } })
    expect(found.missed).toHaveLength(1)
  })

  it('one next door is false, by the works that it heard', () => {
    const { precision, falseByStory, falsePerHouseYear } = lane([{ house: 2, day: 102 }])
    expect(precision.hits).toBe(0)
    expect(falseByStory).toEqual({ 'unfiled_works next door': 1 })
    expect(falsePerHouseYear).toBe(0.5)
  })

  it('one that rests on records alone is told apart', () => {
    expect(lane([{ house: 3, day: 101, evidence: [LEASE] }]).byRecordsAlone).toBe(1)
    expect(lane([{ house: 3, day: 101 }]).byRecordsAlone).toBe(0)
  })

  it('works in a house where a visit had found works before are known already', () => {
    const before = { seed: 1, house: 3, day: 99, probability: 0.9, state: 'confirmed' as const, isTrue: false }
    expect(lane([], [before])).toMatchObject({ known: 1, recall: { all: 0 }, missed: [] })
    expect(lane([{ house: 3, day: 110 }], [before])).toMatchObject({ known: 1, recall: { all: 0 }, late: 0 })
    expect(lane([{ house: 3, day: 101 }], [before])).toMatchObject({ known: 0, recall: { hits: 1 } })
  })
})

describe('reliability', () => {
  const days = (probability: number, trues: number, falses: number): DayEnd[] =>
    Array.from({ length: trues + falses }, (_, i) => ({
      ...{ seed: 1, house: 0, day: i, probability, state: 'watched', isTrue: i < trues },
    }))

  it('has no error where what is said comes true as often as it is said', () => {
    const { error, brier, bins } = reliabilityOf(days(0.25, 25, 75))
    expect(error).toBeCloseTo(0, 9)
    expect(brier).toBeCloseTo(0.1875, 9)
    expect(bins.find(({ days: count }) => count > 0)).toMatchObject({
      from: 0.2,
      to: 0.3,
      days: 100,
      said: 0.25,
      was: 0.25,
    })
  })

  it('loses no day, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (said) => {
        const { bins, days: all } = reliabilityOf(said.flatMap((probability) => days(probability, 1, 0)))
        expect(bins.reduce((sum, bin) => sum + bin.days, 0)).toBe(said.length)
        expect(all).toBe(said.length)
      }),
    )
  })
})

it("Wilson's interval holds the share, and narrows with the count", () => {
  // 9 of 10, from the formula by hand: 0.596 to 0.982.
  expect(wilson(9, 10).low).toBeCloseTo(0.596, 3)
  expect(wilson(9, 10).high).toBeCloseTo(0.982, 3)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
      const { share, low, high } = wilson(Math.round(part * all), all)
      expect(low).toBeLessThanOrEqual(share! + 1e-9)
      expect(high).toBeGreaterThanOrEqual(share! - 1e-9)
    }),
  )
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile([], 0.5)).toBeNull()
})
