import type { EventLog } from '../alerts/event-log.ts'
import { createFloodWatch, type FloodOptions, type FloodSnapshot } from '../alerts/flood.ts'
import { createStatistics, type StatisticsSnapshot } from '../alerts/statistics.ts'
import type { Alert } from '../core/alert.ts'
import type { AlertStatistics } from '../core/alert-statistics.ts'
import type { Clock } from '../core/clock.ts'
import type { FloodState } from '../core/flood.ts'
import type { Journal } from '../core/journal.ts'
import { type AlertEvent, type FloodEvent, isAlertEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../core/ledger-record.ts'
import type { Measurement } from '../core/measurement.ts'
import { SEVERITIES } from '../core/severity.ts'
import type { LedgerWriter } from './ledger.ts'

const TICK_MS = 1_000
const FOLD_BATCH = 2_000

/** How much the alerts ask of people, folded from what the ledger holds; floods are written into it. */
export interface AlertLoad {
  /** Takes over one committed event; those that it knows change nothing. */
  onEvent(event: AlertEvent, seq: number): void
  floods(): FloodState
  statistics(): AlertStatistics
  measurements(): Measurement[]
  snapshot(): AlertLoadSnapshot
  start(): void
  stop(): void
}

export interface AlertLoadSnapshot {
  format: 1
  /** Last ledger position that is folded into it. */
  seq: number
  flood: FloodSnapshot
  statistics: StatisticsSnapshot
}

interface Ports extends Pick<FloodOptions, 'limits' | 'causeOf'> {
  ledger: Journal
  writer: LedgerWriter
  events: EventLog
  open(): Alert[]
  clock: Clock
  snapshot: AlertLoadSnapshot | undefined
}

/** Folds what the ledger holds beyond the snapshot, and writes what was decided and not durable before a crash. */
export async function openAlertLoad(ports: Ports): Promise<AlertLoad> {
  const { ledger, writer, events, open, clock, snapshot } = ports
  const flood = createFloodWatch({ ...ports, snapshot: snapshot?.flood })
  const counts = createStatistics(snapshot?.statistics)
  let seq = snapshot?.seq ?? 0
  let timer: NodeJS.Timeout | undefined

  function observe(entry: LedgerEntry, at: number): FloodEvent[] {
    if (at <= seq) return []
    seq = at
    if (isAlertEvent(entry) && entry.alert.test) return []
    counts.observe(entry)
    return flood.observe(entry)
  }

  function write(decided: FloodEvent[]): void {
    for (const event of decided)
      writer.write(event, (at) => {
        events.offer(at, event)
        write(observe(event, at))
      })
  }

  for (;;) {
    const entries = await ledger.read(seq, FOLD_BATCH)
    if (entries.length === 0) break
    for (const { seq: at, bytes } of entries) observe(decodeLedgerRecord(bytes).entry, at)
  }
  write(flood.unwritten())

  const floods = () => flood.state(clock.nowMs())
  const statistics = () => counts.at(clock.nowMs(), { open: open(), floods: floods() })
  return {
    onEvent: (event, at) => write(observe(event, at)),
    floods,
    statistics,
    measurements: () => measureLoad(statistics(), floods(), counts.raisedEver()),
    snapshot: () => ({ format: 1, seq, flood: flood.snapshot(), statistics: counts.snapshot() }),
    start() {
      timer ??= setInterval(() => write(flood.advance(clock.nowMs())), TICK_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}

function measureLoad(
  { per10Min, chattering, stale, floodShare, topSourcesShare }: AlertStatistics,
  { flood, newInWindow }: FloodState,
  raised: Record<string, number>,
): Measurement[] {
  const gauges: [name: string, help: string, value: number][] = [
    ['alert_flood', '1 while more alerts come than a person can follow', flood === null ? 0 : 1],
    ['alert_flood_alerts', 'alerts of the flood that is on', flood?.alerts ?? 0],
    ['alerts_new_10m', 'alerts raised in the last ten minutes', newInWindow],
    ['alerts_new_10m_mean', 'alerts raised per ten minutes, mean of the last day', per10Min.mean],
    ['alerts_new_10m_max', 'alerts raised per ten minutes, worst of the last day', per10Min.max],
    ['alert_flood_time_ratio', 'part of the last day that was flood', floodShare],
    ['alerts_chattering', 'rules and subjects raised three times in a minute in the last day', chattering.count],
    ['alerts_stale', 'alerts active for more than a day', stale.count],
    ['alert_top_sources_ratio', 'part of the ten largest sources in all that was raised in a day', topSourcesShare],
  ]
  return [
    ...gauges.map(([name, help, value]): Measurement => ({ kind: 'gauge', name: `huying_${name}`, help, value })),
    ...SEVERITIES.map(
      (severity): Measurement => ({
        kind: 'counter',
        name: 'huying_alerts_raised_total',
        help: 'alerts raised since counting began',
        value: raised[severity] ?? 0,
        labels: { severity },
      }),
    ),
  ]
}
