import { describe, expect, it } from 'vitest'
import { fitTrend } from '../../../core/trend/fit-trend.ts'
import type { Trend, TrendOptions } from '../../../core/trend/trend.ts'
import { MONTH_DAYS, type TrendDay } from '../../../core/trend/trend-day.ts'
import { anyWall, aWall } from './a-wall.ts'

function known(days: readonly TrendDay[], options?: TrendOptions): Trend {
  const result = fitTrend(days, options)
  if (result.state !== 'known') throw new Error(`not known: ${result.reason}`)
  return result
}
const holds = ({ low, high }: { low: number; high: number }, truth: number) => low <= truth && truth <= high

describe('a trend', () => {
  it('holds the true speed and the true total in its intervals as often as it says, over two hundred walls', () => {
    const seeds = Array.from({ length: 200 }, (_, i) => i + 1)
    const told = seeds.map((seed) => {
      const wall = anyWall(seed)
      const { speed, total } = known(aWall(wall))
      const moved = (wall.speed * (wall.days! - 7)) / MONTH_DAYS
      return { speed: holds(speed, wall.speed), total: holds(total!, moved) }
    })
    expect(told.filter(({ speed }) => speed).length / told.length).toBeGreaterThanOrEqual(0.93)
    expect(told.filter(({ total }) => total).length / told.length).toBeGreaterThanOrEqual(0.93)
  })

  it('says of a wall that only follows the sun that it stands still', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { speed, temperature } = known(aWall({ seed, days: 180, speed: 0 }))
      expect(Math.abs(speed.value)).toBeLessThan(0.1)
      expect(holds(speed, 0)).toBe(true)
      expect(holds(temperature!.perDegree, 0.025)).toBe(true)
    }
  })

  it('sees a tenth of a millimetre a month within half a year, where the sun moves the wall four times as far', () => {
    const { speed } = known(aWall({ days: 180, speed: 0.1 }))
    expect(speed.low).toBeGreaterThan(0)
    expect(holds(speed, 0.1)).toBe(true)
  })

  it('is surer the longer it looks, and less sure where days resemble each other', () => {
    const width = (wall: Parameters<typeof aWall>[0]) => {
      const { speed } = known(aWall(wall))
      return speed.high - speed.low
    }
    expect(width({ days: 180 })).toBeLessThan(width({ days: 60 }) / 3)
    expect(width({ days: 180, likeness: 0.9 })).toBeGreaterThan(1.5 * width({ days: 180, likeness: 0 }))
    const { days, effectiveDays } = known(aWall({ days: 180, likeness: 0.8 }))
    expect(effectiveDays).toBeLessThan(days / 3)
  })

  it('is not moved by days on which the sensor spoke nonsense', () => {
    const days = aWall({ days: 120, speed: 0.2 })
    const spoilt = days.map((day, i) => (i % 17 === 5 ? { ...day, value: i % 2 === 0 ? 500 : -500 } : day))
    const { speed, points } = known(spoilt)
    const clean = known(days).speed
    for (const key of ['value', 'low', 'high'] as const) expect(Math.abs(speed[key] - clean[key])).toBeLessThan(0.03)
    expect(points[5]?.weight).toBe(0)
  })

  it('does not take a day of which only the morning was seen for a whole one', () => {
    const days = aWall({ days: 60 })
    const cut = days.map((day, i) => (i === 59 ? { ...day, value: day.value - 3, parts: 2 } : day))
    expect(known(cut)).toEqual(known(days.slice(0, 59)))
  })

  it('gives compensated days that follow the line, at the temperature one asks for', () => {
    const { points, temperature, sigma } = known(aWall({ days: 120, speed: 0.3 }), { referenceC: 20 })
    expect(temperature?.referenceC).toBe(20)
    for (const { compensated, fitted } of points) expect(Math.abs(compensated - fitted)).toBeLessThan(5 * sigma)
    const [first, last] = [points[0]!, points[points.length - 1]!]
    const perDay = known(aWall({ days: 120, speed: 0.3 })).speed.value / MONTH_DAYS
    expect(last.fitted - first.fitted).toBeCloseTo(perDay * (last.day - first.day), 9)
  })
})

describe('not enough data', () => {
  it('is said before thirty whole days, or before as many as one asks for', () => {
    const result = { state: 'not_enough_data', reason: 'too_few_days', needed: 30 }
    expect(fitTrend([])).toEqual({ ...result, days: 0 })
    expect(fitTrend(aWall({ days: 29 }))).toEqual({ ...result, days: 29 })
    expect(fitTrend(aWall({ days: 30 })).state).toBe('known')
    expect(fitTrend(aWall({ days: 30 }), { minDays: 60 })).toEqual({ ...result, days: 30, needed: 60 })
  })

  it('is said where the temperature rose with time and did nothing else', () => {
    const days = aWall({ days: 60 }).map((day, i) => ({ ...day, tempC: 5 + 0.2 * i }))
    expect(fitTrend(days)).toMatchObject({ state: 'not_enough_data', reason: 'temperature_like_time', days: 60 })
  })

  it('is not said where the temperature hardly changed: then it moved nothing', () => {
    const days = aWall({ days: 60, atOnce: 0, slowly: 0, speed: 0.2 }).map((day) => ({ ...day, tempC: 21 }))
    const { compensation, speed } = known(days)
    expect(compensation).toBe('none')
    expect(holds(speed, 0.2)).toBe(true)
  })
})

describe('without a temperature', () => {
  it('the interval holds what a season may do, which is said', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const days = aWall({ seed, days: 90, hasTemperature: false, firstDay: 20_400 + 13 * seed })
      const { compensation, temperature, speed, total } = known(days, { season: 0.3 })
      expect(compensation).toBe('none')
      expect(temperature).toBeNull()
      expect(holds(speed, 0)).toBe(true)
      expect(holds(total!, 0)).toBe(true)
      expect(speed.high - speed.low).toBeGreaterThan(0.4)
    }
  })

  it('a whole year tells the season by itself', () => {
    const { compensation, speed } = known(aWall({ days: 400, hasTemperature: false, speed: 0.1 }), { season: 0.3 })
    expect(compensation).toBe('year')
    expect(holds(speed, 0.1)).toBe(true)
    expect(speed.low).toBeGreaterThan(0)
  })

  it('temperatures of a few days are not used', () => {
    const days = aWall({ days: 60 }).map(({ tempC, ...day }, i) => (i % 2 === 0 ? { ...day, tempC: tempC! } : day))
    expect(known(days).compensation).toBe('none')
  })
})

describe('steps', () => {
  const stepped = (by: number) =>
    aWall({ days: 120 }).map((day, i) => (i > 70 ? { ...day, value: day.value + by } : day))
  const day = 20_500 + 70

  it('is found where a wall jumps, does not change the speed, and counts in the total', () => {
    const { steps, speed, total } = known(stepped(1))
    expect(steps).toHaveLength(1)
    expect(Math.abs(steps[0]!.day - day)).toBeLessThanOrEqual(1)
    expect(steps[0]?.by).toBe('found')
    expect(holds(steps[0]!.size, 1)).toBe(true)
    expect(holds(speed, 0)).toBe(true)
    expect(holds(total!, 1)).toBe(true)
  })

  it('set by hand is no movement: neither speed nor total know of it', () => {
    const { steps, speed, total } = known(stepped(1), { steps: [day] })
    expect(steps).toMatchObject([{ day, by: 'hand' }])
    expect(holds(speed, 0)).toBe(true)
    expect(holds(total!, 0)).toBe(true)
    expect(total!.high - total!.low).toBeLessThan(1)
  })

  it('is not found where there is none', () => {
    for (let seed = 1; seed <= 40; seed++) expect(known(aWall(anyWall(seed))).steps).toEqual([])
  })
})

describe('the total', () => {
  it('is told against a base of long ago, whatever the season was then', () => {
    const year = aWall({ days: 300, speed: 0.05, firstDay: 20_400 })
    const { total, baseDay } = known(year, { base: year.slice(0, 7), fromDay: 20_400 + 180 })
    expect(baseDay).toBe(20_400)
    expect(holds(total!, (0.05 * 293) / MONTH_DAYS)).toBe(true)
  })

  it('sees the whole of a movement that grows faster, and how fast it is now', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const days = aWall({ seed, days: 120 }).map((day, i) => ({ ...day, value: day.value + 2 * (i / 120) ** 2 }))
      const { total, speed, speedNow } = known(days)
      expect(holds(total!, 2 * (116 / 120) ** 2)).toBe(true)
      expect(holds(speed, (2 / 120) * MONTH_DAYS)).toBe(true)
      expect(holds(speedNow, (4 / 120) * MONTH_DAYS)).toBe(true)
      expect(speedNow.value).toBeGreaterThan(1.5 * speed.value)
    }
  })

  it('is not told against a base whose temperature nobody knows, nor across a step by hand whose size nobody saw', () => {
    const days = aWall({ days: 200 })
    const base = days.slice(0, 7)
    const bare = base.map(({ day, value, parts }) => ({ day, value, parts }))
    expect(known(days.slice(100), { base: bare }).total).toBeNull()
    expect(known(days.slice(100), { base, steps: [base[0]!.day + 50] }).total).toBeNull()
    expect(known(days, { base: [] })).toMatchObject({ total: null, baseDay: null })
    expect(known(days.slice(100), { base }).total).not.toBeNull()
  })
})
