import { type Design, FIRST_CAUSE, UNKNOWN } from './design.ts'
import { LAGS_DAYS } from './felt-temperature.ts'
import { robustFit } from './robust-fit.ts'
import { meanOf, spreadAboutLine } from './spread.ts'

/** Half of what the temperature swings over a year, °C. */
const SEASON_C = 12
/** How far a temperature that nobody measured may lie off the first ones, °C. */
const UNKNOWN_C = 5
/** So many times what a quantity swings per degree about its line its answer to one lag is believed to be. */
const SWINGS = 2
/** Of the values' own size: what no sensor resolves. */
const NOTHING = 1e-9

/**
 * What coefficients are believed to be before the fit, as standard deviations about 0: those of temperature about as large
 * as the quantity swings per degree about its line, or as a season of half-width `season` would make them.
 */
export function priorsOf(design: Design, season: number): number[] {
  const free = (count: number) => Array.from({ length: count }, () => Number.POSITIVE_INFINITY)
  if (design.compensation !== 'temperature') return free(design.columns.length)
  const perDegree = Math.max(SWINGS * swingPerDegree(design), season / SEASON_C)
  return [
    ...free(FIRST_CAUSE),
    ...LAGS_DAYS.map(() => perDegree),
    ...Array.from({ length: UNKNOWN }, () => perDegree * UNKNOWN_C),
    ...free(design.steps.length),
  ]
}

function swingPerDegree({ columns, values, days, firstStep }: Design): number {
  const line = columns.filter((_, c) => c < FIRST_CAUSE || c >= firstStep)
  const { sigma } = robustFit({
    columns: line,
    values,
    priors: line.map(() => Number.POSITIVE_INFINITY),
    inflation: 1,
  })
  const least = NOTHING * (meanOf([...values.map(Math.abs)]) || 1)
  return Math.max(sigma, least) / spreadAboutLine(days, ({ tempC }) => tempC!)
}
