import { BEND, FIRST_CAUSE, SPEED, yearlyWave } from './design.ts'
import { LAGS_DAYS } from './felt-temperature.ts'
import { estimateOf, type Footing, only } from './footing.ts'
import { responseTo } from './robust-fit.ts'
import { isCause } from './total.ts'
import type { TemperatureEffect, TrendPoint, TrendStep } from './trend.ts'
import { type Estimate, MONTH_DAYS } from './trend-day.ts'

/** Per month, on the whole. Where a season may hide, its wave of any phase is counted by what it would do to this speed. */
export function speedOf(footing: Footing): Estimate {
  return estimateOf(footing, only(SPEED, footing.design.columns.length), hiddenOf(footing))
}

/** Variance of the speed by a wave of one year and any phase that the model does not know of. */
function hiddenOf({ design, order, fit, season }: Footing): number {
  if (season === 0) return 0
  const waves = design.days.map(({ day }) => yearlyWave(day))
  const squares = [0, 1].map((part) => {
    const wave = Float64Array.from(waves, (one) => one[part]!)
    return responseTo(order, fit, wave)[SPEED]! ** 2
  })
  return (season ** 2 / 2) * (squares[0]! + squares[1]!)
}

/** Per month, on the last day: a movement may grow faster. */
export function speedNowOf(footing: Footing): Estimate {
  const { days, columns } = footing.design
  const months = (days[days.length - 1]!.day - days[0]!.day) / MONTH_DAYS
  const perMonth = 6 / Math.max(months, 1 / MONTH_DAYS)
  return estimateOf(
    footing,
    columns.map((_, c) => (c === SPEED ? 1 : c === BEND ? perMonth : 0)),
    hiddenOf(footing),
  )
}

export function temperatureOf(footing: Footing): TemperatureEffect | null {
  const { columns, compensation, referenceC } = footing.design
  if (compensation !== 'temperature') return null
  const shares = columns.map((_, c) => (isLag(c) ? 1 : 0))
  const perDegree = estimateOf(footing, shares)
  return {
    perDegree,
    byLag: LAGS_DAYS.map((lagDays, i) => ({ lagDays, perDegree: coefficientOf(footing, i) })),
    referenceC,
  }
}

function isLag(column: number): boolean {
  return column >= FIRST_CAUSE && column < FIRST_CAUSE + LAGS_DAYS.length
}

function coefficientOf({ fit }: Footing, lag: number): number {
  return fit.coefficients[FIRST_CAUSE + lag]!
}

export function stepsOf(footing: Footing): TrendStep[] {
  const { steps, firstStep, columns } = footing.design
  return steps.map(({ day, by }, i) => ({
    day,
    by,
    size: estimateOf(footing, only(firstStep + i, columns.length)),
  }))
}

/** Each day without what temperature, year and steps by hand add to it. */
export function pointsOf(footing: Footing): TrendPoint[] {
  const { design, fit } = footing
  const causes = design.columns.map((_, c) => isCause(footing, c))
  return design.days.map(({ day, value, tempC }, i) => {
    const compensated = design.columns.reduce(
      (level, column, c) => (causes[c] ? level - fit.coefficients[c]! * column[i]! : level),
      value,
    )
    const fitted = compensated - fit.residuals[i]!
    return { day, value, tempC: tempC ?? null, compensated, fitted, weight: fit.weights[i]! }
  })
}
