import { describe, expect, it } from 'vitest'
import { beginHabits, HABITS_LENGTH, isHabit, noteHabit } from '../../../../detectors/rules/deviation/habits.ts'

const HOUR_MS = 3_600_000
const at = (day: number, hour: number) => Date.UTC(2024, 0, day) + hour * HOUR_MS

/** Days of quiet around 10, with a peak of 50 at three on the days named. */
function daysOf(peakDays: number[], days: number) {
  const memory = new Array<number>(HABITS_LENGTH).fill(0)
  beginHabits(memory, 0)
  for (let day = 1; day <= days; day++)
    for (let hour = 0; hour < 24; hour++) {
      noteHabit(memory, 0, at(day, hour), 10)
      if (hour === 3 && peakDays.includes(day)) noteHabit(memory, 0, at(day, hour), 50)
    }
  return memory
}

describe('a habit', () => {
  it.each([
    ['is not made by one day', [4], false],
    ['is made by two of the four days before', [2, 4], true],
    ['is forgotten once they are longer ago', [1, 4], true],
  ])('%s', (_, peakDays, expected) => {
    expect(isHabit(daysOf(peakDays, 4), 0, at(5, 3), 50, 10)).toBe(expected)
  })

  it('is forgotten after four more days', () => {
    expect(isHabit(daysOf([1, 2], 5), 0, at(6, 3), 50, 10)).toBe(false)
  })

  it('may come an hour early or late and go a quarter further, not more', () => {
    const memory = daysOf([3, 4], 4)
    expect(isHabit(memory, 0, at(5, 2), 59, 10)).toBe(true)
    expect(isHabit(memory, 0, at(5, 4), 59, 10)).toBe(true)
    expect(isHabit(memory, 0, at(5, 5), 59, 10)).toBe(false)
    expect(isHabit(memory, 0, at(5, 3), 61, 10)).toBe(false)
  })

  it('upwards says nothing of the way down', () => {
    expect(isHabit(daysOf([3, 4], 4), 0, at(5, 3), -30, 10)).toBe(false)
  })

  it('of midnight reaches into the day before', () => {
    const memory = new Array<number>(HABITS_LENGTH).fill(0)
    beginHabits(memory, 0)
    for (const day of [1, 2]) noteHabit(memory, 0, at(day, 23), 50)
    expect(isHabit(memory, 0, at(4, 0), 50, 10)).toBe(true)
  })

  it('is not made by the same day', () => {
    const memory = daysOf([4], 4)
    for (const value of [10, 50, 50, 50]) noteHabit(memory, 0, at(5, 3), value)
    expect(isHabit(memory, 0, at(5, 3), 50, 10)).toBe(false)
  })
})
