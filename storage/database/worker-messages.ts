import type { ErrorCode } from '../../core/errors.ts'
import type { HistoryStatus } from '../../core/history.ts'
import type { LogName } from './drain.ts'
import type { QueryName } from './queries/answer-query.ts'

/** Where the database is and how to get to it. */
export type EngineSettings = { kind: 'pglite'; dir: string } | { kind: 'postgres'; url: string }

/** What the worker thread needs to know to begin. */
export interface ProjectionSettings {
  engine: EngineSettings
  intakeDir: string
  intakeId: string
  ledgerDir: string
  ledgerId: string
  /** Where PGlite's dump lies. */
  dumpDir: string
  dumpEveryMs: number
  rollUpEveryMs: number
  previous: 'clean' | 'killed' | 'power_cut' | 'none'
}

/** What the worker knows of itself, sent whenever it changed. */
export interface ProjectionState {
  engine: HistoryStatus['engine']
  ready: boolean
  reason?: string
  drained: Record<LogName, number>
  /** Up to here the journals are not needed any more. */
  safe: Record<LogName, number>
  quarantined: number
}

export type ToWorker =
  | ({ kind: 'committed'; isBusy: boolean } & Record<LogName, number>)
  | { kind: 'query'; id: number; name: QueryName; argument: unknown }
  | { kind: 'close' }

export type FromWorker =
  | { kind: 'beat' }
  | { kind: 'state'; state: ProjectionState }
  | { kind: 'answer'; id: number; result: unknown }
  | { kind: 'refusal'; id: number; code: ErrorCode; message: string; details: Record<string, unknown> }
  | { kind: 'log'; level: 'error' | 'warn' | 'info' | 'debug'; facts: object; message: string }
  /** The engine can't go on in this thread. `damaged`: its files must be made anew. The thread ends after this. */
  | { kind: 'failed'; damaged: boolean; reason: string }
  | { kind: 'closed' }
