import type { ArrivalHistory } from '../../../core/arrival-history.ts'
import type { History } from '../../../core/history.ts'
import type { HourHistory } from '../../../core/hour-history.ts'
import type { Queryable } from '../engine.ts'
import { selectAlertEvents, selectAlerts } from './select-alerts.ts'
import { selectArrivedOthers, selectArrivedReadings } from './select-arrivals.ts'
import { selectFrame, selectFrames } from './select-frames.ts'
import { selectHours } from './select-hours.ts'
import { selectLedger } from './select-ledger.ts'
import { selectPeaks } from './select-peaks.ts'
import { countReadings, selectReadings } from './select-readings.ts'
import { selectRecords } from './select-records.ts'

/** What the database can be asked. */
export type Questions = Omit<History, 'status'> & ArrivalHistory & HourHistory

/** The questions by name, as they travel between threads. */
export const QUERIES = {
  readings: selectReadings,
  countReadings,
  hours: selectHours,
  peaks: selectPeaks,
  arrivedReadings: selectArrivedReadings,
  arrivedOthers: selectArrivedOthers,
  alerts: selectAlerts,
  alertEvents: selectAlertEvents,
  ledger: selectLedger,
  frames: selectFrames,
  frame: selectFrame,
  records: selectRecords,
} satisfies {
  [Name in keyof Questions]: (db: Queryable, argument: Parameters<Questions[Name]>[0]) => ReturnType<Questions[Name]>
}
export type QueryName = keyof typeof QUERIES
/** `argument` is what the caller gave to the function of that name. */
export function answerQuery(db: Queryable, name: QueryName, argument: unknown): Promise<unknown> {
  const select = QUERIES[name] as (db: Queryable, argument: unknown) => Promise<unknown>
  return select(db, argument)
}
