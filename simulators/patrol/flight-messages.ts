import { plannedPictures } from './patrol-flight.ts'
import type { Shift, ShiftFlight } from './shift.ts'

/** A word of the dock about a flight, on the DJI topic `events`. */
export interface FlightWord {
  atMs: number
  payload: Buffer
}

const PROGRESS_EVERY_MS = 20_000

/** What the dock says with `fromMs` ≤ time < `toMs`: `flighttask_progress` (DJI Cloud API v1.11.3) at the start, on the way, at the end. */
export function flightWords(shift: Shift, gateway: string, fromMs: number, toMs: number): FlightWord[] {
  return shift
    .flights(fromMs - 1, toMs)
    .flatMap((flight) => wordsOf(flight, gateway))
    .filter(({ atMs }) => fromMs <= atMs && atMs < toMs)
}

function wordsOf({ order, startMs, endMs }: ShiftFlight, gateway: string): FlightWord[] {
  const flightId = order.flightId
  const word = (atMs: number, status: string, percent: number): FlightWord => {
    const data = {
      output: {
        status,
        progress: { percent },
        ext: { flight_id: flightId, media_count: plannedPictures(order) },
      },
    }
    const envelope = { tid: `${flightId}-${percent}`, bid: flightId, timestamp: atMs, gateway }
    return { atMs, payload: Buffer.from(JSON.stringify({ ...envelope, method: 'flighttask_progress', data })) }
  }
  const steps = Math.floor((endMs - startMs) / PROGRESS_EVERY_MS)
  const onTheWay = Array.from({ length: steps }, (_, i) => {
    const atMs = startMs + i * PROGRESS_EVERY_MS
    return word(atMs, 'in_progress', Math.round((100 * (atMs - startMs)) / (endMs - startMs)))
  })
  return [...onTheWay, word(endMs, 'ok', 100)]
}
