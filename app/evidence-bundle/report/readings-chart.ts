import type { ReadingRow } from '../../../core/history.ts'
import { formatNumber } from '../../../dashboards/web/words/numbers.ts'
import { createTimes } from '../../../dashboards/web/words/times.ts'
import { type Html, html } from '../../printed/html.ts'
import { round, valueScale } from '../../printed/value-scale.ts'

/** What a chart shows: one metric over time, its limit, and when the alert stood. */
export interface ChartContent {
  rows: Pick<ReadingRow, 'atMs' | 'value'>[]
  fromMs: number
  toMs: number
  raisedAtMs: number
  clearedAtMs?: number
  limit?: number
  unit: string
  timeZone: string
  title: string
}

const WIDTH = 760
const HEIGHT = 260
const LEFT = 64
const RIGHT = 16
const TOP = 18
const BOTTOM = 30
/** Of a line; a reading more or less at the same place is not seen. */
const COLUMNS = WIDTH - LEFT - RIGHT
/** So many times the usual distance without a reading is a gap. */
const GAP_TIMES = 8
const TIME_STEPS_MS = [1, 2, 5, 10, 20, 30, 60, 120, 240, 360, 720, 1440].map((minutes) => minutes * 60_000)

/** An SVG that needs nothing from elsewhere; colours come from the page. */
export function readingsChart(content: ChartContent): Html {
  const { rows, fromMs, toMs, raisedAtMs, clearedAtMs, limit, unit, title } = content
  const x = (atMs: number) => round(LEFT + ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * COLUMNS)
  const scale = valueScale([...rows.map(({ value }) => value), ...(limit === undefined ? [] : [limit])])
  const y = (value: number) =>
    round(TOP + (1 - (value - scale.low) / (scale.high - scale.low)) * (HEIGHT - TOP - BOTTOM))
  const bottom = HEIGHT - BOTTOM
  const right = WIDTH - RIGHT
  const endX = x(Math.min(toMs, clearedAtMs ?? toMs))
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<rect class="active" x="${x(raisedAtMs)}" y="${TOP}" width="${Math.max(1, round(endX - x(raisedAtMs)))}" height="${bottom - TOP}"/>
${scale.ticks.map(
  (tick) =>
    html`<path class="grid" d="M${LEFT} ${y(tick)}H${right}"/><text class="axis" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
)}
<text class="axis" x="4" y="${TOP - 5}">${unit}</text>
${timeTicks(content).map(
  ({ atMs, text }) =>
    html`<path class="tick" d="M${x(atMs)} ${bottom}v5"/><text class="axis" x="${x(atMs)}" y="${bottom + 19}" text-anchor="middle">${text}</text>`,
)}
<path class="frame" d="M${LEFT} ${TOP}V${bottom}H${right}"/>
${linesOf(rows, x, y)}
${limit !== undefined && html`<path class="limit" d="M${LEFT} ${y(limit)}H${right}"/><text class="limitText" x="${right}" y="${y(limit) - 5}" text-anchor="end">${`限值 limit ${formatNumber(limit)} ${unit}`.trim()}</text>`}
<path class="raised" d="M${x(raisedAtMs)} ${TOP}V${bottom}"/>
${clearedAtMs !== undefined && clearedAtMs <= toMs && html`<path class="cleared" d="M${x(clearedAtMs)} ${TOP}V${bottom}"/>`}
</svg>`
}

function linesOf(rows: ChartContent['rows'], x: (atMs: number) => number, y: (value: number) => number): Html[] {
  return withoutGaps(rows).map((run) => {
    const points = thinned(run, x).map(({ atMs, value }) => `${x(atMs)},${y(value)}`)
    const [only] = points
    if (points.length === 1 && only !== undefined) {
      const [cx = '', cy = ''] = only.split(',')
      return html`<circle class="dot" cx="${cx}" cy="${cy}" r="2"/>`
    }
    return html`<polyline class="line" points="${points.join(' ')}"/>`
  })
}

/** Runs of readings without a long silence in them. */
function withoutGaps(rows: ChartContent['rows']): ChartContent['rows'][] {
  const steps = rows.slice(1).map(({ atMs }, index) => atMs - (rows[index]?.atMs ?? atMs))
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
  const runs: ChartContent['rows'][] = []
  for (const [index, row] of rows.entries()) {
    const run = runs.at(-1)
    if (run === undefined || (steps[index - 1] ?? 0) > usual * GAP_TIMES) runs.push([row])
    else run.push(row)
  }
  return runs
}

/** Of many readings in one column the lowest and the highest, so that no peak is lost. */
function thinned(run: ChartContent['rows'], x: (atMs: number) => number): ChartContent['rows'] {
  if (run.length <= COLUMNS) return run
  const columns = new Map<number, { low: ChartContent['rows'][number]; high: ChartContent['rows'][number] }>()
  for (const row of run) {
    const at = Math.floor(x(row.atMs))
    const column = columns.get(at)
    if (column === undefined) columns.set(at, { low: row, high: row })
    else if (row.value < column.low.value) column.low = row
    else if (row.value > column.high.value) column.high = row
  }
  return [...columns.values()].flatMap(({ low, high }) =>
    low === high ? [low] : [low, high].sort((a, b) => a.atMs - b.atMs),
  )
}

function timeTicks({ fromMs, toMs, timeZone }: ChartContent): { atMs: number; text: string }[] {
  const days = TIME_STEPS_MS.at(-1) ?? 1
  const step = TIME_STEPS_MS.find((size) => (toMs - fromMs) / size <= 7) ?? Math.ceil((toMs - fromMs) / 7 / days) * days
  const times = createTimes('zh', timeZone)
  const ticks = []
  for (let atMs = Math.ceil(fromMs / step) * step; atMs <= toMs; atMs += step) {
    const [day = '', clock = ''] = times.full(atMs).split(' ')
    ticks.push({ atMs, text: step >= days ? day.slice(5) : clock.slice(0, 5) })
  }
  return ticks
}
