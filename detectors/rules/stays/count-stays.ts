import type { Memory } from '../rule.ts'
import { DAYS, OCCUPIED, UNKNOWN, VACANT, VISITED } from './presence.ts'

/** What the days that are kept show. */
export interface Stays {
  /** Short stays with vacant nights before and after, and a visit by day between them and the next. */
  shortStays: number
  nights: { occupied: number; vacant: number; unknown: number }
  /** Share of nights that were as the same night of the week before, 0…1; 0 while there is too little to compare. */
  likeWeekBefore: number
}

/** Nights that must have one a week before, until it is said how alike they are: three weeks. Local choice. */
const COMPARED_AT_LEAST = 14

/** Counts over the days of a memory of `notePresence`. */
export function countStays(memory: Memory, mostNights: number): Stays {
  const days = memory.slice(DAYS)
  const nights = days.map((code) => code % VISITED)
  const count = (kind: number) => nights.filter((night) => night === kind).length
  return {
    shortStays: shortStaysOf(days, nights, mostNights),
    nights: { occupied: count(OCCUPIED), vacant: count(VACANT), unknown: count(UNKNOWN) },
    likeWeekBefore: likeWeekBefore(nights),
  }
}

function shortStaysOf(days: number[], nights: number[], mostNights: number): number {
  let stays = 0
  for (let first = 1; first < nights.length; first++) {
    if (nights[first] !== OCCUPIED || nights[first - 1] !== VACANT) continue
    let end = first
    while (end < nights.length && nights[end] === OCCUPIED) end++
    if (end - first <= mostNights && nights[end] === VACANT && isVisitedFrom(days, nights, end)) stays++
    first = end
  }
  return stays
}

/** Whether somebody came by day from the day of departure to that of the next arrival. */
function isVisitedFrom(days: number[], nights: number[], departure: number): boolean {
  for (let i = departure; i < days.length; i++) {
    if (days[i]! >= VISITED) return true
    if (nights[i] !== VACANT) return false
  }
  return false
}

function likeWeekBefore(nights: number[]): number {
  let pairs = 0
  let alike = 0
  for (let i = 7; i < nights.length; i++) {
    if (nights[i] === UNKNOWN || nights[i - 7] === UNKNOWN) continue
    pairs++
    if (nights[i] === nights[i - 7]) alike++
  }
  return pairs < COMPARED_AT_LEAST ? 0 : alike / pairs
}
