import type { Arrival } from './observation.ts'
import type { Page } from './page.ts'

/**
 * The time that history is told by: when things arrived, or when they were measured, as if each had come at once. They
 * differ for what came late or was filled in afterwards.
 */
export type ToldBy = 'arrival' | 'measured'

/** What came from `fromMs` (inclusive) to `toMs` (exclusive), at most `limit` at once. */
export interface ArrivalQuery {
  by: ToldBy
  fromMs: number
  toMs: number
  limit: number
  /** Only of these devices (of records: sources). */
  devices?: string[]
  /** As given back with the page before. */
  cursor?: string
}

/** Readings as columns of equal length: a page of them crosses between threads as a few buffers. */
export interface ArrivedReadings {
  /** Devices and metrics; the columns hold their index. */
  names: string[]
  device: Uint32Array
  metric: Uint32Array
  atMs: Float64Array
  value: Float64Array
  /** -1 where the device sends none. */
  messageSeq: Float64Array
  /** By `measured` it is the time of measuring. */
  arrivalMs: Float64Array
  /** Absent on the last page. */
  nextCursor?: string
}

/** An arrival with its time. */
export type Arrived = Arrival & { arrivalMs: number }

/** The database as a replay sees it: all that came, in order. Every call may throw `database_unavailable`. */
export interface ArrivalHistory {
  /** What came together is in order of device, metric and time. */
  arrivedReadings(query: ArrivalQuery): Promise<ArrivedReadings>
  /** Analyses of frames (as if they had come with the frame), records and statuses. */
  arrivedOthers(query: ArrivalQuery): Promise<Page<Arrived>>
}
