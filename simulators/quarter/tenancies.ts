import { gaussAt, randomAt } from '../random.ts'
import { householdOf, type Span } from '../signals/household.ts'
import { LOCAL_OFFSET_MS } from '../signals/weather.ts'

/** How a house is lived in. Only the last three are let for short stays. */
export const TENANCIES = [
  'resident',
  'travelling-family',
  'traveller',
  'commuter',
  'weekender',
  'night-worker',
  'holiday-home',
  'visited-parents',
  'long-let',
  'empty',
  'short-let',
  'quiet-short-let',
  'full-short-let',
] as const
export type Tenancy = (typeof TENANCIES)[number]

export function isShortLet(tenancy: Tenancy): boolean {
  return tenancy.endsWith('short-let')
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** One house, drawn by a seed: chances by what they are about and a number. */
interface House {
  seed: number
  id: string
  draw(what: string, n: number): number
  /** Local time on a day, give or take some minutes. */
  at(day: number, hour: number, giveMin?: number): number
}

/** When somebody is in the house in local days `fromDay` to `fromDay + days` (days since 1970), in order, without overlaps. */
export function presenceOf(tenancy: Tenancy, seed: number, id: string, fromDay: number, days: number): Span[] {
  const house: House = {
    seed,
    id,
    draw: (what, n) => randomAt(seed, id, what, n),
    at: (day, hour, giveMin = 25) =>
      day * DAY_MS -
      LOCAL_OFFSET_MS +
      hour * HOUR_MS +
      gaussAt(seed, id, 'time', day, Math.round(hour * 10)) * giveMin * MINUTE_MS,
  }
  const range = { from: fromDay, to: fromDay + days }
  return joined(BY_TENANCY[tenancy](house, range))
}

interface Days {
  from: number
  to: number
}
type Habit = (house: House, days: Days) => Span[]

const BY_TENANCY: Record<Tenancy, Habit> = {
  resident: (house, days) => livedIn(house, days, tripsOf(house, days, { everyDays: 75, longest: 9 })),
  'travelling-family': (house, days) => livedIn(house, days, tripsOf(house, days, { everyDays: 16, longest: 4 })),
  // Away for some nights nearly every week, never the same ones, with somebody who cleans on Wednesdays.
  traveller: (house, days) => [
    ...livedIn(house, days, tripsOf(house, days, { everyDays: 6.5, longest: 4 })),
    ...eachDay(days, (day) => (weekday(day) === 2 ? visit(house, day, 0.9) : [])),
  ],
  commuter: (house, days) => livedIn(house, days, weekNights(house, days, [0, 1, 2, 3])),
  weekender: (house, days) => livedIn(house, days, weekNights(house, days, [6, 0, 1, 2, 3])),
  'night-worker': nightWorker,
  'holiday-home': (house, days) => stays(house, days, { gap: [9, 40], nights: [3, 14], cleanedShare: 0.2 }),
  'visited-parents': (house, days) => [
    ...livedIn(house, days, tripsOf(house, days, { everyDays: 120, longest: 6 })),
    ...eachDay(days, (day) => (weekday(day) >= 5 ? visit(house, day, 0.6) : [])),
  ],
  'long-let': (house, days) => livedIn(house, days, tripsOf(house, days, { everyDays: 140, longest: 45 })),
  empty: (house, days) => eachDay(days, (day) => (weekday(day) === 1 ? visit(house, day, 0.8) : [])),
  'short-let': (house, days) => stays(house, days, { gap: [0, 2.6], nights: [1, 4], cleanedShare: 0.92 }),
  // Guests after guests, most of them on the day on which the last ones leave.
  'full-short-let': (house, days) => stays(house, days, { gap: [0, 0.7], nights: [1, 4], cleanedShare: 0.92 }),
  'quiet-short-let': (house, days) => stays(house, days, { gap: [1, 6], nights: [1, 3], cleanedShare: 0.92 }),
}

/** The people of a household, but for nights that they are away. */
function livedIn(house: House, days: Days, away: Span[]): Span[] {
  const household = householdOf(house.seed, house.id)
  const empty = [...away, ...eachDay(days, (day) => household.emptyOn(day))]
  return without({ fromMs: house.at(days.from, 0, 0), toMs: house.at(days.to, 0, 0) }, empty)
}

/** Trips of one night to `longest`, about every so many days; once in five somebody looks after the flowers. */
function tripsOf(house: House, days: Days, { everyDays, longest }: { everyDays: number; longest: number }): Span[] {
  const trips: Span[] = []
  let day = days.from + everyDays * house.draw('first trip', 0)
  for (let n = 0; day < days.to; n++) {
    const nights = 1 + Math.floor(house.draw('trip', n) * longest)
    const first = Math.floor(day)
    trips.push({ fromMs: house.at(first, 9.5, 60), toMs: house.at(first + nights, 17, 90) })
    day += nights + everyDays * (0.4 + 1.2 * house.draw('home', n)) * 0.8
  }
  return trips
}

/** Away in these nights of the week (0 Monday), but for one week in eight. */
function weekNights(house: House, days: Days, nights: number[]): Span[] {
  return eachDay(days, (day) => {
    const week = Math.floor((day + 3) / 7)
    if (!nights.includes(weekday(day)) || house.draw('week', week) < 0.125) return []
    const isFirst = !nights.includes(weekday(day - 1))
    const isLast = !nights.includes(weekday(day + 1))
    return [{ fromMs: house.at(day, isFirst ? 8 : -1), toMs: house.at(day + 1, isLast ? 18.5 : 1) }]
  })
}

/** Works at night, two on and two off or so, and sleeps by day. */
function nightWorker(house: House, days: Days): Span[] {
  return eachDay(days, (day) => {
    const works = (day + Math.floor(house.draw('turn', 0) * 4)) % 4 < 2 && house.draw('free', day) > 0.1
    const out = { fromMs: house.at(day, 16.5), toMs: house.at(day, 18.5) }
    const until = works ? house.at(day, 21.5, 10) : house.at(day + 1, 7.5, 10)
    return [
      { fromMs: house.at(day, 7.5, 10), toMs: out.fromMs },
      { fromMs: out.toMs, toMs: until },
    ]
  })
}

interface Letting {
  /** Vacant nights between two stays, least and most; drawn towards the least. */
  gap: [least: number, most: number]
  nights: [least: number, most: number]
  /** Share of stays after which somebody cleans before the next guests come. */
  cleanedShare: number
}

function stays(house: House, days: Days, { gap, nights, cleanedShare }: Letting): Span[] {
  const times: Span[] = []
  let day = days.from + Math.floor(house.draw('begin', 0) * (gap[0] + gap[1]))
  for (let n = 0; day < days.to; n++) {
    const u = house.draw('nights', n)
    const length = nights[0] + Math.floor(u * u * (nights[1] - nights[0] + 1))
    for (let night = 0; night < length; night++)
      times.push(...guests(house, day + night, night === 0, night === length - 1))
    const vacant = Math.floor(gap[0] + house.draw('gap', n) ** 1.3 * (gap[1] - gap[0] + 1))
    if (house.draw('cleaned', n) < cleanedShare) {
      const cleanedOn = day + length + (vacant > 0 && house.draw('cleaned when', n) < 0.25 ? 1 : 0)
      const fromMs = house.at(cleanedOn, 11.8)
      times.push({ fromMs, toMs: fromMs + (0.8 + 1.2 * house.draw('cleaning', n)) * HOUR_MS })
    }
    day += length + vacant
  }
  return times
}

/** Of the guests of one night: in the evening, at night and in the morning; out by day. */
function guests(house: House, day: number, isFirst: boolean, isLast: boolean): Span[] {
  const fromMs = house.at(day, isFirst ? 16 : 20.5, isFirst ? 90 : 60)
  const toMs = house.at(day + 1, isLast ? 10.2 : 9.8, 30)
  if (!isFirst || house.draw('dinner', day) > 0.7) return [{ fromMs, toMs }]
  return [
    { fromMs, toMs: house.at(day, 18.3, 10) },
    { fromMs: house.at(day, 20.6, 30), toMs },
  ]
}

/** Somebody comes for half an hour to three by day. */
function visit(house: House, day: number, share: number): Span[] {
  if (house.draw('visited', day) > share) return []
  const fromMs = house.at(day, 14, 70)
  return [{ fromMs, toMs: fromMs + (0.5 + 2.5 * house.draw('visit', day)) * HOUR_MS }]
}

function eachDay({ from, to }: Days, times: (day: number) => Span[]): Span[] {
  return Array.from({ length: to - from }, (_, i) => times(from + i)).flat()
}

/** 0 Monday; 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (day + 3) % 7
}

/** What is left of a time. */
function without(whole: Span, gaps: Span[]): Span[] {
  const left: Span[] = []
  let fromMs = whole.fromMs
  for (const gap of joined(gaps)) {
    if (gap.fromMs > fromMs) left.push({ fromMs, toMs: Math.min(gap.fromMs, whole.toMs) })
    fromMs = Math.max(fromMs, gap.toMs)
  }
  return fromMs < whole.toMs ? [...left, { fromMs, toMs: whole.toMs }] : left
}

function joined(times: Span[]): Span[] {
  const sorted = times.filter(({ fromMs, toMs }) => fromMs < toMs).sort((a, b) => a.fromMs - b.fromMs)
  const found: Span[] = []
  for (const { fromMs, toMs } of sorted) {
    const last = found.at(-1)
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs)
    else found.push({ fromMs, toMs })
  }
  return found
}
