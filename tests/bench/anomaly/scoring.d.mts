/** What a hit, a false alarm and a missed window weigh. */
export interface Weights {
  hit: number
  falseAlarm: number
  miss: number
}

export interface SeriesScore {
  windows: number
  hits: number
  missed: number
  falseAlarms: number
  score: number
  /** Per window what its best alarm was worth, null where there was none. */
  rewards: (number | null)[]
}

export const STANDARD: Weights
export function scaledSigmoid(position: number): number
export function probationRows(rows: number): number
export function scoreSeries(
  series: { rows: number; windows: [number, number][] },
  alarms: number[],
  weights?: Weights,
): SeriesScore
export function normalise(score: number, windows: number, weights?: Weights): number | null
