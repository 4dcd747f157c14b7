import type { ReportPeak } from '../../../core/conservation-report.ts'
import type { LimitCurve } from '../../../core/hour-history.ts'
import { formatNumber } from '../../../dashboards/web/words/numbers.ts'
import { type Html, html } from '../../printed/html.ts'
import { round } from '../../printed/value-scale.ts'

export interface PeakChart {
  peaks: ReportPeak[]
  curve: LimitCurve
  warningShare: number
  unit: string
  title: string
  words: { limit: string; warning: string; frequency: string; unknown: string }
}

const WIDTH = 760
const HEIGHT = 330
const LEFT = 56
const RIGHT = 64
const TOP = 20
const BOTTOM = 38
const X_TICKS = [1, 2, 5, 10, 20, 50, 100, 200]
const SHAPES = ['circle', 'square', 'triangle'] as const

/** Peaks over frequency against a limit curve, both axes logarithmic. Peaks whose frequency is not known stand at the right. */
export function peakChart({ peaks, curve, warningShare, unit, title, words }: PeakChart): Html {
  const known = peaks.flatMap(({ over }) => (over !== null && over > 0 ? [over] : []))
  const [from, to] = [Math.min(1, ...known), Math.max(100, ...known) * 1.05]
  const limits = curve.map(([, limit]) => limit)
  const values = peaks.map(({ value }) => value)
  const [low, high] = [decadeBelow(Math.min(...limits, ...values)), Math.max(...limits, ...values) * 1.5]
  const x = (hz: number) => round(LEFT + (Math.log(hz / from) / Math.log(to / from)) * (WIDTH - LEFT - RIGHT))
  const y = (value: number) => round(TOP + (1 - Math.log(value / low) / Math.log(high / low)) * (HEIGHT - TOP - BOTTOM))
  const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT]
  const metrics = [...new Set(peaks.map(({ metric }) => metric))].sort()
  return html`<svg class="chart peaks" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${yTicks(low, high).map(
  (tick) =>
    html`<path class="grid" d="M${LEFT} ${y(tick)}H${right}"/><text class="axis" x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
)}
${X_TICKS.filter((hz) => hz >= from && hz <= to).map(
  (hz) =>
    html`<path class="grid" d="M${x(hz)} ${TOP}V${bottom}"/><text class="axis" x="${x(hz)}" y="${bottom + 16}" text-anchor="middle">${hz}</text>`,
)}
<text class="axis" x="2" y="${TOP - 7}">${unit}</text><text class="axis" x="${right}" y="${HEIGHT - 6}" text-anchor="end">${words.frequency}, Hz</text>
<path class="frame" d="M${LEFT} ${TOP}V${bottom}H${right}"/>
${peaks.map((peak) => mark(peak.over !== null && peak.over > 0 ? x(peak.over) : right + 30, y(Math.max(low, peak.value)), { shape: SHAPES[metrics.indexOf(peak.metric) % SHAPES.length] ?? 'circle', isOver: peak.share > 1, isWarned: peak.share > warningShare }))}
${peaks.some(({ over }) => over === null) && html`<text class="axis" x="${right + 30}" y="${bottom + 16}" text-anchor="middle">${words.unknown}</text>`}
<polyline class="warning" points="${curvePoints(curve, from, to, warningShare)
    .map(([hz, limit]) => `${x(hz)},${y(limit)}`)
    .join(' ')}"/>
<polyline class="limit" points="${curvePoints(curve, from, to, 1)
    .map(([hz, limit]) => `${x(hz)},${y(limit)}`)
    .join(' ')}"/>
<text class="limitText" x="${LEFT + 6}" y="${y(limits[0] ?? high) - 6}">${words.limit}</text>
<text class="warningText" x="${LEFT + 6}" y="${y((limits[0] ?? high) * warningShare) + 14}">${words.warning}</text>
</svg>`
}

export function shapeOf(metric: string, peaks: ReportPeak[]): string {
  const metrics = [...new Set(peaks.map((peak) => peak.metric))].sort()
  return { circle: '●', square: '■', triangle: '▲' }[SHAPES[metrics.indexOf(metric) % SHAPES.length] ?? 'circle']
}

/** Linear between its corners, so that on logarithmic axes it needs points in between. */
function curvePoints(curve: LimitCurve, from: number, to: number, share: number): [number, number][] {
  const points: [number, number][] = []
  const first = curve[0]
  const last = curve.at(-1)
  if (first === undefined || last === undefined) return points
  points.push([from, first[1] * share])
  for (const [index, [x1, y1]] of curve.entries()) {
    const [x0, y0] = curve[index - 1] ?? [x1, y1]
    for (let part = 1; part <= 8; part++)
      points.push([x0 + ((x1 - x0) * part) / 8, (y0 + ((y1 - y0) * part) / 8) * share])
  }
  points.push([to, last[1] * share])
  return points.filter(([x]) => x >= from && x <= to)
}

function mark(
  x: number,
  y: number,
  { shape, isOver, isWarned }: { shape: (typeof SHAPES)[number]; isOver: boolean; isWarned: boolean },
): Html {
  const kind = isOver ? 'peak over' : isWarned ? 'peak near' : 'peak'
  const size = isWarned ? 3.6 : 2.4
  if (shape === 'circle') return html`<circle class="${kind}" cx="${x}" cy="${y}" r="${size}"/>`
  if (shape === 'square')
    return html`<rect class="${kind}" x="${round(x - size)}" y="${round(y - size)}" width="${2 * size}" height="${2 * size}"/>`
  return html`<path class="${kind}" d="M${x} ${round(y - size * 1.2)}L${round(x + size * 1.1)} ${round(y + size)}H${round(x - size * 1.1)}Z"/>`
}

function decadeBelow(value: number): number {
  return 10 ** Math.floor(Math.log10(Math.max(value, 1e-3) * 0.9))
}

function yTicks(low: number, high: number): number[] {
  const ticks: number[] = []
  for (let decade = low; decade <= high; decade *= 10)
    for (const times of [1, 2, 5]) if (decade * times <= high) ticks.push(Number((decade * times).toPrecision(6)))
  return ticks
}
