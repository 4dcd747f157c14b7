import { alertEventId, toAlertEventView } from '../core/alert-view.ts'
import { AppError } from '../core/errors.ts'
import type { Journal } from '../core/journal.ts'
import { type AlertEvent, isAlertEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../core/ledger-record.ts'

/** One durable ledger entry as subscribers get it. */
export interface LoggedEvent {
  /** Position in the ledger; as text it is the cursor. */
  seq: number
  /** When it was decided. */
  atMs: number
  /** What filters look at; null for entries that are not dispatched (devices). */
  event: AlertEvent | null
  /** The whole wire message `{"type":"event",…}` in UTF-8, made once and shared by all subscribers; null likewise. */
  message: Buffer | null
}

/** The ledger for many readers: each has only a position, the last entries are in memory, older ones in the files. */
export interface EventLog {
  /** Id of the ledger; cursors of another one mean nothing. */
  readonly ledgerId: string
  /** Position before the oldest entry that is still stored. */
  readonly earliest: number
  /** Last durable position. */
  readonly latest: number
  /**
   * Durable entries after `afterSeq` without gaps, oldest first, at most `limit`; empty only at the end. Answers at once
   * when the ring has them, else reads the files. Rejects with what the ledger threw, or `journal_corrupt`.
   */
  read(afterSeq: number, limit: number): LoggedEvent[] | Promise<LoggedEvent[]>
  /**
   * Tells the log what is about to become durable at `seq`, so that it need not be read back. Call it in the entry's
   * own commit callback. Not needed for correctness: what was not offered is read from the files.
   */
  offer(seq: number, entry: LedgerEntry): void
  /** Called after each commit. Returns a function that stops it. */
  onAdvance(listener: () => void): () => void
}

interface EventLogOptions {
  ledger: Journal
  /** Entries kept in memory, some 1.5 kB each. */
  ring?: number
}

export function createEventLog({ ledger, ring: size = 2000 }: EventLogOptions): EventLog {
  const ring: (LoggedEvent | undefined)[] = new Array(size).fill(undefined)

  function inRing(seq: number): LoggedEvent | undefined {
    const logged = ring[seq % size]
    return logged?.seq === seq ? logged : undefined
  }

  function readRing(afterSeq: number, limit: number): LoggedEvent[] {
    const found: LoggedEvent[] = []
    const last = Math.min(ledger.status().committedSeq, afterSeq + limit)
    for (let seq = afterSeq + 1; seq <= last; seq++) {
      const logged = inRing(seq)
      if (!logged) break
      found.push(logged)
    }
    return found
  }

  /** What was read back near the end goes into the ring, so that several readers read it once. */
  async function readFiles(afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    const entries = await ledger.read(afterSeq, limit)
    const found = entries.map(({ seq, bytes }) => inRing(seq) ?? toLogged(ledger.id, seq, parseEntry(seq, bytes)))
    const { committedSeq } = ledger.status()
    for (const logged of found) if (logged.seq > committedSeq - size) ring[logged.seq % size] = logged
    return found
  }

  return {
    ledgerId: ledger.id,
    get earliest() {
      return Math.max(0, ledger.status().firstSeq - 1)
    },
    get latest() {
      return ledger.status().committedSeq
    },
    read(afterSeq, limit) {
      if (afterSeq >= ledger.status().committedSeq) return []
      const found = readRing(afterSeq, limit)
      return found.length > 0 ? found : readFiles(afterSeq, limit)
    },
    offer(seq, entry) {
      ring[seq % size] = toLogged(ledger.id, seq, entry)
    },
    onAdvance: (listener) => ledger.onCommit(() => listener()),
  }
}

function toLogged(ledgerId: string, seq: number, entry: LedgerEntry): LoggedEvent {
  const { atMs } = entry
  if (!isAlertEvent(entry)) return { seq, atMs, event: null, message: null }
  const event = toAlertEventView(entry, alertEventId(ledgerId, seq))
  return { seq, atMs, event: entry, message: toOwnBytes(JSON.stringify({ type: 'event', cursor: String(seq), event })) }
}

/**
 * Not from the pool that Node cuts small buffers from: each message would keep the 8 KiB it was cut from, 10 MB for a
 * full ring of 2.
 */
function toOwnBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

function parseEntry(seq: number, bytes: Buffer): LedgerEntry {
  try {
    return decodeLedgerRecord(bytes).entry
  } catch (cause) {
    throw new AppError('journal_corrupt', 'a ledger entry is not JSON', { seq }, { cause })
  }
}
