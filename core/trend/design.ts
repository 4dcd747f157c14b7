import { type Felt, feltTemperatures, LAGS_DAYS } from './felt-temperature.ts'
import { meanOf, spreadOf } from './spread.ts'
import type { TrendDay } from './trend-day.ts'
import { MONTH_DAYS } from './trend-day.ts'

/** What a fit is made of: a column for each coefficient, a row for each day. */
export interface Design {
  days: readonly TrendDay[]
  values: Float64Array
  /** Ones; months before the last day (negative); a bend; temperatures or a yearly wave, if any; one for each step. */
  columns: Float64Array[]
  compensation: 'temperature' | 'year' | 'none'
  referenceC: number
  steps: { day: number; by: 'hand' | 'found' }[]
  /** Place of the first step among the columns. */
  firstStep: number
  base: readonly TrendDay[]
  /** What the columns would be on the days of the base, or null where they cannot be compared. */
  baseRows: number[][] | null
}

/** Places among the columns. */
export const SPEED = 1
export const BEND = 2
export const FIRST_CAUSE = 3

export const YEAR_DAYS = 365.2425
/** Days that make up a base. */
export const BASE_DAYS = 7
/** Of the days so many must have a temperature, else none is used. */
const LEAST_MEASURED = 0.6
/** Spread below which a temperature hardly changed: it can have moved nothing, °C. */
const LEAST_SPREAD_C = 0.05

/** The longest lags, of which the days before the first one matter. */
export const UNKNOWN = 3
/** A year that lacks so many days is one. */
const NEARLY_DAYS = 15

export interface DesignOrder {
  base: readonly TrendDay[] | undefined
  byHand: readonly number[]
  found: readonly number[]
  referenceC: number | undefined
  /** Half of what it may swing over a year, in its unit. */
  season: number
  /** Days before this one only tell what the temperature was. */
  fromDay: number
}

/** Days in order. Days on which a step lies are neither before nor after it and are left out. */
export function designOf(all: readonly TrendDay[], order: DesignOrder): Design {
  const stepDays = new Set([...order.byHand, ...order.found])
  const usable = all.filter(({ day }) => day >= order.fromDay && !stepDays.has(day))
  const measured = usable.filter(({ tempC }) => tempC !== undefined)
  const isMeasured =
    measured.length >= LEAST_MEASURED * usable.length && spreadOf(measured, ({ tempC }) => tempC!) > LEAST_SPREAD_C
  const days = isMeasured ? measured : usable
  const [first, last] = [days[0]?.day ?? 0, days[days.length - 1]?.day ?? 0]
  const compensation = isMeasured ? 'temperature' : last - first >= YEAR_DAYS - NEARLY_DAYS ? 'year' : 'none'
  const base = order.base ?? days.slice(0, BASE_DAYS)
  const felt = feltTemperatures([...base, ...all])
  const referenceC = order.referenceC ?? (isMeasured ? meanOf(days.map(({ tempC }) => tempC!)) : 0)
  const steps = toSteps(first, last, order)
  const rowOf = ({ day }: TrendDay): number[] => [
    1,
    (day - last) / MONTH_DAYS,
    bendAt((2 * (day - first)) / Math.max(1, last - first) - 1),
    ...causesOf(compensation, day, felt.get(day), referenceC),
    ...steps.map((step) => (day > step.day ? 1 : 0)),
  ]
  const rows = days.map(rowOf)
  const causes = compensation === 'temperature' ? LAGS_DAYS.length + UNKNOWN : compensation === 'year' ? 2 : 0
  const isWarm = !isMeasured || base.every(({ tempC }) => tempC !== undefined)
  const isWhole = !order.byHand.some((day) => day > (base[base.length - 1]?.day ?? 0) && day <= first)
  return {
    days,
    values: Float64Array.from(days, ({ value }) => value),
    columns: rows.length === 0 ? [] : rows[0]!.map((_, c) => Float64Array.from(rows, (row) => row[c]!)),
    compensation,
    referenceC,
    steps,
    firstStep: FIRST_CAUSE + causes,
    base,
    baseRows: isWarm && isWhole && base.length > 0 ? base.map(rowOf) : null,
  }
}

/** What moves the quantity and is no movement of its own. */
function causesOf(by: Design['compensation'], day: number, felt: Felt | undefined, referenceC: number): number[] {
  if (by === 'year') return yearlyWave(day)
  if (by === 'none' || felt === undefined) return []
  return [...felt.tempsC.map((tempC) => tempC - referenceC), ...felt.unknown.slice(-UNKNOWN)]
}

/** A bend that tilts nothing: the second polynomial of Legendre, on -1…1. */
function bendAt(x: number): number {
  return Math.abs(x) > 1 ? 0 : 1.5 * x * x - 0.5
}

/** A wave of one year, of any phase, as two numbers. */
export function yearlyWave(day: number): [number, number] {
  const turn = (2 * Math.PI * day) / YEAR_DAYS
  return [Math.sin(turn), Math.cos(turn)]
}

/** Only steps with days on both sides say anything. */
function toSteps(first: number, last: number, { byHand, found }: DesignOrder): Design['steps'] {
  return [
    ...byHand.map((day) => ({ day, by: 'hand' as const })),
    ...found.filter((day) => !byHand.includes(day)).map((day) => ({ day, by: 'found' as const })),
  ]
    .filter(({ day }) => day > first && day < last)
    .sort((a, b) => a.day - b.day)
}
