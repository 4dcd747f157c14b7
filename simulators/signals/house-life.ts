import { driftAt, randomAt } from '../random.ts'
import { type Household, householdOf } from './household.ts'
import type { Moment, Signal } from './moment.ts'
import { noise, trait } from './moment.ts'
import { addDb } from './sound.ts'
import { bustle, dailyWave, hourOfDay, outdoorTempC, recentRainMmH } from './weather.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Quiet lane by night, L_A90 of residential areas; talk in the room at one metre (both common figures, from memory). */
const NIGHT_DB = 34
const TALK_DB = 58
/** Somebody goes to the well, the gate or the neighbour, times an hour. */
const ERRANDS_PER_HOUR = 1.5

/** What people in a house make its sensors say; sensors of one house hear of the same people. */
export const HOUSE_LIFE: Record<string, Signal> = {
  noise_db(moment) {
    const outside = NIGHT_DB + 14 * bustle(moment.atMs) + 1.5 * noise(moment, 'lane')
    const talks = peopleOf(moment).awakeAt(moment.atMs) > 0 && draw(moment, 'talk') < 0.5
    return talks ? addDb(outside, TALK_DB - 6 * draw(moment, 'voice')) : outside
  },
  /** Of a city of the lower Yangtze: 40 to 90 µg/m³ by the weather (order of magnitude), cooking adds a little. */
  pm10_ug_m3(moment) {
    const { atMs, seed } = moment
    const air = 62 + 22 * driftAt(seed, 'air', atMs, 17 * HOUR_MS) + 5 * dailyWave(atMs, 8)
    const washed = 1 - 0.4 * Math.min(1, recentRainMmH(atMs, seed) / 2)
    return Math.max(5, air * washed + 25 * cooking(moment) + 3 * noise(moment, 'dust'))
  },
  power_kw(moment) {
    const { atMs, seed } = moment
    const people = peopleOf(moment).awakeAt(atMs)
    const fridge = 0.02 + (cycle(moment, 35) < 0.4 ? 0.11 : 0)
    const hour = hourOfDay(atMs)
    const lamps = people > 0 && (hour > 17.5 || hour < 7) ? 0.06 + 0.04 * people : 0
    const outdoorC = outdoorTempC(atMs, seed)
    const climate = people > 0 && (outdoorC > 29 || outdoorC < 5) ? 0.9 * (cycle(moment, 22) < 0.6 ? 1 : 0.2) : 0
    return Math.max(
      0,
      fridge + lamps + climate + 1.8 * cooking(moment) + 0.05 * people + 0.004 * noise(moment, 'power'),
    )
  },
  door_count(moment) {
    const { atMs, device } = moment
    const people = peopleOf(moment)
    const everyMs = device.reportEveryS * 1000
    const mean = people.awakeAt(atMs) > 0 ? (ERRANDS_PER_HOUR * everyMs) / HOUR_MS : 0
    return people.passagesBetween(atMs - everyMs, atMs) + poisson(mean, draw(moment, 'errands'))
  },
  occupied: (moment) => (peopleOf(moment).homeAt(moment.atMs) > 0 ? 1 : 0),
  flame: () => 0,
}

function peopleOf({ device, seed }: Moment): Household {
  return householdOf(seed, device.place)
}

/** 0…1: somebody is at home at a meal. Each meal takes half an hour, at about the same time every day. */
function cooking({ device, seed, atMs }: Moment): number {
  if (householdOf(seed, device.place).awakeAt(atMs) === 0) return 0
  const day = Math.floor(atMs / DAY_MS)
  const late = (randomAt(seed, device.place, 'meals', day) - 0.5) * 0.8
  const hour = hourOfDay(atMs) - late
  return [6.9, 11.4, 17.9].some((meal) => Math.abs(hour - meal) < 0.25) ? 1 : 0
}

/** Share of a machine's cycle of so many minutes, give or take a fifth by house. */
function cycle(moment: Moment, minutes: number): number {
  const periodMs = minutes * (1 + 0.2 * trait(moment, 'cycle')) * 60_000
  return (moment.atMs / periodMs) % 1
}

function draw({ device, seed, atMs }: Moment, what: string): number {
  return randomAt(seed, device.id, what, atMs)
}

/** The number of events that a Poisson process of this mean has at a uniform draw; for means below one. */
function poisson(mean: number, u: number): number {
  let term = Math.exp(-mean)
  let sum = term
  let count = 0
  while (u > sum && count < 20) {
    count++
    term *= mean / count
    sum += term
  }
  return count
}
