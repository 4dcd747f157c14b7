import type { Arrived, ArrivedReadings, ToldBy } from '../../core/arrival-history.ts'
import type { BacktestReport } from '../../core/backtest-report.ts'
import type { Device } from '../../core/device.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { RuleSpec } from '../../core/rule-change.ts'
import type { ArrivalStream } from '../../detectors/rules/backtest/merge-arrivals.ts'
import type { Times } from '../../detectors/rules/engine/restore-engine.ts'
import type { RuleFile } from '../../detectors/rules/files/parse-rules.ts'

/** A set of rules as text, so that it can cross to a thread: rules themselves hold functions. */
export interface RuleTexts {
  files: RuleFile[]
  /** Rules made over the API; they stand over those of the files. */
  own: RuleSpec[]
}

/** What the thread is started with. */
export interface BacktestSettings {
  rules: RuleTexts
  inForce: RuleTexts | null
  /** Both sets have the same places and calendars. */
  sameSurroundings: boolean
  devices: Device[]
  by: ToldBy
  judgedFromMs: number
  fromMs: number
  toMs: number
  times: Times
  timeZone: string
  /** GeoJSON of the river, to say where on it a sighting was. */
  worldFile?: string
}

/** A page that the thread asked for. */
export type ToBacktest =
  | { kind: 'readings'; page: ArrivedReadings }
  | { kind: 'others'; page: Arrived[]; isLast: boolean }

export type FromBacktest =
  | { kind: 'want'; stream: ArrivalStream }
  | { kind: 'report'; report: BacktestReport }
  | { kind: 'failed'; code: ErrorCode; message: string; details: Record<string, unknown> }
