import type { AlertCommandType } from '../../core/alert-command.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'

/** What those outside saw and did, kept by them and not by the service. The checks hold it against what the service wrote down. */
export interface Testimony {
  ledger: WrittenLedger
  /** Position up to which everybody must have everything. */
  untilSeq: number
  subscribers: SubscriberRecord[]
  commands: CommandRecord[]
  conditions: ConditionRecord[]
}

/** The ledger as its files have it after the run. */
export interface WrittenLedger {
  id: string
  /** Positions from 1. */
  records: WrittenRecord[]
}
export interface WrittenRecord {
  seq: number
  bytes: Buffer
  /** What the record says of itself. */
  says?: { seq: number; prev: string }
  entry: LedgerEntry
}

/** One subscriber over all its connections. */
export interface SubscriberRecord {
  name: string
  /** In words of its own, not those of the service's filter. */
  wants(entry: LedgerEntry): boolean
  connections: ConnectionRecord[]
  /** In the order in which they came. */
  deliveries: Delivery[]
}
export interface ConnectionRecord {
  /** Where the service said that it starts. */
  after: number
  /** Where it was asked to start. Absent: where the name last acknowledged. */
  asked?: number
  /** The highest position acknowledged under the name before. */
  acknowledged: number
}
export interface Delivery {
  /** Index of the connection that brought it. */
  connection: number
  cursor: number
  id: string
  /** `contentOf` the event. */
  content: string
}

/** A person's command, with all its repetitions. */
export interface CommandRecord {
  key: string
  type: AlertCommandType
  alertId: string
  /** `ok`, or the code of the error; nothing for a request that broke. */
  answers: string[]
}

/** One device and metric: what it said, in the order in which it was acknowledged. */
export interface ConditionRecord {
  rule: string
  device: string
  metric: string
  high: boolean[]
}
