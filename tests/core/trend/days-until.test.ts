import { describe, expect, it } from 'vitest'
import { daysUntil } from '../../../core/trend/days-until.ts'
import { MONTH_DAYS } from '../../../core/trend/trend-day.ts'

const around = (value: number, half: number) => ({ value, low: value - half, high: value + half })

describe('days until a limit', () => {
  it('are what is left, divided by the speed', () => {
    const until = daysUntil({ speed: around(MONTH_DAYS / 10, 0), total: around(1, 0) }, 3)
    expect(until).toMatchObject({ state: 'expected' })
    if (until.state !== 'expected') return
    expect(until.days).toBeCloseTo(20, 9)
    expect(until.low).toBeCloseTo(20, 9)
    expect(until.high).toBeCloseTo(20, 9)
  })

  it('have an interval that holds both errors', () => {
    const until = daysUntil({ speed: around(MONTH_DAYS / 10, MONTH_DAYS / 50), total: around(1, 0.2) }, 3)
    if (until.state !== 'expected') throw new Error(until.state)
    expect(until.days).toBeCloseTo(20, 9)
    for (const [days, sign] of [
      [until.low, 1],
      [until.high!, -1],
    ] as const)
      expect(1 + days / 10 + sign * Math.hypot(0.2, days / 50)).toBeCloseTo(3, 9)
  })

  it('count towards the limit on the side to which it moves', () => {
    expect(daysUntil({ speed: around(-1, 0.1), total: around(-1, 0.1) }, 2)).toMatchObject({ state: 'expected' })
    const back = daysUntil({ speed: around(-1, 0.1), total: around(1, 0.1) }, 2)
    if (back.state !== 'expected') throw new Error(back.state)
    expect(back.days).toBeCloseTo(3 * MONTH_DAYS, 9)
  })

  it('are not foreseeable while it may stand still, but not before the earliest', () => {
    const until = daysUntil({ speed: around(0.1, 0.2), total: around(0, 0) }, 3)
    expect(until.state).toBe('not_foreseeable')
    expect(until).toHaveProperty('low', expect.closeTo(10 * MONTH_DAYS, 6))
    expect(daysUntil({ speed: around(0, 0.0001), total: around(0, 0) }, 3)).toEqual({
      state: 'not_foreseeable',
      low: null,
    })
  })

  it('are over when the limit is passed, and unknown without a total', () => {
    expect(daysUntil({ speed: around(0, 0), total: around(-3, 1) }, 3)).toEqual({ state: 'reached' })
    expect(daysUntil({ speed: around(0, 0), total: null }, 3)).toEqual({ state: 'not_enough_data' })
  })
})
