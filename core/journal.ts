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
   * Appends a copy of one entry, text as UTF-8, and returns its position, from 1 without gaps. `onCommitted` is called once, never
   * before `append` has returned: null when the entry is synced to disk, in order of position; an error when it was
   * given up (`journal_failed`, `stopped`). All that is pending is then given up together, and its positions are given
   * to later entries: a position means nothing until it is committed.
   * Returns 0 when the entry gets no position, and calls back with the reason: `overloaded` or `journal_full` (the bound
   * on what may wait is reached), `journal_failed`, `too_large`, `stopped`. Until it has called back it takes no other
   * entry, so a sender that puts refused entries back in its own queue keeps their order.
   */
  append(entry: Buffer | string, onCommitted: (error: AppError | null) => void): number
  /**
   * Durable entries after `afterSeq`, oldest first, at most `limit`, served from the files. Starts with the first that
   * is left when the wanted ones were released. Throws `journal_corrupt` rather than leave out an entry.
   */
  read(afterSeq: number, limit: number): Promise<JournalEntry[]>
  /** Whole segments before `seq` may be deleted from now on. Positions go on all the same. */
  release(seq: number): Promise<void>
  status(): JournalStatus
  /** Called after each commit with the last durable position. Returns a function that stops it. */
  onCommit(listener: (committedSeq: number) => void): () => void
  /** Writes what is pending, then closes. Twice is fine. */
  close(): Promise<void>
}
