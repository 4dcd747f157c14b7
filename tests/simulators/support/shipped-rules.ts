import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { assetPath } from '../../../core/source-path.ts'

/** As much of a shipped rule as is needed to say whether a series trips it; a second reading of the YAML, kept simple. */
export interface ShippedRule {
  id: string
  category: string
  kind: string
  where?: { type?: string | string[]; metric?: string }
  above?: number
  below?: number
  outside?: [number, number]
  severities?: Record<string, number | [number, number]>
  onDelay?: string
  per?: string
  window?: string
  direction?: string
  labels?: Record<string, string>
  standard?: string
  item?: string
  row?: string | { default: string | number }
  over?: string
  types?: string | string[]
  count?: number
  only?: { attribute: string; is: string; default?: string }[]
}

interface Pack {
  tables: { items: Record<string, { limit: string; values: Record<string, number | [number, number][]> }> }[]
}

export interface Point {
  atMs: number
  value: number
}

export function loadShippedRules(): ShippedRule[] {
  const folder = assetPath('detectors/rules/shipped')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => (parse(readFileSync(`${folder}/${name}`, 'utf8')) as { rules: ShippedRule[] }).rules)
}

/** The simulated sensors have no attributes. */
export function appliesTo(rule: ShippedRule, type: string, metric: string): boolean {
  const { where, only = [] } = rule
  if (where?.metric !== metric || only.some(({ is, default: otherwise }) => otherwise !== is)) return false
  return where.type === undefined || [where.type].flat().includes(type)
}

/** First time at which the rule fires on a series in order of time, or null. `over` is what a curve of limits runs over. */
export function firesAtMs(rule: ShippedRule, series: Point[], over: Point[] = []): number | null {
  const onDelayMs = toMs(rule.onDelay)
  const isBeyond = testOf(rule, series, over)
  let sinceMs: number | null = null
  for (const [i, point] of series.entries()) {
    if (!isBeyond(point, i)) sinceMs = null
    else sinceMs ??= point.atMs
    if (sinceMs !== null && point.atMs - sinceMs >= onDelayMs) return point.atMs
  }
  return null
}

function testOf(rule: ShippedRule, series: Point[], over: Point[]): (point: Point, index: number) => boolean {
  if (rule.kind === 'rate') return rateTest(rule, series)
  return rule.kind === 'standard' ? standardTest(rule, over) : limitTest(rule)
}

/** The row by default, and the mildest share of its limit. */
function standardTest(rule: ShippedRule, over: Point[]): (point: Point) => boolean {
  const pack = parse(readFileSync(assetPath(`detectors/standards/${rule.standard}.yaml`), 'utf8')) as Pack
  const item = pack.tables.map(({ items }) => items[rule.item!]).find((found) => found !== undefined)!
  const value = item.values[typeof rule.row === 'object' ? rule.row.default : rule.row!]!
  const share = Math.min(...Object.values(rule.severities ?? { any: 1 }).map(Number))
  const limitAt = (atMs: number) => {
    if (typeof value === 'number') return value
    return heightOf(value, over.find((point) => point.atMs === atMs)?.value ?? 0)
  }
  return ({ atMs, value: measured }) => {
    const limit = limitAt(atMs)
    return item.limit === 'max' ? measured > limit * share : measured < limit / share
  }
}

function heightOf(corners: [number, number][], x: number): number {
  const before = corners.filter(([cornerX]) => cornerX <= x).at(-1)
  const after = corners.find(([cornerX]) => cornerX > x)
  if (before === undefined || after === undefined) return (before ?? after)![1]
  return before[1] + ((after[1] - before[1]) * (x - before[0])) / (after[0] - before[0])
}

/** The mildest limit counts. */
function limitTest({ above, below, outside, severities }: ShippedRule): (point: Point) => boolean {
  if (above !== undefined) return ({ value }) => value > above
  if (below !== undefined) return ({ value }) => value < below
  const range = outside ?? Object.values(severities ?? {}).find((limit) => Array.isArray(limit))
  if (range !== undefined) return ({ value }) => value < range[0]! || value > range[1]!
  const limits = Object.values(severities ?? {}).map(Number)
  const [first = 0, last = first] = [limits[0], limits.at(-1)]
  return ({ value }) => (last >= first ? value > first : value < first)
}

function rateTest(rule: ShippedRule, series: Point[]): (point: Point, index: number) => boolean {
  const windowMs = toMs(rule.window)
  let from = 0
  return ({ atMs, value }, index) => {
    while (from + 1 < index && series[from + 1]!.atMs <= atMs - windowMs) from++
    const old = series[from]!
    if (atMs - old.atMs < windowMs) return false
    const change = ((value - old.value) / (atMs - old.atMs)) * toMs(rule.per)
    return (rule.direction === 'rising' ? change : Math.abs(change)) > rule.above!
  }
}

export function toMs(duration = '0s'): number {
  const [, number, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(duration) ?? []
  return Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 'ms']
}
