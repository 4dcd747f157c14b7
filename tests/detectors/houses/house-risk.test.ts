import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { HouseRisk } from '../../../core/house-watch.ts'
import type { DaysUntil } from '../../../core/trend/days-until.ts'
import { compareRisks, type HouseSigns, riskOf, soonest } from '../../../detectors/houses/house-risk.ts'

const NOW = Date.UTC(2026, 10, 22)
const QUIET: HouseSigns = { works: { state: 'quiet', probability: 0.003 }, level: null, raised: 0, until: null }
const expected = (days: number): DaysUntil => ({ state: 'expected', days, low: days / 2, high: null })
const riskIn = (signs: Partial<HouseSigns>) => riskOf({ ...QUIET, ...signs }, NOW)

describe('the risk of a house', () => {
  test.each<[string, Partial<HouseSigns>, Partial<HouseSigns>]>([
    ['a worse alert', { level: 1 }, { level: 2 }],
    ['an alert and the same alert a month long', { level: 3, raised: 4 }, { level: 3, raised: 1 }],
    [
      'works that are likely than works that are watched',
      { works: { state: 'likely', probability: 0.7 } },
      { works: { state: 'watched', probability: 0.7 } },
    ],
    [
      'a visit that nobody made',
      { works: { state: 'likely', probability: 0.9, visitByMs: NOW - 1 } },
      { works: { state: 'likely', probability: 0.9, visitByMs: NOW + 1 } },
    ],
    ['a limit that comes sooner', { until: expected(20) }, { until: expected(80) }],
    ['a limit that is reached', { until: { state: 'reached' } }, { until: expected(20) }],
  ])('is higher for %s', (_, more, less) => expect(riskIn(more).risk).toBeGreaterThan(riskIn(less).risk))

  test.each<[string, Partial<HouseSigns>]>([
    ['nothing at all', {}],
    ['works that are filed', { works: { state: 'approved', probability: 0.9 } }],
    ['a trend that may stand still', { until: { state: 'not_foreseeable', low: 400 } }],
    ['a limit in many years', { until: expected(4_000) }],
  ])('has no part of %s', (_, signs) => expect(riskIn(signs)).toEqual({ risk: 0, parts: [] }))

  it('is told with its parts, heaviest first', () => {
    expect(riskIn({ level: 3, raised: 2, until: expected(41) })).toEqual({
      risk: 76,
      parts: [
        { kind: 'alerts', share: 0.5 },
        { kind: 'trend', share: 0.4 },
        { kind: 'exceeded', share: expect.closeTo(0.19) },
      ],
    })
  })

  it('lies between 0 and 100 and never falls when something is added', () => {
    const level = fc.constantFrom<HouseSigns['level']>(null, 1, 2, 3, 4)
    const until = fc.option(fc.double({ min: 0, max: 5_000, noNaN: true }).map(expected))
    fc.assert(
      fc.property(level, fc.nat(50), until, (oneLevel, raised, oneUntil) => {
        const { risk } = riskIn({ level: oneLevel, raised, until: oneUntil })
        expect(risk).toBeGreaterThanOrEqual(riskIn({ raised, until: oneUntil }).risk)
        expect(risk).toBeLessThanOrEqual(100)
      }),
    )
  })
})

test('the list begins with the riskiest; who is not heard comes before who is well, and houses without sensors last', () => {
  const house = (id: string, risk: number, heard: HouseRisk['sensors']['heard'] = 'heard') =>
    ({
      building: { id },
      risk,
      level: null,
      sensors: { total: 1, silent: heard === 'silent' ? 1 : 0, heard },
    }) as HouseRisk
  const list = [
    house('none', 0, 'none'),
    house('well', 0),
    house('lost', 0, 'silent'),
    house('bad', 80),
    house('worse', 90),
  ]
  expect(list.sort(compareRisks).map(({ building }) => building.id)).toEqual(['worse', 'bad', 'lost', 'well', 'none'])
})

test('the soonest trend is the one that comes to its limit first, and none where none does', () => {
  const [late, soon, never] = [
    { until: expected(90) },
    { until: expected(9) },
    { until: { state: 'not_foreseeable', low: 3 } },
  ] as const
  expect(soonest([late, never, soon])).toBe(soon)
  expect(soonest([never])).toBeNull()
})
