import { describe, expect, test } from 'vitest'
import { toTrendDays } from '../../core/trend/day-tally.ts'
import { fitTrend } from '../../core/trend/fit-trend.ts'
import { createFleet, type SimulatedDevice } from '../../simulators/fleet.ts'
import { measure } from '../../simulators/signals/measure.ts'
import { loadWorld } from '../../simulators/world.ts'

const SEED = 7
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START_MS = Date.UTC(2026, 2, 1)
const fleet = createFleet(loadWorld(), SEED)
const METRIC_OF = { 'tilt-sensor': 'tilt_mm_m', 'crack-gauge': 'crack_mm', 'settlement-gauge': 'settle_mm' }

/** What a device says every two hours of some days. */
function series(device: SimulatedDevice, metric: string, days: number) {
  return Array.from({ length: days * 12 }, (_, i) => {
    const atMs = START_MS + i * 2 * HOUR_MS
    const values = measure({ device, seed: SEED, atMs, seq: i, effects: [], faults: [] })
    return { atMs, value: values[metric]!, tempC: values.temp_c! }
  })
}

describe.each(Object.entries(METRIC_OF))('a %s', (type, metric) => {
  const devices = fleet.filter((device) => device.type === type)

  test('says how warm the wall is, and moves with it over the day and the year', () => {
    for (const device of devices.slice(0, 4)) {
      const year = series(device, metric, 365)
      const warmest = Math.max(...year.map(({ tempC }) => tempC))
      const coldest = Math.min(...year.map(({ tempC }) => tempC))
      expect(warmest - coldest).toBeGreaterThan(25)
      const values = year.map(({ value }) => value)
      const swing = Math.max(...values) - Math.min(...values)
      const ofDay = values.slice(0, 12)
      expect(swing).toBeGreaterThan(3 * (Math.max(...ofDay) - Math.min(...ofDay)))
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(metric === 'settle_mm' ? 1.5 : 0.5)
    }
  })

  test('stands still once that is taken away, as the trend of half a year finds', () => {
    const told = devices.map((device) => {
      const readings = series(device, metric, 180)
      const days = toTrendDays(
        readings,
        readings.map(({ atMs, tempC }) => ({ atMs, value: tempC })),
      )
      const trend = fitTrend(days)
      if (trend.state !== 'known') throw new Error(trend.reason)
      return trend.speed.low <= 0 && 0 <= trend.speed.high
    })
    expect(told.filter(Boolean).length).toBeGreaterThanOrEqual(0.85 * told.length)
  })
})

test('sensors of one day do not jump at midnight', () => {
  const device = fleet.find(({ type }) => type === 'crack-gauge')!
  const at = (atMs: number) => measure({ device, seed: SEED, atMs, seq: 1, effects: [], faults: [] }).crack_mm!
  for (let day = 0; day < 60; day++) {
    const midnightMs = START_MS + day * DAY_MS
    expect(Math.abs(at(midnightMs + 60_000) - at(midnightMs - 60_000))).toBeLessThan(0.03)
  }
})
