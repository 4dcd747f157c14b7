import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Theme } from '../shell/preferences.ts'
import { formatQuantity } from '../words/numbers.ts'
import type { Series } from './to-series.ts'

export interface ChartLimit {
  value: number
  word: string
  /** Where one is warned of it, or (absent) the limit itself. */
  isWarning?: boolean
}

/** Something that happened at one moment. */
export interface ChartMark {
  atS: number
  /** Stands at the foot of its line. */
  word?: string
}

interface ReadingChartProps {
  series: Series
  limits: ChartLimit[]
  marks: ChartMark[]
  unit: string
  label: string
  theme: Theme
  timeZone: string
  /** What is shown, seconds; all of the series unless said. */
  span?: [fromS: number, toS: number]
}

const HEIGHT_PX = 170
/** Labels of limits that lie closer than this stand side by side. */
const LABEL_PX = 14
const DAY_S = 86_400
/** Days and months for ticks that lie so far apart; from ticks a minute apart on, hours and minutes; closer ones also need seconds. */
const TIME_TICKS: uPlot.Axis.Values = [
  [28 * DAY_S, '{YYYY}-{MM}', null, null, null, null, null, null, 1],
  [DAY_S, '{MM}-{DD}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
  [0.001, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
]

/** One curve with its limit lines, what happened meanwhile, and gaps where there was nothing. */
export function ReadingChart(props: ReadingChartProps) {
  const { series, limits, marks, unit, label, theme, timeZone, span } = props
  const [fromS, toS] = span ?? []
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours come from the theme's style sheet
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const options = chartOptions(element.clientWidth, { series, limits, marks, unit, timeZone, ...(span && { span }) })
    const { atS, values, band } = series
    const plot = new uPlot(options, band ? [atS, values, band.low, band.high] : [atS, values], element)
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [series, limits, marks, unit, theme, timeZone, fromS, toS])
  return <div ref={box} className="chart" role="img" aria-label={label} />
}

type Shown = Pick<ReadingChartProps, 'series' | 'limits' | 'marks' | 'unit' | 'timeZone' | 'span'>

function chartOptions(width: number, { series, limits, marks, unit, timeZone, span }: Shown): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: styleOf('--fg3'),
    font: `11px ${styleOf('--f')}`,
    grid: { stroke: styleOf('--line'), width: 0.5 },
    ticks: { show: false },
  }
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    tzDate: (atS) => uPlot.tzDate(new Date(atS * 1000), timeZone),
    axes: [
      { ...axis, size: 26, space: 70, values: TIME_TICKS },
      { ...axis, size: 46 },
    ],
    series: [{}, { stroke: styleOf('--acc'), width: 1.6, ...HIDDEN_POINTS }, ...(series.band ? [EDGE, EDGE] : [])],
    ...(series.band && { bands: [{ series: [3, 2], fill: `${styleOf('--acc')}38` }] }),
    scales: {
      ...(span && { x: { range: () => span } }),
      y: { range: (_plot, low, high) => rangeWith(low, high, limits) },
    },
    hooks: { draw: [(plot) => drawMarks(plot, limits, marks, unit)] },
  }
}

const HIDDEN_POINTS: uPlot.Series = { spanGaps: false, points: { show: false } }
/** Least and greatest values bound an area, and have no line of their own. */
const EDGE: uPlot.Series = { ...HIDDEN_POINTS, width: 0 }

/** Curve and limits with some air; the curve alone when it is all one value. */
function rangeWith(low: number, high: number, limits: ChartLimit[]): [number, number] {
  const values = limits.map(({ value }) => value)
  const bottom = Math.min(low ?? 0, ...values)
  const top = Math.max(high ?? 1, ...values)
  const air = (top - bottom || Math.abs(top) || 1) * 0.14
  return [bottom >= 0 ? Math.max(0, bottom - air) : bottom - air, top + air]
}

function drawMarks(plot: uPlot, limits: ChartLimit[], marks: ChartMark[], unit: string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.lineWidth = 1.4 * ratio
  ctx.font = `${11 * ratio}px ${styleOf('--f')}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'bottom'
  ctx.lineJoin = 'round'
  let label = { endX: 0, y: Number.NaN }
  for (const { value, word, isWarning } of limits.toSorted((one, other) => one.value - other.value)) {
    const y = plot.valToPos(value, 'y', true)
    drawLine(
      ctx,
      styleOf(isWarning ? '--warn' : '--limit'),
      isWarning ? [2 * ratio, 4 * ratio] : [6 * ratio, 4 * ratio],
      [bbox.left, y, bbox.left + bbox.width, y],
    )
    const text = `${word} ${formatQuantity(value, unit)}`
    const isOver = Math.abs(label.y - y) < LABEL_PX * ratio
    const x = (isOver ? label.endX : bbox.left) + 6 * ratio
    drawHaloed(ctx, text, x, y - 3 * ratio)
    label = { endX: x + ctx.measureText(text).width, y }
  }
  for (const { atS, word } of marks) {
    const x = plot.valToPos(atS, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    drawLine(ctx, styleOf('--fg3'), [2 * ratio, 3 * ratio], [x, bbox.top, x, bbox.top + bbox.height])
    if (word === undefined) continue
    const fits = x + ctx.measureText(word).width + 6 * ratio < bbox.left + bbox.width
    ctx.textAlign = fits ? 'left' : 'right'
    drawHaloed(ctx, word, x + (fits ? 4 : -4) * ratio, bbox.top + bbox.height - 3 * ratio)
  }
  ctx.restore()
}

type Line = [fromX: number, fromY: number, toX: number, toY: number]

function drawLine(ctx: CanvasRenderingContext2D, colour: string, dash: number[], line: Line): void {
  ctx.strokeStyle = colour
  ctx.setLineDash(dash)
  ctx.beginPath()
  ctx.moveTo(line[0], line[1])
  ctx.lineTo(line[2], line[3])
  ctx.stroke()
  ctx.setLineDash([])
}

/** Text with an edge in the colour of the card, so that no line runs through it. */
function drawHaloed(ctx: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  const width = ctx.lineWidth
  ctx.lineWidth = 4 * devicePixelRatio
  ctx.strokeStyle = styleOf('--s1')
  ctx.strokeText(text, x, y)
  ctx.fillStyle = styleOf('--fg2')
  ctx.fillText(text, x, y)
  ctx.lineWidth = width
}

function styleOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
