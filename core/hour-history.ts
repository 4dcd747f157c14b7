/** Statistics of one metric of one device, hour by hour. Columns of equal length, oldest first; hours without readings are not there. */
export interface HourStatistics {
  metric: string
  /** Begin of the hour (of UTC), ms. */
  hourMs: number[]
  readings: number[]
  min: number[]
  max: number[]
  mean: number[]
}

export interface HourQuery {
  device: string
  metrics: string[]
  /** Inclusive; hours that begin then or later. */
  fromMs: number
  /** Exclusive. */
  toMs: number
}

/** A limit that runs over another metric: `[x, limit]`, linear between corners, level before the first and after the last. */
export type LimitCurve = [x: number, limit: number][]

export interface PeakQuery {
  device: string
  metric: string
  /** The metric of the same device and the same moment that the limit runs over. Where it was not measured the strictest limit holds. */
  over?: string
  limit: LimitCurve
  /** Only values from here on, of an upper limit. */
  least: number
  /** Inclusive. */
  fromMs: number
  /** Exclusive. */
  toMs: number
}

/** The reading of one hour that came nearest to its limit, or went farthest beyond. */
export interface Peak {
  hourMs: number
  atMs: number
  value: number
  /** Null where it was not measured at that moment. */
  over: number | null
  /** Value over limit. */
  share: number
}

/** Hours times metrics that one question may ask for. */
export const MAX_ASKED_HOURS = 50_000
/** Longest time that peaks are asked of at once, ms: each reading of it is looked at. */
export const MAX_PEAKS_MS = 40 * 86_400_000

/** What was measured, summed up by the database. Each may throw `database_unavailable`, and `bad_request` for more than the bounds above. */
export interface HourHistory {
  /** By metric. Cheap: hours that are over are kept summed up. */
  hours(query: HourQuery): Promise<HourStatistics[]>
  /** At most one an hour, oldest first. */
  peaks(query: PeakQuery): Promise<Peak[]>
}
