import { decodeObservation } from '../../core/intake-entry.ts'
import type { JournalEntry } from '../../core/journal.ts'
import type { DeviceStatus, Frame, FrameAnalysis, Observation, Readings, RecordEntry } from '../../core/observation.ts'
import { FAR_TABLE, isNear, type Month, monthOf } from './partitions.ts'

type Arrived<T> = T & { arrivalMs: number }

/** Readings of one table as columns of equal length. */
export interface ReadingColumns {
  device: string[]
  metric: string[]
  atMs: number[]
  value: number[]
  /** -1 where the device sends none. */
  messageSeq: number[]
  arrivalMs: number[]
}

/** Something of an entry that the database could not take. */
export interface BadEntry {
  entry: JournalEntry
  reason: string
}

/** Journal entries sorted by where they go. */
export interface IntakeBatch {
  /** Per partition (or `reading` itself where the engine splits): its readings. */
  readings: Map<string, ReadingColumns>
  months: Map<string, Month>
  frames: Arrived<Frame>[]
  analyses: Arrived<FrameAnalysis>[]
  records: Arrived<RecordEntry>[]
  statuses: Arrived<DeviceStatus>[]
  bad: BadEntry[]
}

/** PostgreSQL's timestamps begin in 4713 BC and JavaScript's dates end in 275760. */
const EARLIEST_MS = Date.UTC(-4000, 0)
const LATEST_MS = 8.64e15

/** `routed`: readings are sorted into month tables; otherwise all go to `reading`. */
export function collectIntake(entries: readonly JournalEntry[], routed: boolean): IntakeBatch {
  const batch: IntakeBatch = {
    readings: new Map(),
    months: new Map(),
    frames: [],
    analyses: [],
    records: [],
    statuses: [],
    bad: [],
  }
  const route = routed ? createRouter(batch) : () => columnsOf(batch, 'reading')
  for (const entry of entries) {
    try {
      const reason = addObservation(batch, decodeObservation(entry.seq, entry.bytes), route)
      if (reason !== null) batch.bad.push({ entry, reason })
    } catch (err) {
      batch.bad.push({ entry, reason: `not decodable: ${err instanceof Error ? err.message : 'unknown'}` })
    }
  }
  return batch
}

type Route = (atMs: number, arrivalMs: number) => ReadingColumns

/** Consecutive readings mostly belong to the same month: look it up only when it changes. */
function createRouter(batch: IntakeBatch): Route {
  let last: Month = { table: '', fromMs: 0, toMs: 0 }
  let lastColumns: ReadingColumns | null = null
  return (atMs, arrivalMs) => {
    if (lastColumns !== null && atMs >= last.fromMs && atMs < last.toMs) return lastColumns
    if (!isNear(atMs, arrivalMs)) return columnsOf(batch, FAR_TABLE)
    last = monthOf(atMs)
    batch.months.set(last.table, last)
    lastColumns = columnsOf(batch, last.table)
    return lastColumns
  }
}

function columnsOf(batch: IntakeBatch, table: string): ReadingColumns {
  let columns = batch.readings.get(table)
  if (columns === undefined) {
    columns = { device: [], metric: [], atMs: [], value: [], messageSeq: [], arrivalMs: [] }
    batch.readings.set(table, columns)
  }
  return columns
}

/** Why (a part of) it was left out, or null. */
function addObservation(batch: IntakeBatch, observation: Observation, route: Route): string | null {
  if (!isTime(observation.arrivalMs)) return 'arrivalMs is not a time'
  if (!isText(observation.deviceId)) return 'deviceId is not storable text'
  switch (observation.kind) {
    case 'readings':
      return addReadings(observation, route)
    case 'frame':
      batch.frames.push(observation)
      return null
    case 'analysis':
      batch.analyses.push(observation)
      return null
    case 'record':
      batch.records.push(observation)
      return null
    case 'status':
      batch.statuses.push(observation)
      return null
    case 'vibration':
      return addReadings({ ...observation, kind: 'readings', messageSeq: null }, route)
    // Flights and waveforms are answered from memory.
    case 'waveform':
    case 'flight':
      return null
    default:
      return `unknown kind ${String((observation as { kind?: unknown }).kind)}`
  }
}

function addReadings({ deviceId, messageSeq, arrivalMs, samples }: Arrived<Readings>, route: Route): string | null {
  let reason: string | null = null
  for (const [i, { metric, atMs, value }] of samples.entries()) {
    const fault = faultOf(metric, atMs, value)
    if (fault !== null) {
      reason ??= `sample ${i}: ${fault}`
      continue
    }
    const columns = route(atMs, arrivalMs)
    columns.device.push(deviceId)
    columns.metric.push(metric)
    columns.atMs.push(atMs)
    columns.value.push(value)
    columns.messageSeq.push(messageSeq ?? -1)
    columns.arrivalMs.push(arrivalMs)
  }
  return reason
}

function faultOf(metric: unknown, atMs: unknown, value: unknown): string | null {
  if (!isText(metric)) return 'metric is not storable text'
  if (!isTime(atMs)) return 'atMs is not a time'
  return typeof value === 'number' && Number.isFinite(value) ? null : 'value is not a finite number'
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= EARLIEST_MS && value <= LATEST_MS
}
