import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  atSurface,
  changePerDay,
  criticalHumidityPct,
  highestIndex,
  MOULD_MATERIALS,
  type MouldClass,
  type MouldHour,
  mouldAfter,
  NO_MOULD,
  nextMould,
} from '../../core/mould.ts'

const WEEK_H = 168
const CLASSES = Object.keys(MOULD_MATERIALS) as MouldClass[]

function steady(hours: number, tempC: number, rhPct: number, from = 0): MouldHour[] {
  return Array.from({ length: hours }, (_, i) => ({ hour: from + i, tempC, rhPct }))
}

/** The hour in which the index first is as high, in air that stays the same. */
function hoursTo(index: number, tempC: number, rhPct: number, material: MouldClass): number {
  let state = NO_MOULD
  for (const hour of steady(200 * WEEK_H, tempC, rhPct)) {
    state = nextMould(state, hour, MOULD_MATERIALS[material])
    if (state.index >= index) return hour.hour + 1
  }
  return Number.POSITIVE_INFINITY
}

describe('the mould index', () => {
  // Weeks to the first growth under the microscope, on pine: exp(-0.68 ln T - 13.9 ln RH + 66.02), the regression that the
  // model was fitted to (Hukka and Viitanen 1999); to what the eye sees: exp(-0.74 ln T - 12.72 ln RH + 61.50).
  test.each([
    [20, 97, 249.2, 501.1],
    [20, 90, 705.9, 1299.3],
    [10, 95, 533.4, 1090.9],
    [5, 97, 639.7, 1397.8],
    [30, 90, 535.8, 962.5],
  ])('on pine at %d °C and %d %% comes to 1 and 3 when the regressions of its authors say so', (t, rh, to1, to3) => {
    expect(Math.abs(hoursTo(1, t, rh, 'very-sensitive') - to1)).toBeLessThan(0.005 * to1)
    expect(Math.abs(hoursTo(3, t, rh, 'very-sensitive') - to3)).toBeLessThan(0.15 * to3)
  })

  // By the implementation of A. Laukkarinen, Tampere University (mi.py), which was run once for these numbers.
  test.each<[MouldClass, number, number, number[]]>([
    ['very-sensitive', 20, 97, [4.3575, 5.5039, 5.5039, 5.5039]],
    ['very-sensitive', 5, 97, [1.1004, 4.903, 5.1236, 5.1236]],
    ['very-sensitive', 20, 80.5, [0.1845, 0.5229, 1.1593, 1.1603]],
    ['sensitive', 18, 90, [0.5113, 1.3511, 3.042, 3.05]],
    ['medium-resistant', 22, 97, [0.2069, 0.6201, 2.8422, 3.04]],
    ['resistant', 22, 97, [0.0931, 0.2778, 1.0549, 1.4946]],
  ])(
    'of what is %s at %d °C and %d %% is that of another implementation after 4, 12, 52 and 120 weeks',
    (kind, t, rh, known) => {
      const found = [4, 12, 52, 120].map(
        (weeks) => mouldAfter(steady(weeks * WEEK_H, t, rh), MOULD_MATERIALS[kind]).index,
      )
      for (const [i, index] of found.entries()) expect(index).toBeCloseTo(known[i]!, 3)
    },
  )

  test.each<[MouldClass, number[]]>([
    ['very-sensitive', [0.8972, 4.4746, 5.0963, 5.0963]],
    ['sensitive', [0.5272, 1.3679, 2.5259, 4.0561]],
  ])('of what is %s, wet by day and dry by night, is that of another implementation', (kind, known) => {
    const found = [4, 12, 26, 52].map((weeks) => {
      const hours = steady(weeks * WEEK_H, 20, 95).map((hour) => (hour.hour % 24 < 12 ? hour : { ...hour, rhPct: 60 }))
      return mouldAfter(hours, MOULD_MATERIALS[kind]).index
    })
    for (const [i, index] of found.entries()) expect(index).toBeCloseTo(known[i]!, 3)
  })

  it('falls in dry air: at first, then not for the rest of the day, then slowly', () => {
    const wet = mouldAfter(steady(4 * WEEK_H, 20, 97), MOULD_MATERIALS['very-sensitive'])
    const after = (hours: number) =>
      mouldAfter(steady(hours, 20, 50, 4 * WEEK_H), MOULD_MATERIALS['very-sensitive'], wet).index
    expect([0, 6, 24, 25, 4 * WEEK_H, 8 * WEEK_H].map((hours) => Number(after(hours).toFixed(4)))).toEqual([
      4.3575, 4.3535, 4.3535, 4.3532, 4.1375, 3.9135,
    ])
  })

  it('does not grow in frost, in heat or below 80 %, and knows the critical humidity by temperature', () => {
    const pine = MOULD_MATERIALS['very-sensitive']
    expect([-5, 0, 5, 10, 15, 20, 30].map((t) => Math.round(criticalHumidityPct(t, pine) * 10) / 10)).toEqual([
      100, 100, 88, 82, 80, 80, 80,
    ])
    for (const [t, rh] of [
      [-5, 100],
      [0, 100],
      [55, 95],
      [20, 79.9],
      [5, 87],
    ] as const)
      expect([highestIndex(t, rh, pine), changePerDay({ index: 2, dryH: 30 }, { tempC: t, rhPct: rh }, pine)]).toEqual([
        0, -0.008,
      ])
  })
})

const hourly = fc.record({
  rhPct: fc.double({ min: 0, max: 105, noNaN: true }),
  tempC: fc.double({ min: -30, max: 60, noNaN: true }),
})
const anyClass = fc.constantFrom(...CLASSES)

describe('whatever the air does', () => {
  it('the index stays from 0 to 6', () => {
    fc.assert(
      fc.property(
        fc.array(hourly, { maxLength: 200 }),
        anyClass,
        fc.double({ min: 0, max: 6, noNaN: true }),
        (airs, kind, index) => {
          let state = { ...NO_MOULD, index }
          for (const [hour, air] of airs.entries()) {
            state = nextMould(state, { hour, ...air }, MOULD_MATERIALS[kind])
            expect(state.index).toBeGreaterThanOrEqual(0)
            expect(state.index).toBeLessThanOrEqual(6)
          }
        },
      ),
    )
  })

  it('air that stays wetter leads to no less mould, and so does a more sensitive material', () => {
    fc.assert(
      fc.property(
        hourly,
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        ({ rhPct, tempC }, more, index) => {
          const indexIn = (rh: number, kind: MouldClass) =>
            mouldAfter(steady(200, tempC, rh), { ...MOULD_MATERIALS[kind], decline: 0.25 }, { ...NO_MOULD, index })
              .index
          expect(indexIn(rhPct + more, 'sensitive')).toBeGreaterThanOrEqual(indexIn(rhPct, 'sensitive') - 1e-9)
          expect(indexIn(rhPct, 'sensitive')).toBeGreaterThanOrEqual(indexIn(rhPct, 'medium-resistant') - 1e-9)
        },
      ),
    )
  })

  it('dry air never lets it grow', () => {
    fc.assert(
      fc.property(fc.array(hourly), anyClass, (airs, kind) => {
        const dry = airs.map(({ tempC, rhPct }, hour) => ({ hour, tempC, rhPct: Math.min(rhPct, 79) }))
        const from = { ...NO_MOULD, index: 3 }
        expect(mouldAfter(dry, MOULD_MATERIALS[kind], from).index).toBeLessThanOrEqual(3)
      }),
    )
  })
})

describe('hours of which nothing is known', () => {
  const pine = MOULD_MATERIALS['very-sensitive']

  it('are like the next one when they are few', () => {
    const everyThird = steady(9 * WEEK_H, 20, 97).filter(({ hour }) => hour % 3 === 2)
    const all = mouldAfter(steady(9 * WEEK_H, 20, 97, 2).slice(0, everyThird.at(-1)!.hour - 1), pine)
    expect(mouldAfter(everyThird, pine)).toEqual(all)
  })

  it('are neither growth nor decline when they are many, and are counted', () => {
    const before = mouldAfter(steady(WEEK_H, 20, 97), pine)
    const after = nextMould(before, { hour: 3 * WEEK_H, tempC: 20, rhPct: 97 }, pine)
    const three = mouldAfter(steady(3, 20, 97, WEEK_H), pine, before)
    expect(after.index).toBe(three.index)
    expect(after.unknownH).toBe(2 * WEEK_H - 2)
  })

  it('an hour that was counted already changes nothing', () => {
    const state = mouldAfter(steady(10, 20, 97), pine)
    expect(nextMould(state, { hour: 9, tempC: 20, rhPct: 100 }, pine)).toBe(state)
    expect(nextMould(state, { hour: 3, tempC: 20, rhPct: 100 }, pine)).toBe(state)
  })
})

test('a cold wall is wetter than the room: 65 % at 20 °C are 80 % where it is 3.3 K colder, and dew at 7 K', () => {
  expect(atSurface({ rhPct: 65, tempC: 20 }, 3.3).rhPct).toBeCloseTo(80, 0)
  expect(atSurface({ rhPct: 65, tempC: 20 }, 7)).toEqual({ tempC: 13, rhPct: 100 })
  expect(atSurface({ rhPct: 65, tempC: 20 }, 0)).toEqual({ tempC: 20, rhPct: 65 })
})
