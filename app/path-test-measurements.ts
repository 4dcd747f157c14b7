import type { PathState } from '../alerts/path-watch.ts'
import type { Measurement } from '../core/measurement.ts'

/** The watch over the path as numbers; the age is NaN until the first success. */
export function measurePathTest({ success, failed, silent, brokenSinceMs }: PathState, nowMs: number): Measurement[] {
  const gauge = (name: string, help: string, value: number): Measurement => ({
    ...{ kind: 'gauge', name: `huying_path_test_${name}`, help, value },
  })
  return [
    gauge(
      'last_success_age_seconds',
      'since a test alert was answered by all ways out',
      success ? (nowMs - success.atMs) / 1000 : Number.NaN,
    ),
    gauge(
      'round_trip_seconds',
      'from the reading of the last such test to the last answer',
      success ? success.roundTripMs / 1000 : Number.NaN,
    ),
    gauge('silent_ways', 'ways out that have not answered a test in time', Object.keys(silent).length),
    gauge('broken', '1 while test alerts do not reach the ledger', brokenSinceMs === null ? 0 : 1),
    {
      kind: 'counter',
      name: 'huying_path_test_failed_total',
      help: 'tests that somebody did not answer in time',
      value: failed,
    },
  ]
}
