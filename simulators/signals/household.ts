import { gaussAt, randomAt } from '../random.ts'
import { hourOfDay, isWeekend, LOCAL_OFFSET_MS } from './weather.ts'

/** Who lives in a house, and when they are there: a function of house, seed and time. */
export interface Household {
  /** People at home, 0 and more. */
  homeAt(atMs: number): number
  /** Of them, those who do not sleep. */
  awakeAt(atMs: number): number
  /** People who came or went with `fromMs` < time ≤ `toMs`. */
  passagesBetween(fromMs: number, toMs: number): number
  /** Times of a local day (days since 1970) in which everybody is out. */
  emptyOn(day: number): Span[]
}

export interface Span {
  fromMs: number
  toMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MOST_PEOPLE = 4
/** Of the people in old quarters some go to work, others to the market and for a walk. */
const WORKING_SHARE = 0.55

/** A household of one to four; the same key and seed are the same people. */
export function householdOf(seed: number, house: string): Household {
  const people = Array.from({ length: 1 + Math.floor(randomAt(seed, house, 'people') * MOST_PEOPLE) }, (_, i) => i)
  const isOut = (person: number, atMs: number) =>
    outingsOn(seed, house, person, dayOf(atMs)).some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  const homeAt = (atMs: number) => people.filter((person) => !isOut(person, atMs)).length
  return {
    homeAt,
    awakeAt: (atMs) => (isNight(atMs) ? 0 : homeAt(atMs)),
    passagesBetween: (fromMs, toMs) =>
      people
        .flatMap((person) => daysBetween(fromMs, toMs).flatMap((day) => outingsOn(seed, house, person, day)))
        .flatMap((outing) => [outing.fromMs, outing.toMs])
        .filter((atMs) => fromMs < atMs && atMs <= toMs).length,
    emptyOn: (day) => people.map((person) => outingsOn(seed, house, person, day)).reduce(sharedBy),
  }
}

function sharedBy(ones: Span[], others: Span[]): Span[] {
  return ones.flatMap((one) =>
    others
      .map((other) => ({ fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) }))
      .filter(({ fromMs, toMs }) => fromMs < toMs),
  )
}

/** Outings begin and end on the same local day. */
function outingsOn(seed: number, house: string, person: number, day: number): Span[] {
  const draw = (what: string) => randomAt(seed, house, person, what, day)
  const shift = (what: string, minutes: number) => gaussAt(seed, house, person, what, day) * minutes * MINUTE_MS
  const midnightMs = day * DAY_MS - LOCAL_OFFSET_MS
  const outing = (fromHour: number, hours: number): Span => {
    const fromMs = midnightMs + fromHour * HOUR_MS + shift('leave', 12)
    return { fromMs, toMs: Math.min(midnightMs + 23.5 * HOUR_MS, fromMs + hours * HOUR_MS + shift('stay', 15)) }
  }
  const works = randomAt(seed, house, person, 'works') < WORKING_SHARE
  const evening = draw('evening') < 0.25 ? [outing(19, 1.3)] : []
  if (works && !isFree(day)) return [outing(7.6, 10), ...evening]
  const market = draw('market') < 0.7 ? [outing(8.3, 1.2)] : []
  const afternoon = draw('afternoon') < (isFree(day) ? 0.6 : 0.35) ? [outing(14, 2.5)] : []
  return [...market, ...afternoon, ...evening]
}

function isNight(atMs: number): boolean {
  const hour = hourOfDay(atMs)
  return hour < 6 || hour >= 22.5
}

/** Days since 1970-01-01 by local time. */
function dayOf(atMs: number): number {
  return Math.floor((atMs + LOCAL_OFFSET_MS) / DAY_MS)
}

function isFree(day: number): boolean {
  return isWeekend(day * DAY_MS - LOCAL_OFFSET_MS)
}

function daysBetween(fromMs: number, toMs: number): number[] {
  const first = dayOf(fromMs)
  return Array.from({ length: dayOf(toMs) - first + 1 }, (_, i) => first + i)
}
