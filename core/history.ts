import type { Alert } from './alert.ts'
import type { Detection, Pose } from './detection.ts'
import type { AlertEvent } from './ledger-entry.ts'
import type { FrameAnalysis, RecordEntry } from './observation.ts'
import type { Page } from './page.ts'
import type { QuietGate } from './quiet.ts'

export interface ReadingRow {
  device: string
  metric: string
  atMs: number
  value: number
  arrivalMs: number
}
export interface ReadingQuery {
  device?: string
  metric?: string
  /** Inclusive. */
  fromMs?: number
  /** Exclusive. */
  toMs?: number
  limit: number
  /** As given back with the page before. */
  cursor?: string
}
export interface AlertQuery {
  state?: 'active' | 'cleared'
  rule?: string
  device?: string
  /** Whose subject is this building. */
  building?: string
  /** Raised before this moment. */
  beforeMs?: number
  /** Active, or cleared at this moment or later. */
  standingFromMs?: number
  /** Those that are kept quiet or not, or those that one gate keeps quiet. */
  /** Only alerts that try the path; absent: all others. */
  test?: boolean
  quiet?: 'true' | 'false' | QuietGate
  limit: number
  cursor?: string
}
export interface LedgerQuery {
  /** Id of the ledger: the database may hold records of an earlier one. */
  ledger: string
  /** See `subjectsOf`: `alert:…`, `device:…`. */
  subject?: string
  /** `alert.raised`, or `alert.*` for all that begin so. */
  type?: string
  by?: string
  /** Inclusive. */
  fromMs?: number
  /** Exclusive. */
  toMs?: number
  /** Position before which it stands. */
  beforeSeq?: number
  limit: number
  cursor?: string
}
/** One record of the ledger as the database has it. */
export interface LedgerRow {
  seq: number
  /** Empty for a record that cannot be read. */
  type: string
  atMs: number | null
  by: string | null
  /** `recordHash`, hex. */
  leafHash: string
  /** As in the ledger's files. */
  bytes: Uint8Array
}
export interface FrameRow {
  frameId: string
  device: string
  atMs: number
  sha256: string
  widthPx: number
  heightPx: number
  pose: Pose
  state: 'queued' | 'analysed' | 'refused'
  reason?: string
  model?: string
  detections: Detection[]
  /** See `FrameAnalysis`. */
  people?: FrameAnalysis['people']
  annotatedSha256?: string
}
export interface HistoryStatus {
  engine: 'pglite' | 'postgres' | 'timescale'
  ready: boolean
  /** Why not, when not. */
  reason?: string
  /** Durable journal entries that the database has not stored yet. */
  intakeLag: number
  ledgerLag: number
}

/** The database as the rest sees it: a projection of the journals that can be asked. Every call may throw `database_unavailable`. */
export interface History {
  readings(query: ReadingQuery): Promise<Page<ReadingRow>>
  countReadings(query: ReadingQuery): Promise<number>
  alerts(query: AlertQuery): Promise<Page<Alert>>
  /** Every event of one alert, oldest first. */
  alertEvents(alertId: string): Promise<AlertEvent[]>
  /** Records of the ledger, newest first. */
  ledger(query: LedgerQuery): Promise<Page<LedgerRow>>
  /** Newest frames first. */
  frames(query: { device?: string; limit: number }): Promise<FrameRow[]>
  frame(frameId: string): Promise<FrameRow | null>
  records(query: { type?: string; limit: number }): Promise<RecordEntry[]>
  status(): HistoryStatus
}
