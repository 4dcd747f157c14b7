import type { AppError } from './errors.ts'

/** One stored entry. */
export interface JournalEntry {
  seq: number
  bytes: Buffer
}

/** What the journal says of itself, for metrics and readiness. */
export interface JournalStatus {
  /** First position still on disk, 1 when nothing was ever dropped. */
  firstSeq: number
  /** Last position that is durable, 0 when empty. */
  committedSeq: number
  /** Entries appended and not yet durable. */
  pendingEntries: number
  bytesOnDisk: number
  /** `full` while the disk has no room (appends wait and are retried), `failed` after an I/O error. */
  state: 'open' | 'full' | 'failed' | 'closed'
}

/** An append-only log. Position is given at once, durability is told by the callback, in order. */
export interface Journal {
  /** Random id made when the folder was first used: positions of another journal mean nothing. */
  readonly id: string
  /**
   * Appends one entry and returns its position. `onCommitted` is called once, in order of position, after the entry is
   * synced to disk (null) or was given up (`journal_full`, `journal_failed`, `stopped`: nothing of it is stored).
   */
  append(bytes: Buffer, onCommitted: (error: AppError | null) => void): number
  /** Durable entries after `afterSeq`, oldest first, at most `limit`. Served from the files. */
  read(afterSeq: number, limit: number): Promise<JournalEntry[]>
  /** Whole segments before `seq` may be deleted from now on. */
  release(seq: number): Promise<void>
  status(): JournalStatus
  /** Called after each commit with the last durable position. Returns a function that stops it. */
  onCommit(listener: (committedSeq: number) => void): () => void
  close(): Promise<void>
}
