/** What an axis of a chart shows. */
export interface ValueScale {
  low: number
  high: number
  ticks: number[]
}

/** Round numbers around all values, four to seven of them. */
export function valueScale(values: number[]): ValueScale {
  const finite = values.filter(Number.isFinite)
  const least = finite.reduce((a, b) => Math.min(a, b), finite[0] ?? 0)
  const most = finite.reduce((a, b) => Math.max(a, b), finite[0] ?? 1)
  const span = most - least || Math.abs(most) || 1
  const power = 10 ** Math.floor(Math.log10(span / 5))
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => span / size <= 6) ?? span
  const below = Math.floor((least - span * 0.04) / step) * step
  // What cannot be negative needs no room below zero.
  const low = least >= 0 ? Math.max(0, below) : below
  const count = Math.max(1, Math.ceil((most + span * 0.08 - low) / step))
  const ticks = Array.from({ length: count + 1 }, (_, index) => low + index * step)
  return { low, high: low + count * step, ticks }
}

/** Places in an SVG: a tenth of a unit is not seen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
