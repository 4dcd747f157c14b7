import { describe, expect, it } from 'vitest'
import { learnUsual, type Season, seasonLength, usualAt } from '../../../../detectors/rules/deviation/season.ts'

const HOUR_MS = 3_600_000
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2024, 0, 1)
const hoursOn = (hours: number) => MONDAY + hours * HOUR_MS

/** Learns one value an hour for some weeks. */
function learnt(season: Season, weeks: number, valueAt: (hourOfWeek: number) => number): number[] {
  const memory = new Array<number>(seasonLength(season)).fill(0)
  for (let hour = 0; hour < weeks * 168; hour++) learnUsual(memory, 0, season, hoursOn(hour), valueAt(hour % 168))
  return memory
}
const byNight = (hour: number) => (hour % 24 < 8 ? 5 : 20)
const isWeekend = (hour: number) => hour >= 120

describe('what is usual at an hour', () => {
  it('is unknown until the hour was seen twelve times', () => {
    const memory = new Array<number>(seasonLength('day')).fill(0)
    for (let day = 0; day < 12; day++) {
      expect(usualAt(memory, 0, 'day', hoursOn(day * 24))).toBeUndefined()
      learnUsual(memory, 0, 'day', hoursOn(day * 24), 7)
    }
    expect(usualAt(memory, 0, 'day', hoursOn(12 * 24))).toMatchObject({ mean: 7 })
    expect(usualAt(memory, 0, 'day', hoursOn(12 * 24 + 1))).toBeUndefined()
  })

  it('is the value of the hour of day', () => {
    const memory = learnt('day', 3, byNight)
    expect(usualAt(memory, 0, 'day', hoursOn(3 * 168 + 3))?.mean).toBe(5)
    expect(usualAt(memory, 0, 'day', hoursOn(3 * 168 + 12))?.mean).toBe(20)
  })

  it('tells the weekend from the week once three weeks have shown it', () => {
    const office = (hour: number) => (isWeekend(hour) ? 5 : byNight(hour))
    const saturdayNoon = 120 + 12
    for (const season of ['week', 'auto'] as const) {
      const early = usualAt(learnt(season, 2, office), 0, season, hoursOn(2 * 168 + saturdayNoon))
      const later = usualAt(learnt(season, 6, office), 0, season, hoursOn(6 * 168 + saturdayNoon))
      expect(early?.mean).toBeGreaterThan(10)
      expect(later?.mean).toBe(5)
    }
  })

  it('stays with the hour of day where the weekday says nothing more', () => {
    let state = 1
    const noise = () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    const memory = new Array<number>(seasonLength('auto')).fill(0)
    for (let hour = 0; hour < 8 * 168; hour++)
      learnUsual(memory, 0, 'auto', hoursOn(hour), byNight(hour % 168) + noise())
    const noons = [0, 1, 2, 3, 4, 5, 6].map((day) => usualAt(memory, 0, 'auto', hoursOn(8 * 168 + day * 24 + 12))?.mean)
    expect(new Set(noons).size).toBe(1)
  })

  it('follows a change within about ten days', () => {
    const memory = learnt('day', 4, byNight)
    for (let hour = 4 * 168; hour < 8 * 168; hour++) learnUsual(memory, 0, 'day', hoursOn(hour), byNight(hour) + 2)
    expect(usualAt(memory, 0, 'day', hoursOn(8 * 168 + 12))?.mean).toBeGreaterThan(21.5)
  })

  it('is nothing without a season, which takes no room', () => {
    expect(seasonLength('none')).toBe(0)
    expect(usualAt([], 0, 'none', MONDAY)).toBeUndefined()
  })
})
