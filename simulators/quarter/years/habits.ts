import { outdoorTempC } from '../../signals/weather.ts'
import { festivalOf, hourOf, isWeekend, isWorkday } from './calendar.ts'
import type { Dice } from './dice.ts'
import type { Habit, Lane } from './lane.ts'
import type { Shaking } from './sense-vibration.ts'

/** What people of a house do on one day of their own. */
export interface HouseDay {
  /** 0…1 by hour: how much life there is. */
  life: number[]
  /** From, to, in hours; null on days without. */
  piano: [number, number] | null
  washing: [number, number] | null
  doorsPerDay: number
  kw: number
  dayDb: number
}

const COOKING: readonly [number, number][] = [
  [11, 12.3],
  [17.3, 19],
]
const COMFORT_C = [10, 27] as const

/** One day of a house; `emptyHours` are those in which nobody lives there. */
export function houseDay(habit: Habit, day: number, isEmpty: (hour: number) => boolean, dice: Dice): HouseDay {
  const jitter = dice.spread(1, 0.12)
  const crowd = habit.use === 'shop' ? (festivalOf(day)?.doors ?? 1) : 1
  const life = Array.from({ length: 24 }, (_, hour) => (isEmpty(hour) ? 0.01 : lifeAt(habit, day, hour) * jitter))
  const lived = life.reduce((sum, one) => sum + one, 0) > 2
  const [pianoFrom, washFrom] = [dice.between(15.5, 19.5), dice.between(7.5, 20)]
  return {
    life,
    piano: lived && habit.piano && dice.chance(0.6) ? [pianoFrom, pianoFrom + 1.2] : null,
    washing: lived && habit.use !== 'shop' && dice.chance(habit.washesPerWeek / 7) ? [washFrom, washFrom + 0.9] : null,
    doorsPerDay: habit.doorsPerDay * crowd * dice.spread(1, 0.2),
    kw: habit.baseKw * dice.spread(1, 0.15),
    dayDb: habit.dayDb + 1.5 * dice.gauss(),
  }
}

function lifeAt({ use, home }: Habit, day: number, hour: number): number {
  if (use === 'empty') return 0.01
  if (use === 'shop') return hour >= 9 && hour < 21 ? (hour >= 11 && hour < 20 ? 1 : 0.6) : 0.03
  if (hour < 6 || hour >= 23) return 0.05
  if (hour < 8 || hour >= 17) return 1
  return home || !isWorkday(day) ? 0.65 : 0.08
}

/** Steps, doors, washing, a piano and the lane's vehicles, as they shake the house's own sensor within a window. */
export function ordinaryShakings(
  { habit, today, lane }: { habit: Habit; today: HouseDay; lane: Lane },
  fromMs: number,
  toMs: number,
): Shaking[] {
  const [hour, hours] = [hourOf(fromMs), (toMs - fromMs) / 3_600_000]
  const life = today.life[Math.floor(hour)]!
  const isDay = hour >= 6 && hour < 22
  const shakings: Shaking[] = [
    { source: 'traffic', peakMmS: lane.traffic.peakMmS, times: lane.traffic.perHour * hours * (isDay ? 1 : 0.08) },
    { source: 'footfall', peakMmS: habit.stepMmS, times: 14 * life * Math.sqrt(habit.people) * hours },
    { source: 'slam', peakMmS: 0.16, times: 0.35 * life * hours },
  ]
  const add = (when: [number, number] | null, shaking: Shaking) => {
    if (when !== null && when[0] < hour + hours && hour < when[1]) shakings.push(shaking)
  }
  add(today.piano, { source: 'piano', peakMmS: 0.08, times: 40 * hours })
  add(today.washing, { source: 'washing', peakMmS: 0.12, times: 3 * hours })
  return shakings
}

/** Level inside without any special doings, dB(A): quiet at night, by people and lane in the day. */
export function ordinaryNoiseDb(today: HouseDay, traffic: number, atMs: number, dice: Dice): number {
  const hour = hourOf(atMs)
  const life = today.life[Math.floor(hour)]!
  const street = hour >= 6 && hour < 22 ? 33 + 2.5 * Math.log2(1 + traffic) : 27
  const inside = life < 0.02 ? 20 : today.dayDb + 8 * Math.log10(life)
  return 10 * Math.log10(10 ** (street / 10) + 10 ** (inside / 10)) + 2.5 * dice.gauss()
}

/** Dust of kitchens, brooms and smokers, above the air outside, µg/m³. */
export function ordinaryDustUgM3(today: HouseDay, atMs: number): number {
  const hour = hourOf(atMs)
  const life = today.life[Math.floor(hour)]!
  const cooks = COOKING.some(([from, to]) => from <= hour && hour < to)
  return life * (10 + (cooks ? 90 : 0))
}

/** Lights, kitchen, and cooling or heating by the weather outside, kW. */
export function ordinaryKw({ climateKw, use }: Habit, today: HouseDay, atMs: number, seed: number): number {
  const life = today.life[Math.floor(hourOf(atMs))]!
  const tempC = outdoorTempC(atMs, seed)
  const [cold, hot] = COMFORT_C
  const strain = Math.min(1, Math.max(0, (tempC - hot) / 6, (cold - tempC) / 10))
  const standing = use === 'empty' || life < 0.02 ? 0.1 : 0.35
  return today.kw * (standing + 0.9 * life) + climateKw * strain * Math.min(1, life * 1.2)
}

/** Openings of the door within an hour, on average. */
export function ordinaryDoors(today: HouseDay, atMs: number): number {
  const all = today.life.reduce((sum, one) => sum + one, 0)
  const isLived = all > 2
  return isLived ? (today.doorsPerDay * today.life[Math.floor(hourOf(atMs))]!) / all : 0.02
}

/** Weekends are a little later and louder outside. */
export function streetFactor(day: number): number {
  return isWeekend(day) ? 1.2 : 1
}
