import { BASE_DAYS, FIRST_CAUSE, YEAR_DAYS } from './design.ts'
import { between, type Footing } from './footing.ts'
import { varianceOfMean } from './likeness.ts'
import { varianceOf } from './robust-fit.ts'
import type { Estimate, TrendDay } from './trend-day.ts'

/**
 * How far the last week lies from the base, at equal temperature and without steps by hand. Means of both, not ends of
 * the line: a movement that grows faster is seen in full. Null where the base has no temperature though the days have.
 */
export function totalOf(footing: Footing): Estimate | null {
  const { design, fit, likeness, reach, season } = footing
  const { days, base, baseRows, columns } = design
  if (baseRows === null) return null
  const last = days.slice(-BASE_DAYS)
  const lastRows = last.map((_, i) => columns.map((column) => column[days.length - last.length + i]!))
  const value = meanLevel(footing, last, lastRows) - meanLevel(footing, base, baseRows)
  const shares = columns.map((_, c) => (isCause(footing, c) ? meanOf(lastRows, c) - meanOf(baseRows, c) : 0))
  const scatter = varianceOfMean(last.length, likeness) + varianceOfMean(base.length, likeness)
  const turn = (2 * Math.PI * (midDay(last) - midDay(base))) / YEAR_DAYS
  const variance = fit.sigma ** 2 * scatter + varianceOf(fit.covariance, shares) + season ** 2 * (1 - Math.cos(turn))
  return between(value, reach, variance)
}

/** True of what changes the value without being a movement: temperature, year and steps by hand. */
export function isCause({ design }: Footing, column: number): boolean {
  if (column < design.firstStep) return column >= FIRST_CAUSE
  return design.steps[column - design.firstStep]!.by === 'hand'
}

/** Mean of the days without their causes; of five or more the two ends do not count. */
function meanLevel(footing: Footing, days: readonly TrendDay[], rows: readonly number[][]): number {
  const { coefficients } = footing.fit
  const levels = days.map(({ value }, i) =>
    rows[i]!.reduce((level, x, c) => (isCause(footing, c) ? level - coefficients[c]! * x : level), value),
  )
  levels.sort((a, b) => a - b)
  const kept = levels.length < 5 ? levels : levels.slice(1, -1)
  return kept.reduce((sum, level) => sum + level, 0) / kept.length
}

function meanOf(rows: readonly number[][], column: number): number {
  return rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length
}

function midDay(days: readonly TrendDay[]): number {
  return days.reduce((sum, { day }) => sum + day, 0) / days.length
}
