import { formatNumber } from '../../../dashboards/web/words/numbers.ts'
import { type Html, html } from '../../printed/html.ts'
import { round, valueScale } from '../../printed/value-scale.ts'

/** What a chart of one month shows: a value for each day, the range around it, and lines that it is held against. */
export interface DayChart {
  /** All days of the axis, `2026-10-01`, first to last. */
  days: string[]
  /** So many of them are over: of later ones nothing can be known. */
  known: number
  points: { day: string; value: number; low?: number; high?: number }[]
  /** A second line, such as a trend through the points. */
  trend?: { day: string; value: number }[]
  levels: { value: number; kind: 'limit' | 'warning' }[]
  unit: string
  title: string
  /** Written on days without data. */
  noData: string
  bars?: boolean
}

const WIDTH = 380
const HEIGHT = 176
const LEFT = 46
const RIGHT = 8
const TOP = 18
const BOTTOM = 22
const STEP = (WIDTH - LEFT - RIGHT) / 31

/** An SVG that needs nothing from elsewhere; days without data are shaded, not left as if nothing had been. */
export function dayChart(chart: DayChart): Html {
  const { days, known, points, levels, unit, title, bars = false } = chart
  const place = new Map(days.map((day, index) => [day, index]))
  const step = Math.min(STEP, (WIDTH - LEFT - RIGHT) / Math.max(1, days.length))
  const x = (day: string) => round(LEFT + ((place.get(day) ?? 0) + 0.5) * step)
  const told = points.filter(({ day, value }) => place.has(day) && Number.isFinite(value))
  const values = told.flatMap(({ value, low = value, high = value }) => [low, value, high])
  const scale = valueScale([...values, ...levelsToShow(levels, values), ...(bars ? [0] : [])])
  const y = (value: number) =>
    round(TOP + (1 - (value - scale.low) / (scale.high - scale.low)) * (HEIGHT - TOP - BOTTOM))
  const bottom = HEIGHT - BOTTOM
  const right = round(LEFT + days.length * step)
  const has = new Set(told.map(({ day }) => day))
  return html`<svg class="chart days" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${days
  .slice(0, known)
  .map(
    (day) =>
      !has.has(day) &&
      html`<rect class="nodata" x="${round(x(day) - step / 2)}" y="${TOP}" width="${round(step)}" height="${bottom - TOP}"><title>${day}: ${chart.noData}</title></rect>`,
  )}
${scale.ticks.map(
  (tick) =>
    html`<path class="grid" d="M${LEFT} ${y(tick)}H${right}"/><text class="axis" x="${LEFT - 5}" y="${y(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
)}
<text class="axis" x="2" y="${TOP - 6}">${unit}</text>
${days.map((day, index) => (index % 5 === 0 || index === days.length - 1) && html`<text class="axis" x="${x(day)}" y="${bottom + 15}" text-anchor="middle">${Number(day.slice(8))}</text>`)}
<path class="frame" d="M${LEFT} ${TOP}V${bottom}H${right}"/>
${bars ? told.map(({ day, value }) => html`<rect class="bar${levels.some((level) => level.kind === 'limit' && value > level.value) && ' over'}" x="${round(x(day) - step * 0.35)}" y="${y(value)}" width="${round(step * 0.7)}" height="${round(Math.max(0.5, bottom - y(value)))}"/>`) : [rangeOf(told, x, y, step), linesOf(told, place, x, y)]}
${
  chart.trend &&
  html`<polyline class="trend" points="${chart.trend
    .filter(({ day }) => place.has(day))
    .map(({ day, value }) => `${x(day)},${y(value)}`)
    .join(' ')}"/>`
}
${levels
  .filter(({ value }) => value >= scale.low && value <= scale.high)
  .map(
    ({ value, kind }) =>
      html`<path class="${kind}" d="M${LEFT} ${y(value)}H${right}"/><text class="${kind}Text" x="${kind === 'limit' ? right : LEFT + 3}" y="${y(value) - 3}" text-anchor="${kind === 'limit' ? 'end' : 'start'}">${formatNumber(value)}</text>`,
  )}
</svg>`
}

/** A limit far from everything that was measured would press the line flat; the table tells it. */
function levelsToShow(levels: DayChart['levels'], values: number[]): number[] {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const reach = Math.max(most - least, Math.abs(most) * 0.5, Math.abs(least) * 0.5)
  return levels.map(({ value }) => value).filter((value) => value <= most + 2 * reach && value >= least - 2 * reach)
}

type Place = (value: number) => number

function rangeOf(points: DayChart['points'], x: (day: string) => number, y: Place, step: number): Html[] {
  return points.flatMap(({ day, low, high }) =>
    low === undefined || high === undefined
      ? []
      : [
          html`<rect class="range" x="${round(x(day) - step * 0.3)}" y="${y(high)}" width="${round(step * 0.6)}" height="${round(Math.max(0.8, y(low) - y(high)))}"/>`,
        ],
  )
}

/** Neighbouring days are joined; a day without data breaks the line. */
function linesOf(
  points: DayChart['points'],
  place: ReadonlyMap<string, number>,
  x: (day: string) => number,
  y: Place,
): Html[] {
  const runs: DayChart['points'][] = []
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (before !== undefined && place.get(point.day) === (place.get(before.day) ?? 0) + 1) runs.at(-1)?.push(point)
    else runs.push([point])
  }
  return runs.map((run) => {
    const [first] = run
    return run.length === 1 && first !== undefined
      ? html`<circle class="dot" cx="${x(first.day)}" cy="${y(first.value)}" r="1.8"/>`
      : html`<polyline class="line" points="${run.map(({ day, value }) => `${x(day)},${y(value)}`).join(' ')}"/>`
  })
}
