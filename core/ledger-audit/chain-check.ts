import type { LedgerEntry } from '../ledger-entry.ts'
import { decodeLedgerRecord } from '../ledger-record.ts'
import type { LedgerFault } from './ledger-fault.ts'

/** Looks whether each record names its position and the hash of the one before. What follows the first fault tells what it is. */
export interface ChainCheck {
  /** Takes the next record as found; `hash` is its `recordHash`. */
  add(bytes: Buffer, hash: Buffer): void
  /** What is wrong, once all is in; `proven`: the records up to here are known to be right by other means. */
  fault(proven: number): LedgerFault | null
  /** Records before the first chained one, of earlier versions: only the tree covers them one by one. */
  readonly unchained: number
}

interface Found {
  seq: number | undefined
  prev: string | undefined
  /** False for bytes that are no record at all. */
  isRecord: boolean
  hash: string
}

interface Suspicion {
  at: number
  found: Found
  before: string
  next?: Found
  /** The record that belongs here stands behind. */
  isBehind: boolean
}

/** `prev`: hash of the record before the first one, hex; null when that is not known. */
export function createChainCheck(from: { seq: number; prev: string | null }): ChainCheck {
  let position = from.seq
  let prev = from.prev
  let isChained = false
  let unchained = 0
  let suspicion: Suspicion | null = null

  function isFine({ seq, prev: named, isRecord }: Found): boolean {
    if (!isRecord) return false
    if (seq === undefined) return !isChained
    return seq === position && (prev === null || named === prev)
  }

  function note(found: Found): void {
    if (found.seq === undefined) unchained++
    else isChained = true
    prev = found.hash
  }

  function observe(one: Suspicion, found: Found): void {
    one.next ??= found
    if (found.seq === one.at) one.isBehind = true
  }

  return {
    add(bytes, hash) {
      position++
      const found = parse(bytes, hash.toString('hex'))
      if (suspicion) observe(suspicion, found)
      else if (isFine(found)) note(found)
      else suspicion = { at: position, found, before: prev ?? '', isBehind: false }
    },
    fault: (proven) => suspicion && judge(suspicion, { proven, isChained }),
    get unchained() {
      return unchained
    },
  }
}

function parse(bytes: Buffer, hash: string): Found {
  try {
    const { seq, prev, entry } = decodeLedgerRecord(bytes)
    return { seq, prev, hash, isRecord: typeof (entry as Partial<LedgerEntry>).type === 'string' }
  } catch {
    return { seq: undefined, prev: undefined, hash, isRecord: false }
  }
}

function judge(one: Suspicion, { proven, isChained }: { proven: number; isChained: boolean }): LedgerFault {
  const { at, found, next, before } = one
  if (!found.isRecord) return { kind: 'edited', seq: at, detail: 'it is no record' }
  if (found.seq === undefined) return judgeUnchained(at, next)
  if (found.seq === at) return judgeBrokenLink(one, proven)
  if (found.seq > at) return judgeAhead(at, found.seq, { ...one, isChained })
  if (!isChained) return { kind: 'inserted', seq: 1, toSeq: at - 1, detail: 'more records than the next one says' }
  // Two say the same position: the one that the next record names is right.
  const isThisOne = found.seq === at - 1 && found.hash !== before && next?.prev === found.hash
  const seq = isThisOne ? at - 1 : at
  return { kind: 'inserted', seq, detail: `two records say that they are number ${found.seq}` }
}

function judgeUnchained(at: number, next: Found | undefined): LedgerFault {
  if (next?.seq === at) return { kind: 'inserted', seq: at, detail: 'a record without a chain between chained ones' }
  return { kind: 'edited', seq: at, detail: 'its place in the chain was taken out' }
}

/** Either the record before was edited, or this one says a wrong hash. The record after tells which, or a checkpoint. */
function judgeBrokenLink({ at, found, next }: Suspicion, proven: number): LedgerFault {
  const isThisOneRight = next === undefined || next.prev === found.hash
  if (!isThisOneRight || proven >= at - 1 || at === 1)
    return { kind: 'edited', seq: at, detail: 'it does not name the hash of the record before' }
  return { kind: 'edited', seq: at - 1, detail: 'the record after it names another hash' }
}

function judgeAhead(at: number, seq: number, { isBehind, isChained }: Suspicion & { isChained: boolean }): LedgerFault {
  if (isBehind) return { kind: 'reordered', seq: at, detail: `number ${seq} stands here, and number ${at} behind it` }
  const count = seq - at
  const detail = `${count === 1 ? 'one record is' : `${count} records are`} not there; number ${seq} follows`
  // Before the first chained record nothing says which of them.
  return { kind: 'missing', seq: isChained || at === 1 ? at : 1, ...(!isChained && at > 1 && { toSeq: at }), detail }
}
