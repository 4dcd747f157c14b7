import type { ToldBy } from './arrival-history.ts'
import type { BacktestReport } from './backtest-report.ts'
import type { ErrorCode } from './errors.ts'

/** Which rules to try on which part of history. */
export interface BacktestRequest {
  /** Text of a rule file. */
  rules: string
  /** True: these are all the rules; else they stand over those in force of the same id, and the others stay. */
  whole: boolean
  /** Whether to judge by the rules in force too and tell the difference. */
  compare: boolean
  /** The time that history is told by, also `fromMs` (inclusive) and `toMs` (exclusive). */
  by: ToldBy
  fromMs: number
  toMs: number
  /** Judged before `fromMs`, so that delays and windows are under way then. */
  warmUpMs: number
}

/** A back-test that runs or ran. */
export interface BacktestJob {
  id: string
  state: 'running' | 'done' | 'failed' | 'cancelled'
  by: ToldBy
  startedBy: string
  fromMs: number
  toMs: number
  startedAtMs: number
  endedAtMs?: number
  /** Readings judged so far. */
  readings: number
  /** 0 to 1. */
  done: number
  report?: BacktestReport
  error?: { code: ErrorCode; message: string }
}

/** Judges history by other rules, one back-test at a time. The last few are kept in memory. */
export interface BacktestDesk {
  /** Throws `rules_invalid` with every fault, `bad_request` for an impossible time, `conflict` while another one runs. */
  start(request: BacktestRequest, startedBy: string): BacktestJob
  /** Newest first. */
  list(): BacktestJob[]
  /** Throws `not_found`. */
  get(id: string): BacktestJob
  /** Ends a running one, which is then kept as cancelled; forgets one that is over. Throws `not_found`. */
  remove(id: string): void
}
