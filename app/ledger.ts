import type { AppError } from '../core/errors.ts'
import type { Journal } from '../core/journal.ts'
import type { LedgerEntry } from '../core/ledger-entry.ts'
import type { Log } from '../core/log.ts'

/** Writes decisions into the ledger, in order, and keeps trying while the disk has no room. */
export interface LedgerWriter {
  /** `onCommitted` gets the entry's position once it is durable. Order of calls is order in the ledger. */
  write(entry: LedgerEntry, onCommitted?: (seq: number) => void): void
  /** Entries decided and not yet durable. */
  readonly backlog: number
  /** Resolves with the last position once everything written before the call is durable. */
  settled(): Promise<number>
}

interface Item {
  text: string
  onCommitted: ((seq: number) => void) | undefined
}

const RETRY_MS = 500

export function createLedgerWriter(ledger: Journal, log: Log): LedgerWriter {
  const waiting: Item[] = []
  const settling: { written: number; resolve: (seq: number) => void }[] = []
  let written = 0
  let committed = 0
  let lastSeq = ledger.status().committedSeq
  /** How many of `waiting` came back from the journal; they stay in front, in order. */
  let returned = 0
  let retry: NodeJS.Timeout | undefined

  function flush(): void {
    retry = undefined
    returned = 0
    while (waiting.length > 0 && retry === undefined) hand(waiting.shift() as Item)
  }

  function hand(item: Item): void {
    const seq = ledger.append(item.text, (error) => (error ? putBack(item, error) : finish(item, seq)))
  }

  function finish(item: Item, seq: number): void {
    committed++
    lastSeq = seq
    item.onCommitted?.(seq)
    while (settling[0] && settling[0].written <= committed) settling.shift()?.resolve(seq)
  }

  function putBack(item: Item, err: AppError): void {
    if (err.code === 'stopped') return
    if (returned === 0) log.warn({ err }, 'ledger takes no entries, trying again')
    waiting.splice(returned++, 0, item)
    retry ??= setTimeout(flush, RETRY_MS)
  }

  return {
    write(entry, onCommitted) {
      written++
      const item = { text: JSON.stringify(entry), onCommitted }
      if (retry) waiting.push(item)
      else hand(item)
    },
    get backlog() {
      return written - committed
    },
    settled() {
      if (written === committed) return Promise.resolve(lastSeq)
      return new Promise((resolve) => settling.push({ written, resolve }))
    },
  }
}
