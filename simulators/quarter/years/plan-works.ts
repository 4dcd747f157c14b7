import { type Activity, type Doing, toActivity } from './activity.ts'
import { atHour, HOUR_MS, QUIET_WEEKS, weekdayOf } from './calendar.ts'
import type { Dice } from './dice.ts'

export interface WorksOrder {
  house: number
  story: string
  /** Local day on which the crew comes. */
  beginDay: number
  careful: boolean
  demolition: boolean
}

export interface PlannedWorks {
  activities: Activity[]
  beginMs: number
  demolitionMs: number | null
  endMs: number
}

type Stint = [fromHour: number, toHour: number]

/** Days from the crew's coming to the first wall: shares by day, from day 1 on. Who works little needs longer. */
const DAYS_TO_WALL = { '1': 7, '2': 14, '3': 19, '4': 18, '5': 15, '6': 12, '7': 9, '8': 6 }
const CAREFUL_DAYS_TO_WALL = { '3': 10, '4': 20, '5': 22, '6': 20, '7': 16, '8': 12 }
const BEFORE_WALL: Record<string, number> = { chase: 4, strip: 4, saw: 1.5, carry: 1.5 }
const AFTER_WALL: Record<string, number> = { demolish: 1.5, strip: 3, chase: 3, saw: 2, carry: 1.5, sand: 0.7 }
const AT_THE_END: Record<string, number> = { saw: 2, paint: 4, sand: 1.5, hooks: 1.5, assemble: 2, carry: 1 }
const CAREFUL_BEFORE: Record<string, number> = { chisel: 4, quietDrill: 3, carry: 1.5 }
const CAREFUL_AFTER: Record<string, number> = { chisel: 3, quietDrill: 3, strip: 1, saw: 1, carry: 1 }

/** A renovation from the first crate that is carried out to the last coat of paint. */
export function planWorks(order: WorksOrder, dice: Dice): PlannedWorks {
  const { beginDay, careful } = order
  const toWall = Number(dice.weighted(careful ? CAREFUL_DAYS_TO_WALL : DAYS_TO_WALL))
  const wallDay = beginDay + toWall
  const lastDay = wallDay + Math.round(careful ? dice.between(12, 50) : dice.between(8, 42))
  const activities: Activity[] = []
  let demolitionMs: number | null = null
  for (let day = beginDay; day <= lastDay; day++) {
    const isWallDay = order.demolition && day === wallDay
    if (!isWallDay && day !== beginDay && isOff(day, careful, dice)) continue
    const stints = stintsOf(day, careful, dice)
    for (const stint of stints) {
      const phase = phaseOf({ day, beginDay, wallDay, lastDay, stint })
      activities.push(...planStint(order, { day, stint, phase }, dice))
    }
    if (!isWallDay) continue
    const falls = wallFalls(order, { day, stint: stints[0]!, phase: 'before' }, dice)
    demolitionMs = falls.fromMs
    activities.push(falls)
  }
  const beginMs = Math.min(...activities.map(({ fromMs }) => fromMs))
  const endMs = Math.max(...activities.map(({ toMs }) => toMs))
  return { activities: [...activities, ...emptied(order, { beginMs, endMs }, dice)], beginMs, demolitionMs, endMs }
}

interface Work {
  day: number
  stint: Stint
  phase: Phase
}

function planStint({ house, story, careful }: WorksOrder, { day, stint, phase }: Work, dice: Dice): Activity[] {
  return fill(stint, tasksOf(phase, careful), dice).map(([doing, fromHour, toHour]) => {
    const place = { house, story, fromMs: atHour(day, fromHour), toMs: atHour(day, toHour) }
    return toActivity(doing, place, dice.spread(careful ? 0.8 : 1, 0.3))
  })
}

/** Within two hours of the first stint of its day; who is careful does it with less. */
function wallFalls({ house, story, careful }: WorksOrder, { day, stint: [from, to] }: Work, dice: Dice): Activity {
  const hour = from + Math.min(to - from - 0.4, dice.between(0.3, 2))
  const place = { house, story, fromMs: atHour(day, hour), toMs: atHour(day, to) }
  return toActivity('demolish', place, careful ? 0.6 : 1)
}

/** Crews rest on half of the Sundays, around Spring Festival, and when material is missing. */
function isOff(day: number, careful: boolean, dice: Dice): boolean {
  if (QUIET_WEEKS.from <= day && day <= QUIET_WEEKS.to) return true
  if (careful) return dice.chance(0.25)
  return dice.chance(weekdayOf(day) === 0 ? 0.5 : 0.1)
}

function stintsOf(day: number, careful: boolean, dice: Dice): Stint[] {
  if (careful) {
    const hours = dice.between(1.5, 3)
    const isFree = weekdayOf(day) % 6 === 0
    const from = isFree ? dice.between(8, 15) : dice.chance(0.75) ? dice.between(17.5, 19.5) : dice.between(5, 6.2)
    return [[from, from + hours]]
  }
  const from = 8 + dice.between(-0.4, 0.6)
  return [
    [from, 12 + dice.between(-0.3, 0.2)],
    [13.5 + dice.between(-0.3, 0.4), 17.5 + dice.between(-0.7, 0.7)],
  ]
}

type Phase = 'empty' | 'before' | 'after' | 'end'

interface Moment {
  day: number
  beginDay: number
  wallDay: number
  lastDay: number
  stint: Stint
}

function phaseOf({ day, beginDay, wallDay, lastDay, stint }: Moment): Phase {
  const [isMorning, toWall] = [stint[0] < 12.5, wallDay - beginDay]
  // Whoever is in a hurry empties in the morning and begins after lunch.
  if (day === beginDay) return toWall <= 3 && !isMorning ? 'before' : 'empty'
  if (day === beginDay + 1 && toWall >= 6 && isMorning) return 'empty'
  if (day <= wallDay) return 'before'
  return day > wallDay + 0.6 * (lastDay - wallDay) ? 'end' : 'after'
}

function tasksOf(phase: Phase, careful: boolean): Record<string, number> {
  if (phase === 'empty') return { carry: 4, assemble: 1, saw: 0.3 }
  if (phase === 'end') return AT_THE_END
  if (phase === 'before') return careful ? CAREFUL_BEFORE : BEFORE_WALL
  return careful ? CAREFUL_AFTER : AFTER_WALL
}

/** Tasks one after the other, with pauses; a third of the time nothing is heard. */
function fill([from, to]: Stint, weights: Record<string, number>, dice: Dice): [Doing, number, number][] {
  const tasks: [Doing, number, number][] = []
  let at = from + dice.between(0, 0.3)
  while (at < to - 0.2) {
    const until = Math.min(to, at + dice.between(0.5, 2.2))
    tasks.push([dice.weighted(weights) as Doing, at, until])
    at = until + dice.between(0.1, 1)
  }
  return tasks
}

/** Nobody lives there before and meanwhile, in four of five cases. */
function emptied(
  { house, story }: WorksOrder,
  { beginMs, endMs }: { beginMs: number; endMs: number },
  dice: Dice,
): Activity[] {
  const [before, after] = [dice.between(0, 15), dice.between(2, 10)]
  if (dice.chance(0.2)) return []
  return [{ house, story, fromMs: beginMs - before * 24 * HOUR_MS, toMs: endMs + after * 24 * HOUR_MS, vacates: true }]
}
