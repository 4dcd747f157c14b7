import { type Design, designOf } from './design.ts'
import type { Footing } from './footing.ts'
import { inflationOf, likenessOf } from './likeness.ts'
import { priorsOf } from './priors.ts'
import { type FitOrder, robustFit } from './robust-fit.ts'
import { pointsOf, speedNowOf, speedOf, stepsOf, temperatureOf } from './say-trend.ts'
import { spreadAboutLine, spreadOf } from './spread.ts'
import { findSteps } from './steps.ts'
import { studentQuantile } from './student.ts'
import { totalOf } from './total.ts'
import type { NoTrend, NoTrendReason, Trend, TrendOptions, TrendResult } from './trend.ts'
import type { TrendDay } from './trend-day.ts'
import { wholeDays } from './whole-days.ts'

const USUAL_CONFIDENCE = 0.95
const USUAL_DAYS = 30
/** Share of the temperature's variance that may be a line in time. */
const MOST_ALIKE = 0.97
const ROUNDS = 2
const LEAST_DAYS = 5
/** Of what a season may do the share that the model does not know of: no two years are alike. */
const HIDDEN = { temperature: 0, year: 0.2, none: 1 }
/** Fewer degrees of freedom than this are not believed: their quantile is wide enough. */
const LEAST_FREEDOM = 2

/**
 * The trend of daily means, in any order: value = level + speed · time + a bend + what temperatures of the last hours to weeks do +
 * steps, fitted robustly, with the error of days that resemble their neighbours ([why](../../docs/decisions/0036-trends.md)).
 */
export function fitTrend(given: readonly TrendDay[], options: TrendOptions = {}): TrendResult {
  const { confidence = USUAL_CONFIDENCE, minDays = USUAL_DAYS, fromDay = Number.NEGATIVE_INFINITY } = options
  const { base, referenceC, steps: byHand = [], season = 0 } = options
  const all = wholeDays(given)
  const inWindow = all.filter(({ day }) => day >= fromDay)
  const nothing = (reason: NoTrendReason, days: number): NoTrend => {
    return { state: 'not_enough_data', reason, days, needed: minDays }
  }
  if (inWindow.length < minDays) return nothing('too_few_days', inWindow.length)
  const design = designOf(all, { base, byHand, found: findSteps(inWindow, byHand), referenceC, season, fromDay })
  const { length } = design.days
  if (length < Math.max(LEAST_DAYS, minDays - design.steps.length)) return nothing('too_few_days', length)
  if (isLikeTime(design)) return nothing('temperature_like_time', length)
  const { order, fit, likeness } = fitAlike(design, season)
  const freedom = Math.max(LEAST_FREEDOM, length / order.inflation - fit.width)
  const reach = studentQuantile((1 + confidence) / 2, freedom)
  return toTrend({ design, order, fit, likeness, reach, season: season * HIDDEN[design.compensation] }, confidence)
}

/** How alike days are is known from the residuals, which the fit then takes into account: a few times in turn. */
function fitAlike(design: Design, season: number): Pick<Footing, 'order' | 'fit' | 'likeness'> {
  const { columns, values } = design
  let order: FitOrder = { columns, values, priors: priorsOf(design, season), inflation: 1 }
  let fit = robustFit(order)
  let likeness = 0
  for (let round = 0; round < ROUNDS; round++) {
    const clipped = fit.residuals.map((residual, i) => residual * fit.weights[i]!)
    likeness = likenessOf(design.days, clipped, fit.width)
    order = { ...order, inflation: inflationOf(likeness) }
    fit = robustFit(order, fit.weights)
  }
  return { order, fit, likeness }
}

/** True where the temperature went up or down with time and did hardly anything else. */
function isLikeTime({ days, compensation }: Design): boolean {
  if (compensation !== 'temperature') return false
  const rest = spreadAboutLine(days, ({ tempC }) => tempC!)
  const whole = spreadOf(days, ({ tempC }) => tempC!)
  return rest ** 2 < (1 - MOST_ALIKE) * whole ** 2
}

function toTrend(footing: Footing, confidence: number): Trend {
  const { design, fit, likeness } = footing
  return {
    state: 'known',
    speed: speedOf(footing),
    speedNow: speedNowOf(footing),
    total: totalOf(footing),
    baseDay: design.base[0]?.day ?? null,
    compensation: design.compensation,
    temperature: temperatureOf(footing),
    steps: stepsOf(footing),
    days: design.days.length,
    effectiveDays: design.days.length / inflationOf(likeness),
    likeness,
    sigma: fit.sigma,
    confidence,
    points: pointsOf(footing),
  }
}
