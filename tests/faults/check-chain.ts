import { NO_PREVIOUS, recordHash } from '../../core/ledger-record.ts'
import type { Testimony } from './testimony.ts'

/** Positions run from 1 without a gap, and every record names its place and the one before. */
export function checkChain({ ledger }: Testimony): string[] {
  let prev = NO_PREVIOUS
  let chained = false
  const faults: string[] = []
  for (const [index, { seq, bytes, says }] of ledger.records.entries()) {
    chained ||= says !== undefined
    if (seq !== index + 1) faults.push(`position ${seq} follows ${index}`)
    else if (chained && says === undefined) faults.push(`record ${seq} names nothing before it`)
    else if (says && says.seq !== seq) faults.push(`record ${seq} says that it is ${says.seq}`)
    else if (says && says.prev !== prev) faults.push(`record ${seq} does not name the one before it`)
    if (faults.length > 0) return faults.map((fault) => `ledger: ${fault}`)
    prev = recordHash(bytes).toString('hex')
  }
  return []
}
