import { describe, expect, test } from 'vitest'
import {
  bustle,
  isWeekend,
  outdoorHumidityPct,
  outdoorTempC,
  rainMmH,
  recentRainMmH,
  wallTempC,
} from '../../simulators/signals/weather.ts'

const HOUR_MS = 3_600_000
/** Midnight of a Monday in the sub-district. */
const MONDAY_MS = Date.UTC(2026, 2, 1, 16)
const hours = (days: number) => Array.from({ length: days * 24 }, (_, i) => MONDAY_MS + i * HOUR_MS)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('weather and rhythm', () => {
  test('July is 20 to 28 K warmer than January, afternoons warmer than mornings', () => {
    const month = (index: number) =>
      mean(Array.from({ length: 31 * 8 }, (_, i) => outdoorTempC(Date.UTC(2026, index, 1) + i * 3 * HOUR_MS, 1)))
    expect(month(6) - month(0)).toBeGreaterThan(20)
    expect(month(6) - month(0)).toBeLessThan(28)
    const at = (hour: number) =>
      mean(
        hours(60)
          .filter((_, i) => i % 24 === hour)
          .map((ms) => outdoorTempC(ms, 1)),
      )
    expect(at(15) - at(3)).toBeGreaterThan(4)
  })

  test('the sun warms a wall beyond the air in the afternoon, and not at night', () => {
    const excess = (hour: number) =>
      wallTempC(MONDAY_MS + hour * HOUR_MS, 1, 8) - outdoorTempC(MONDAY_MS + (hour - 1) * HOUR_MS, 1)
    expect(excess(15)).toBeCloseTo(8)
    expect(excess(2)).toBe(0)
  })

  test('it rains on some days, never more than a shower, and rain makes the air moist and goes on in the river', () => {
    const all = hours(365)
    const wet = all.filter((ms) => rainMmH(ms, 1) > 0.1)
    expect(wet.length / all.length).toBeGreaterThan(0.05)
    expect(wet.length / all.length).toBeLessThan(0.35)
    expect(Math.max(...all.map((ms) => rainMmH(ms, 1)))).toBeLessThan(6.1)
    const moist = (some: number[]) => mean(some.map((ms) => outdoorHumidityPct(ms, 1)))
    expect(moist(wet) - moist(all)).toBeGreaterThan(3)
    const justOver = all.find((ms) => rainMmH(ms, 1) === 0 && rainMmH(ms - HOUR_MS, 1) > 0.3)!
    expect(recentRainMmH(justOver, 1)).toBeGreaterThan(0)
  })

  test('weekends begin later, nights are quiet', () => {
    const [monday, saturday] = [MONDAY_MS, MONDAY_MS + 5 * 24 * HOUR_MS]
    expect([monday, saturday, saturday + 24 * HOUR_MS].map(isWeekend)).toEqual([false, true, true])
    expect(bustle(monday + 7.5 * HOUR_MS)).toBeGreaterThan(bustle(saturday + 7.5 * HOUR_MS))
    expect(bustle(saturday + 9 * HOUR_MS)).toBeGreaterThan(bustle(monday + 9 * HOUR_MS))
    expect(bustle(saturday + 3 * HOUR_MS)).toBeLessThan(0.1)
  })
})
