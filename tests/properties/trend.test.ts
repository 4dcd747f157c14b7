import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toTrendDays } from '../../core/trend/day-tally.ts'
import { fitTrend } from '../../core/trend/fit-trend.ts'
import type { Trend, TrendOptions } from '../../core/trend/trend.ts'
import { type Estimate, MONTH_DAYS, startOfDayMs, type TrendDay } from '../../core/trend/trend-day.ts'
import { anyWall, aWall } from '../core/trend/a-wall.ts'

const walls = fc.integer({ min: 1, max: 100_000 }).map((seed) => aWall(anyWall(seed)))
const RUNS = { numRuns: 30 }

function known(days: readonly TrendDay[], options?: TrendOptions): Trend {
  const result = fitTrend(days, options)
  if (result.state !== 'known') throw new Error(result.reason)
  return result
}

function expectClose(one: Estimate, other: Estimate, scale = 1) {
  const tolerance = 1e-5 * Math.max(Math.abs(other.high), Math.abs(other.low), 1e-3) * Math.abs(scale)
  for (const key of ['value', 'low', 'high'] as const)
    expect(Math.abs(one[key] - other[key] * scale)).toBeLessThan(tolerance)
}

describe('every trend', () => {
  it('is the same whatever the order in which days are told', () => {
    fc.assert(
      fc.property(walls, fc.infiniteStream(fc.nat()), (days, numbers) => {
        const shuffled = days.map((day) => ({ day, rank: numbers.next().value as number }))
        shuffled.sort((a, b) => a.rank - b.rank)
        expect(fitTrend(shuffled.map(({ day }) => day))).toEqual(fitTrend(days))
      }),
      RUNS,
    )
  })

  it('moves with the values: what is added to all changes nothing, a steady growth adds to the speed', () => {
    fc.assert(
      fc.property(walls, fc.double({ min: -5, max: 5, noNaN: true }), (days, added) => {
        const before = known(days)
        const shifted = known(days.map((day) => ({ ...day, value: day.value + added })))
        expectClose(shifted.speed, before.speed)
        expectClose(shifted.total!, before.total!)
      }),
      RUNS,
    )
  })

  it('is in the unit of the values, and does not mind which degrees temperatures are in', () => {
    fc.assert(
      fc.property(walls, fc.double({ min: 0.01, max: 1000, noNaN: true }), (days, factor) => {
        const before = known(days)
        const scaled = known(days.map((day) => ({ ...day, value: day.value * factor })))
        expectClose(scaled.speed, before.speed, factor)
        expectClose(scaled.total!, before.total!, factor)
      }),
      RUNS,
    )
  })

  it('holds its value, and its points are the line and what is left', () => {
    fc.assert(
      fc.property(walls, (days) => {
        const { speed, total, points, effectiveDays } = known(days)
        for (const { value, low, high } of [speed, total!]) {
          expect(low).toBeLessThanOrEqual(value)
          expect(value).toBeLessThanOrEqual(high)
        }
        expect(points).toHaveLength(days.length)
        expect(effectiveDays).toBeLessThanOrEqual(days.length)
        const [first, last] = [points[0]!, points[points.length - 1]!]
        const perMonth = ((last.fitted - first.fitted) / (last.day - first.day)) * MONTH_DAYS
        expect(Math.abs(perMonth - speed.value)).toBeLessThan(1e-9)
      }),
      RUNS,
    )
  })

  it('takes readings in any order', () => {
    const reading = fc.record({
      atMs: fc.integer({ min: 0, max: 5 * 86_400_000 }),
      value: fc.integer({ min: -99, max: 99 }),
    })
    fc.assert(
      fc.property(fc.array(reading), fc.array(reading), (values, temperatures) => {
        const days = toTrendDays(values, temperatures)
        expect(toTrendDays([...values].reverse(), [...temperatures].reverse())).toEqual(days)
        for (const { day } of days) expect(startOfDayMs(day)).toBeLessThanOrEqual(5 * 86_400_000)
      }),
    )
  })

  it('survives whatever numbers there are', () => {
    const any = fc.record({
      day: fc.integer({ min: 0, max: 80 }),
      value: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      tempC: fc.option(fc.double({ min: -90, max: 1372, noNaN: true }), { nil: undefined }),
      parts: fc.integer({ min: 1, max: 8 }),
    })
    const squaresThatVanish = [0, 6, 17, 18, 19].map((day) => {
      return { day, value: day === 18 ? 2.339633934303517e-162 : 0, tempC: undefined, parts: 3 }
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 100 }), (given) => {
        const days = given.map(({ tempC, ...day }) => ({ ...day, ...(tempC !== undefined && { tempC }) }))
        const result = fitTrend(days, { minDays: 3, season: 1 })
        if (result.state !== 'known') return
        for (const { value, low, high } of [result.speed, ...(result.total ? [result.total] : [])])
          for (const number of [value, low, high]) expect(Number.isFinite(number)).toBe(true)
      }),
      { numRuns: 200, examples: [[squaresThatVanish]] },
    )
  })
})
