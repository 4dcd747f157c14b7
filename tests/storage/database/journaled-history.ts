import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Alert } from '../../../core/alert.ts'
import { encodeArrival } from '../../../core/intake-entry.ts'
import type { Journal } from '../../../core/journal.ts'
import type { AlertEvent, LedgerEntry } from '../../../core/ledger-entry.ts'
import { type Log, silentLog } from '../../../core/log.ts'
import type { Arrival, Sample } from '../../../core/observation.ts'
import { type HistoryHandle, type HistoryOptions, openHistory } from '../../../storage/database/open-history.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'

/** Two real journals in a folder, and a database that follows them, as `app` puts them together. */
export interface JournaledHistory {
  readonly history: HistoryHandle
  intake: Journal
  ledger: Journal
  /** Appends one entry and tells the database; resolves with its position when it is durable. */
  arrive(arrival: Arrival, arrivalMs?: number): Promise<number>
  /** Bytes as they are, for entries that no code of ours would write. */
  arriveRaw(bytes: Buffer): Promise<number>
  decide(entry: LedgerEntry): Promise<number>
  /** Until the database has stored all that was appended. */
  drained(): Promise<void>
  /** Closes and opens the database with the same journals. */
  reopen(previous: HistoryOptions['previous'], change?: Partial<HistoryOptions>): Promise<void>
  close(): Promise<void>
}

export async function openJournaledHistory(
  folder: string,
  options: Pick<HistoryOptions, 'engine'> & Partial<HistoryOptions>,
): Promise<JournaledHistory> {
  const intakeDir = join(folder, 'intake')
  const ledgerDir = join(folder, 'ledger')
  const log: Log = options.log ?? silentLog
  const intake = await openJournal({ dir: intakeDir, log })
  const ledger = await openJournal({ dir: ledgerDir, log })
  const fixed = { intakeDir, intakeId: intake.id, ledgerDir, ledgerId: ledger.id, previous: 'none' as const, log }
  let history = await openHistory({ ...fixed, ...options })

  function append(journal: Journal, name: 'intake' | 'ledger', entry: Buffer | string): Promise<number> {
    return new Promise((resolve, reject) => {
      const seq = journal.append(entry, (error) => {
        if (error !== null) return reject(error)
        history.committed(name, seq)
        resolve(seq)
      })
    })
  }

  return {
    get history() {
      return history
    },
    intake,
    ledger,
    arrive: (arrival, arrivalMs = ARRIVAL_MS) => append(intake, 'intake', encodeArrival(arrival, arrivalMs)),
    arriveRaw: (bytes) => append(intake, 'intake', bytes),
    decide: (entry) => append(ledger, 'ledger', Buffer.from(JSON.stringify(entry))),
    async drained() {
      await history.whenDrained('intake', intake.status().committedSeq)
      await history.whenDrained('ledger', ledger.status().committedSeq)
    },
    async reopen(previous, change = {}) {
      await history.close()
      history = await openHistory({ ...fixed, ...options, previous, ...change })
      history.committed('intake', intake.status().committedSeq)
      history.committed('ledger', ledger.status().committedSeq)
    },
    async close() {
      await history.close()
      await intake.close()
      await ledger.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** 2026-03-01T00:00:00Z */
export const ARRIVAL_MS = Date.UTC(2026, 2, 1)

export function readings(deviceId: string, samples: Sample[]): Arrival {
  return { kind: 'readings', deviceId, messageSeq: null, samples }
}

export function alertAt(id: string, version: number, change: Partial<Alert> = {}): Alert {
  return {
    id,
    rule: 'smoke-high',
    ruleTitle: { zh: '烟雾', en: 'Smoke' },
    category: 'fire',
    severity: 'major',
    state: 'active',
    acknowledged: false,
    subject: { device: 'smoke-1', metric: 'smoke_dbm' },
    raisedAtMs: ARRIVAL_MS,
    lastAtMs: ARRIVAL_MS,
    occurrences: version,
    reason: { code: 'above', value: 0.2, limit: 0.1 },
    evidence: [],
    version,
    lastOrder: { seq: version, clockMs: ARRIVAL_MS },
    ...change,
  }
}

export function alertEvent(type: AlertEvent['type'], alert: Alert, atMs = ARRIVAL_MS): AlertEvent {
  return { type, atMs, alert }
}
