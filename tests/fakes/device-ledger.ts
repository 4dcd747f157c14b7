import { createLedgerWriter } from '../../app/ledger.ts'
import type { Journal } from '../../core/journal.ts'
import { silentLog } from '../../core/log.ts'
import type { DeviceLedger } from '../../ingest/registry.ts'

/** A new ledger as the registry writes to it. */
export function deviceLedger(ledger: Journal): DeviceLedger {
  return createLedgerWriter({ ledger, log: silentLog })
}
