import type { AppError } from '../core/errors.ts'
import type { Journal } from '../core/journal.ts'
import type { LedgerEntry } from '../core/ledger-entry.ts'
import { encodeLedgerRecord, NO_PREVIOUS, recordHash, toWritable } from '../core/ledger-record.ts'
import type { Log } from '../core/log.ts'

/** The only one who appends to the ledger: it knows the next position and what stands before it. */
export interface LedgerWriter {
  /**
   * Writes a decision, and keeps trying while the disk has no room. `onCommitted` gets its position once it is durable, and the
   * entry as it was written: what JSON cannot say is mended. Order of calls is order in the ledger.
   */
  write<T extends LedgerEntry>(entry: T, onCommitted?: (seq: number, written: T) => void): void
  /**
   * Writes what is not decided before it is written: tried once. `onDone` gets the journal's error when it could not be stored,
   * else null and the entry as it was written.
   */
  append<T extends LedgerEntry>(entry: T, onDone: (error: AppError | null, written: T) => void): void
  /** Entries on their way and not yet durable. */
  readonly backlog: number
  /** Resolves with the last position once everything written before the call is durable. */
  settled(): Promise<number>
}

/** Position and hash of a record. */
interface Place {
  seq: number
  hash: string
}

interface Item {
  entry: LedgerEntry
  /** Place in the order of calls. */
  order: number
  onCommitted(seq: number, written: LedgerEntry): void
  onRefused(error: AppError): void
}

export interface LedgerWriterParts {
  ledger: Journal
  log: Log
  /** `recordHash` of the last record, hex; not needed for an empty ledger. */
  lastHash?: string
  /** Told of each record in the moment in which it is durable, in order, before anybody else. */
  onRecord?(seq: number, hash: Buffer): void
}

const RETRY_MS = 500

/** A writer that goes on behind the last record of the ledger. Throws `journal_corrupt` when that cannot be read. */
export async function openLedgerWriter(parts: Omit<LedgerWriterParts, 'lastHash'>): Promise<LedgerWriter> {
  const { committedSeq } = parts.ledger.status()
  const [last] = committedSeq > 0 ? await parts.ledger.read(committedSeq - 1, 1) : []
  return createLedgerWriter({ ...parts, ...(last && { lastHash: recordHash(last.bytes).toString('hex') }) })
}

export function createLedgerWriter({ ledger, log, lastHash, onRecord }: LedgerWriterParts): LedgerWriter {
  /** Refused for now, in order. */
  const waiting: Item[] = []
  /** Orders of what was written and is not durable, ascending. */
  const outstanding = new Set<number>()
  const settling: { order: number; resolve: (seq: number) => void }[] = []
  let calls = 0
  let durable: Place = { seq: ledger.status().committedSeq, hash: lastHash ?? NO_PREVIOUS }
  /** The last record that the journal took, durable or not. */
  let tail = durable
  let retry: NodeJS.Timeout | undefined
  let lastError: AppError | undefined

  function flush(): void {
    retry = undefined
    while (waiting.length > 0 && hand(waiting.shift() as Item));
  }

  /** False when the journal does not take it; its callback says why. */
  function hand(item: Item): boolean {
    const { text, entry } = encode(item.entry, tail)
    const hash = recordHash(text)
    const place = { seq: 0, hash: hash.toString('hex') }
    place.seq = ledger.append(text, (error) => {
      if (error) return refuse(item, place.seq > 0, error)
      durable = place
      onRecord?.(place.seq, hash)
      item.onCommitted(place.seq, entry)
    })
    if (place.seq === 0) return false
    // Only if somebody else appended: the record then says that it stands elsewhere, which everybody who verifies sees.
    if (place.seq !== tail.seq + 1)
      log.error({ expected: tail.seq + 1, seq: place.seq }, 'ledger record at another position')
    tail = place
    return true
  }

  /** All that was taken and is not durable is given up together, so what was taken after `durable` is void. */
  function refuse(item: Item, wasTaken: boolean, error: AppError): void {
    if (wasTaken) tail = durable
    item.onRefused(error)
  }

  function finish(order: number): void {
    outstanding.delete(order)
    const [oldest = Number.POSITIVE_INFINITY] = outstanding
    while (settling[0] && settling[0].order < oldest) settling.shift()?.resolve(durable.seq)
  }

  function giveUpOrWait(item: Item, error: AppError): void {
    if (error.code === 'stopped') return
    if (error.code === 'too_large') leaveOut(item, error)
    else wait(item, error)
  }

  function leaveOut({ order, entry }: Item, err: AppError): void {
    log.error({ err, type: entry.type }, 'ledger entry too large, left out')
    finish(order)
  }

  function wait(item: Item, error: AppError): void {
    if (retry === undefined) log.warn({ err: error }, 'ledger takes no entries, trying again')
    lastError = error
    putBack(item)
    retry ??= setTimeout(flush, RETRY_MS)
  }

  /** Refusals are told later than what is given up, so the end of the queue is not always the place. */
  function putBack(item: Item): void {
    const at = waiting.findIndex(({ order }) => order > item.order)
    waiting.splice(at < 0 ? waiting.length : at, 0, item)
  }

  return {
    write<T extends LedgerEntry>(entry: T, onCommitted?: (seq: number, written: T) => void) {
      const order = calls++
      outstanding.add(order)
      const item: Item = {
        ...{ entry, order },
        onCommitted(seq, written) {
          try {
            onCommitted?.(seq, written as T)
          } finally {
            finish(order)
          }
        },
        onRefused: (error) => giveUpOrWait(item, error),
      }
      if (retry) waiting.push(item)
      else hand(item)
    },
    append<T extends LedgerEntry>(entry: T, onDone: (error: AppError | null, written: T) => void) {
      const refused = retry && lastError
      // It must not overtake what waits.
      if (refused) return queueMicrotask(() => onDone(refused, entry))
      const onCommitted = (_seq: number, written: LedgerEntry) => onDone(null, written as T)
      hand({ entry, order: calls++, onCommitted, onRefused: (error) => onDone(error, entry) })
    },
    get backlog() {
      return outstanding.size
    },
    settled() {
      if (outstanding.size === 0) return Promise.resolve(durable.seq)
      return new Promise((resolve) => settling.push({ order: calls - 1, resolve }))
    },
  }
}

function encode(entry: LedgerEntry, { seq, hash }: Place): { text: string; entry: LedgerEntry } {
  try {
    return { text: encodeLedgerRecord(entry, seq + 1, hash), entry }
  } catch {
    const mended = toWritable(entry)
    return { text: encodeLedgerRecord(mended, seq + 1, hash), entry: mended }
  }
}
