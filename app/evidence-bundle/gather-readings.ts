import type { Alert } from '../../core/alert.ts'
import type { BundleRequest, LeftOut } from '../../core/bundle-desk.ts'
import type { History, ReadingQuery, ReadingRow } from '../../core/history.ts'
import { METRICS } from '../../core/metrics.ts'
import { toIso } from '../../dashboards/api/to-iso.ts'

/** What a device measured around an alert. */
export interface CaseReadings {
  alert: Alert
  device: string
  /** What the rule judged, where it is one metric. */
  metric?: string
  fromMs: number
  toMs: number
  rows: ReadingRow[]
  leftOut: LeftOut[]
}

export const BEFORE_S = 3_600
export const AFTER_S = 1_800
/** A longer alert is told by its first and last day. */
const DAY_MS = 24 * 3_600_000
const PAGE = 5_000
const MAX_OF_METRIC = 30_000
const MAX_OF_OTHERS = 20_000
const MAX_DEVICES = 4

/** Of each alert that is about a device; of several about the same metric of the same device, the first. */
export async function gatherReadings(
  alerts: Alert[],
  window: Pick<BundleRequest, 'beforeS' | 'afterS'>,
  ports: { history: Pick<History, 'readings'>; nowMs: number },
): Promise<CaseReadings[]> {
  const found: CaseReadings[] = []
  const once = new Map(
    alerts.map((alert) => [`${alert.subject.device}/${alert.subject.metric}`, alert] as const).reverse(),
  )
  for (const alert of [...once.values()].reverse().slice(0, MAX_DEVICES)) {
    const readings = await readingsAround(alert, window, ports)
    if (readings !== null) found.push(readings)
  }
  return found
}

async function readingsAround(
  alert: Alert,
  { beforeS = BEFORE_S, afterS = AFTER_S }: Pick<BundleRequest, 'beforeS' | 'afterS'>,
  { history, nowMs }: { history: Pick<History, 'readings'>; nowMs: number },
): Promise<CaseReadings | null> {
  const { device, metric } = alert.subject
  if (device === undefined) return null
  const fromMs = alert.raisedAtMs - beforeS * 1000
  const toMs = Math.max(fromMs, alert.clearedAtMs ?? Math.max(nowMs, alert.lastAtMs)) + afterS * 1000
  const leftOut: LeftOut[] = []
  const rows: ReadingRow[] = []
  for (const span of spansOf(fromMs, toMs, leftOut)) {
    if (metric !== undefined) {
      const judged = await readUpTo(MAX_OF_METRIC, { device, metric, ...span }, history)
      rows.push(...judged.rows)
      if (judged.isCut) leftOut.push(cutOf(`readings of ${metric}`, judged.rows))
    }
    const others = await readUpTo(MAX_OF_OTHERS, { device, ...span }, history)
    rows.push(...others.rows.filter((row) => row.metric !== metric))
    if (others.isCut) leftOut.push(cutOf('readings of other metrics', others.rows))
  }
  return { alert, device, ...(metric !== undefined && { metric }), fromMs, toMs, rows, leftOut }
}

function spansOf(fromMs: number, toMs: number, leftOut: LeftOut[]): Pick<ReadingQuery, 'fromMs' | 'toMs'>[] {
  if (toMs - fromMs <= 2 * DAY_MS) return [{ fromMs, toMs }]
  const gap = { fromMs: fromMs + DAY_MS, toMs: toMs - DAY_MS }
  leftOut.push({
    what: `readings from ${toIso(gap.fromMs)} to ${toIso(gap.toMs)}`,
    why: 'only the first and the last day',
  })
  return [
    { fromMs, toMs: gap.fromMs },
    { fromMs: gap.toMs, toMs },
  ]
}

async function readUpTo(
  most: number,
  query: Omit<ReadingQuery, 'limit' | 'cursor'>,
  history: Pick<History, 'readings'>,
): Promise<{ rows: ReadingRow[]; isCut: boolean }> {
  const rows: ReadingRow[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(PAGE, most - rows.length)
    const page = await history.readings({ ...query, limit, ...(cursor !== undefined && { cursor }) })
    rows.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined && rows.length < most)
  return { rows, isCut: cursor !== undefined }
}

function cutOf(what: string, rows: ReadingRow[]): LeftOut {
  const last = rows.at(-1)
  return { what: `${what}${last ? ` after ${last.metric} ${toIso(last.atMs)}` : ''}`, why: `more than ${rows.length}` }
}

/** RFC 4180, UTF-8 with a header line. What two alerts ask for is in it once. */
export function readingsCsv(readings: Pick<CaseReadings, 'rows'>[]): string {
  const lines = new Set(
    readings.flatMap(({ rows }) =>
      rows.map(({ device, metric, atMs, value, arrivalMs }) =>
        [device, metric, toIso(atMs), value, METRICS[metric]?.unit ?? '', toIso(arrivalMs)].map(cellOf).join(','),
      ),
    ),
  )
  return `${['device,metric,at,value,unit,arrived_at', ...lines].join('\r\n')}\r\n`
}

function cellOf(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
