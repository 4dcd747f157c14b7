import type { ReadingView } from '../../contract.ts'

/** Seconds and values as uPlot wants them; null where readings are missing, so that a gap is drawn as a gap. */
export interface Series {
  atS: number[]
  values: (number | null)[]
  /** Where values are means: the least and the greatest of each. */
  band?: { low: (number | null)[]; high: (number | null)[] }
}

/** A pause this many times longer than usual is a gap. */
const GAP_FACTOR = 5

/** Readings of one metric, in order of time. */
export function toSeries(readings: readonly Pick<ReadingView, 'at' | 'value'>[]): Series {
  const points = readings.map(({ at, value }) => ({ atS: Date.parse(at) / 1000, value }))
  points.sort((a, b) => a.atS - b.atS)
  const gapS = GAP_FACTOR * usualStepS(points.map(({ atS }) => atS))
  const series: Series = { atS: [], values: [] }
  for (const { atS, value } of points) {
    const lastS = series.atS.at(-1)
    if (lastS !== undefined && atS - lastS > gapS) {
      series.atS.push((lastS + atS) / 2)
      series.values.push(null)
    }
    series.atS.push(atS)
    series.values.push(value)
  }
  return series
}

/** The median pause between readings; infinite for fewer than three, which have no usual pause. */
function usualStepS(timesS: number[]): number {
  if (timesS.length < 3) return Number.POSITIVE_INFINITY
  const steps = timesS.slice(1).map((timeS, index) => timeS - timesS[index]!)
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)]!
}
