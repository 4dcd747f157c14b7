import type { NoTrendReason, Trend, TrendResult } from '../../../core/trend/trend.ts'
import type { Estimate } from '../../../core/trend/trend-day.ts'
import type { Memory } from '../rule.ts'

/** A trend as a rule needs it between one day and the next. Speeds are per month. */
export interface SaidTrend {
  speed: Estimate
  total: Estimate | null
  perDegree: number
  compensation: Trend['compensation']
  days: number
  effectiveDays: number
  /** Steps that nobody explained. */
  steps: number
}

/** Why a trend says nothing: no day is over yet, or what `fitTrend` says. */
export type Learning = { reason: 'no_day' | NoTrendReason; days: number; needed: number }

const STATES = ['no_day', 'known', 'too_few_days', 'temperature_like_time'] as const
const COMPENSATIONS = ['none', 'temperature', 'year'] as const

const STATE = 0
const NUMBERS = 1
/** How many numbers it takes at the beginning of a memory. */
export const SAID_LENGTH = 14

/** Writes down what was found; `perMonth` is how many of its months there are in one. */
export function writeTrend(memory: Memory, result: TrendResult, perMonth: number): void {
  if (result.state === 'not_enough_data') {
    memory[STATE] = STATES.indexOf(result.reason)
    memory[NUMBERS] = result.days
    memory[NUMBERS + 1] = result.needed
    return
  }
  const { speed, total, temperature, compensation, days, effectiveDays, steps } = result
  const numbers = [
    ...[speed.value * perMonth, speed.low * perMonth, speed.high * perMonth],
    ...(total === null ? [0, 0, 0, 0] : [1, total.value, total.low, total.high]),
    ...[temperature?.perDegree.value ?? 0, COMPENSATIONS.indexOf(compensation), days, effectiveDays],
    steps.filter(({ by }) => by === 'found').length,
  ]
  memory[STATE] = STATES.indexOf('known')
  for (const [i, number] of numbers.entries()) memory[NUMBERS + i] = number
}

/** What was last found, or null while nothing is known. */
export function readTrend(memory: Memory): SaidTrend | null {
  if (memory.length === 0 || STATES[memory[STATE]!] !== 'known') return null
  const at = (i: number) => memory[NUMBERS + i]!
  return {
    speed: { value: at(0), low: at(1), high: at(2) },
    total: at(3) === 0 ? null : { value: at(4), low: at(5), high: at(6) },
    perDegree: at(7),
    compensation: COMPENSATIONS[at(8)]!,
    days: at(9),
    effectiveDays: at(10),
    steps: at(11),
  }
}

/** Why nothing is known. */
export function readLearning(memory: Memory): Learning {
  const reason = STATES[memory[STATE] ?? 0]
  if (reason !== 'too_few_days' && reason !== 'temperature_like_time') return { reason: 'no_day', days: 0, needed: 0 }
  return { reason, days: memory[NUMBERS]!, needed: memory[NUMBERS + 1]! }
}
