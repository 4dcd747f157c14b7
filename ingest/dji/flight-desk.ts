import type { FlightNews } from '../../core/observation.ts'
import { type FlightProgress, flightNewsOf, NOTHING_TOLD, type ToldOfFlight } from './flight-progress.ts'
import type { MediaCallback } from './media-callback.ts'
import { BY_HAND_MODES } from './osd-metrics.ts'

/** What was told of the flights of each drone, so that only news is journaled. After a restart some of it is told once more. */
export interface FlightDesk {
  progress(drone: string, progress: FlightProgress, atMs: number): FlightNews[]
  media(drone: string, callback: MediaCallback, atMs: number): FlightNews[]
  /** The drone flies in this mode (`mode_code`). */
  mode(drone: string, code: number, atMs: number): FlightNews[]
}

/** Flights whose reports are compared with the last one; of older ones a repeat is told again. */
const MAX_FLIGHTS = 1_000

export function createFlightDesk(): FlightDesk {
  const flights = new Map<string, ToldOfFlight>()
  /** By drone: the flight that goes on. */
  const current = new Map<string, string>()

  function toldOf(key: string): ToldOfFlight {
    return flights.get(key) ?? NOTHING_TOLD
  }

  function remember(key: string, told: ToldOfFlight): void {
    flights.delete(key)
    flights.set(key, told)
    if (flights.size > MAX_FLIGHTS) flights.delete(flights.keys().next().value as string)
  }

  return {
    progress(drone, progress, atMs) {
      const { flightId } = progress
      const key = `${drone} ${flightId}`
      const { after, told } = flightNewsOf(toldOf(key), progress)
      remember(key, after)
      if (after.ended) current.delete(drone)
      else if (after.began) current.set(drone, flightId)
      return told.map((one) => ({ kind: 'flight', deviceId: drone, flightId, atMs, told: one }))
    },
    media(drone, callback, atMs) {
      const { promise, isPicture, uploaded, expected } = callback
      const flightId = callback.flightId ?? current.get(drone) ?? unnamedFlight(drone, promise.takenMs ?? atMs)
      const news = { kind: 'flight', deviceId: drone, flightId, atMs } as const
      const counts = { ...(expected !== undefined && { expected }), ...(uploaded !== undefined && { uploaded }) }
      return [
        ...(isPicture ? [{ ...news, told: { what: 'media_promised' as const, ...promise } }] : []),
        ...(Object.keys(counts).length > 0 ? [{ ...news, told: { what: 'media_count' as const, ...counts } }] : []),
      ]
    },
    mode(drone, code, atMs) {
      const flightId = current.get(drone)
      const key = `${drone} ${flightId}`
      if (flightId === undefined || !BY_HAND_MODES.has(code) || toldOf(key).byHand) return []
      remember(key, { ...toldOf(key), byHand: true })
      return [{ kind: 'flight', deviceId: drone, flightId, atMs, told: { what: 'by_hand' } }]
    },
  }
}

/** Pictures of a take-off that nobody named belong to the drone's day (UTC). */
function unnamedFlight(drone: string, atMs: number): string {
  return `${drone}-${new Date(atMs).toISOString().slice(0, 10)}`
}
