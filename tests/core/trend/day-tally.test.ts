import { describe, expect, it } from 'vitest'
import { toTrendDays } from '../../../core/trend/day-tally.ts'
import { startOfDayMs } from '../../../core/trend/trend-day.ts'

const HOUR_MS = 3_600_000
const at = (day: number, hour: number) => startOfDayMs(day) + hour * HOUR_MS

describe('days of readings', () => {
  it('begin at midnight of UTC+8 unless said otherwise', () => {
    expect(new Date(startOfDayMs(20_500)).toISOString()).toBe('2026-02-15T16:00:00.000Z')
    const readings = [
      { atMs: at(20_500, -0.001), value: 1 },
      { atMs: at(20_500, 0), value: 3 },
    ]
    expect(toTrendDays(readings).map(({ day, value }) => [day, value])).toEqual([
      [20_499, 1],
      [20_500, 3],
    ])
    expect(toTrendDays(readings, [], 0)).toHaveLength(1)
  })

  it('are means of their parts, so that a crowd of readings at noon does not make a day warmer', () => {
    const even = Array.from({ length: 24 }, (_, hour) => ({ atMs: at(20_500, hour), value: hour }))
    const crowd = Array.from({ length: 100 }, (_, i) => ({ atMs: at(20_500, 12) + i, value: 13 }))
    expect(toTrendDays(even)).toEqual([{ day: 20_500, value: 11.5, parts: 8 }])
    expect(toTrendDays([...even, ...crowd])[0]?.value).toBeCloseTo(11.5, 1)
  })

  it('have a temperature where most of the parts with a value have one', () => {
    const values = [1, 4, 7, 10].map((hour) => ({ atMs: at(20_500, hour), value: 5 }))
    const warm = (hours: number[]) => hours.map((hour) => ({ atMs: at(20_500, hour), value: hour }))
    expect(toTrendDays(values, warm([1, 4, 7, 20]))).toEqual([{ day: 20_500, value: 5, parts: 4, tempC: 4 }])
    expect(toTrendDays(values, warm([1, 4, 20]))).toEqual([{ day: 20_500, value: 5, parts: 4 }])
    expect(toTrendDays([], warm([1, 4]))).toEqual([])
  })
})
