import type { Clock } from '../core/clock.ts'
import type { Device } from '../core/device.ts'
import { AppError } from '../core/errors.ts'
import type { HourHistory, HourStatistics } from '../core/hour-history.ts'
import { METRICS } from '../core/metrics.ts'
import { toTrendDays } from '../core/trend/day-tally.ts'
import { daysUntil } from '../core/trend/days-until.ts'
import { LAGS_DAYS } from '../core/trend/felt-temperature.ts'
import { fitTrend } from '../core/trend/fit-trend.ts'
import type { TrendResult } from '../core/trend/trend.ts'
import { datesIn, STEPS_ON, ZERO_ON } from '../core/trend/trend-dates.ts'
import { DAY_MS, dayOf, startOfDayMs, type TrendDay } from '../core/trend/trend-day.ts'
import { usualSeasonOf } from '../core/trend/usual-season.ts'
import type { TrendAnswer, TrendDesk, TrendQuestion } from '../core/trend-desk.ts'

interface Ports {
  history: Pick<HourHistory, 'hours'>
  /** With what its house and its place say of it. */
  device(id: string): Device | undefined
  devices(): Device[]
  clock: Clock
}

const TEMPERATURE = 'temp_c'
const USUAL_MS = 180 * DAY_MS
const LONGEST_MS = 731 * DAY_MS
/** Days before the first of which the temperature is still felt. */
const FELT_MS = LAGS_DAYS[LAGS_DAYS.length - 1]! * DAY_MS
/** Days after the zero date in which its week is looked for. */
const BASE_MS = 21 * DAY_MS
const BASE_DAYS = 7
/** Devices of the same house that are asked for a temperature. */
const MOST_ASKED = 4

/** Answers from the hourly means of the database, with the mathematics of the rules. */
export function createTrendDesk(ports: Ports): TrendDesk {
  return {
    async trend(question) {
      const device = ports.device(question.device)
      if (device === undefined) throw new AppError('not_found', 'no such device', { device: question.device })
      const { fromMs, toMs } = spanOf(question, ports.clock)
      const { days, temperatureFrom } = await findDays(ports, device, question.metric, fromMs - FELT_MS, toMs)
      const trend = await judge(ports, { device, question, days, fromMs, temperatureFrom })
      return {
        ...{ device: device.id, metric: question.metric, unit: METRICS[question.metric]?.unit ?? '' },
        ...{ fromMs, toMs, temperatureFrom, trend },
        limit: toLimit(device, question, trend),
      }
    },
  }
}

interface Found {
  device: Device
  question: TrendQuestion
  days: TrendDay[]
  fromMs: number
  temperatureFrom: string | null
}

async function judge(ports: Ports, { device, question, days, fromMs, temperatureFrom }: Found): Promise<TrendResult> {
  const zeroDay = question.zeroMs === undefined ? datesIn(device.attributes?.[ZERO_ON])[0] : dayOf(question.zeroMs)
  const fromDay = dayOf(fromMs)
  const base = await findBase(ports, { device, metric: question.metric, zeroDay, days, temperatureFrom })
  return fitTrend(days, {
    ...{ fromDay, season: usualSeasonOf(question.metric), steps: datesIn(device.attributes?.[STEPS_ON]) },
    ...(base !== undefined && { base }),
    ...(question.minDays !== undefined && { minDays: question.minDays }),
  })
}

/** The first week from the zero date on, which may lie long before the days; undefined without such a date. */
async function findBase(
  ports: Ports,
  order: Pick<Found, 'device' | 'days' | 'temperatureFrom'> & { metric: string; zeroDay: number | undefined },
): Promise<TrendDay[] | undefined> {
  const { device, metric, zeroDay, days, temperatureFrom } = order
  if (zeroDay === undefined) return undefined
  const known = days.filter(({ day }) => day >= zeroDay).slice(0, BASE_DAYS)
  if (zeroDay >= (days[0]?.day ?? zeroDay)) return known
  const zeroMs = startOfDayMs(zeroDay)
  const values = await hoursOf(ports, device.id, metric, zeroMs, zeroMs + BASE_MS)
  const warmth =
    temperatureFrom === null ? [] : await hoursOf(ports, temperatureFrom, TEMPERATURE, zeroMs, zeroMs + BASE_MS)
  const early = toTrendDays(values, warmth).slice(0, BASE_DAYS)
  return early.length === 0 ? known : early
}

async function findDays(ports: Ports, device: Device, metric: string, fromMs: number, toMs: number) {
  const values = await hoursOf(ports, device.id, metric, fromMs, toMs)
  for (const id of values.length === 0 ? [] : thermometersOf(ports, device)) {
    const warmth = await hoursOf(ports, id, TEMPERATURE, fromMs, toMs)
    if (warmth.length >= values.length / 2) return { days: toTrendDays(values, warmth), temperatureFrom: id }
  }
  return { days: toTrendDays(values), temperatureFrom: null }
}

/** The device itself, then others of its house or place. */
function thermometersOf({ devices }: Ports, device: Device): string[] {
  const { place } = device
  const house = device.attributes?.building
  const near = devices().filter(
    (other) =>
      other.id !== device.id &&
      ((place !== undefined && other.place === place) || (house !== undefined && other.attributes?.building === house)),
  )
  return [device.id, ...near.map(({ id }) => id).slice(0, MOST_ASKED)]
}

async function hoursOf({ history }: Ports, device: string, metric: string, fromMs: number, toMs: number) {
  const [hours] = await history.hours({ device, metrics: [metric], fromMs, toMs })
  return hours === undefined ? [] : toReadings(hours)
}

function toReadings({ hourMs, mean }: HourStatistics): { atMs: number; value: number }[] {
  return hourMs.map((atMs, i) => ({ atMs, value: mean[i]! }))
}

/** Whole local days. */
function spanOf({ fromMs, toMs }: TrendQuestion, clock: Clock): { fromMs: number; toMs: number } {
  const endMs = startOfDayMs(dayOf(Math.min(toMs ?? Number.POSITIVE_INFINITY, clock.nowMs())))
  const beginMs = startOfDayMs(dayOf(fromMs ?? endMs - USUAL_MS))
  if (beginMs > endMs) throw new AppError('bad_request', 'from lies after to', {})
  if (endMs - beginMs > LONGEST_MS) throw new AppError('bad_request', 'a trend spans at most two years', {})
  return { fromMs: beginMs, toMs: endMs }
}

function toLimit(device: Device, { metric, limit }: TrendQuestion, trend: TrendResult): TrendAnswer['limit'] {
  const value = limit ?? Number(device.attributes?.[`limit_${metric}`])
  if (!(value > 0) || trend.state !== 'known') return null
  return { value, until: daysUntil(trend, value) }
}
