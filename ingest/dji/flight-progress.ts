import { FLIGHT_ID, type FlightTold } from '../../core/patrol.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { isObject } from '../codecs/decoded.ts'
import { shortText, toNumber } from './dji-envelope.ts'

/** One `flighttask_progress`, read. */
export interface FlightProgress {
  flightId: string
  state: 'waiting' | 'flying' | 'ended'
  /** How it ended. */
  status?: 'ok' | 'partially_done' | 'failed' | 'canceled'
  percent?: number
  waypoint?: number
  mediaCount?: number
}

/** What was told of a flight so far. */
export interface ToldOfFlight {
  began: boolean
  ended: boolean
  percent: number
  waypoint: number
  mediaCount: number
  byHand: boolean
}

export const NOTHING_TOLD: ToldOfFlight = {
  began: false,
  ended: false,
  percent: -1,
  waypoint: -1,
  mediaCount: -1,
  byHand: false,
}

const STATES: Record<string, Pick<FlightProgress, 'state' | 'status'>> = {
  sent: { state: 'waiting' },
  in_progress: { state: 'flying' },
  paused: { state: 'flying' },
  rejected: { state: 'ended', status: 'failed' },
  failed: { state: 'ended', status: 'failed' },
  timeout: { state: 'ended', status: 'failed' },
  canceled: { state: 'ended', status: 'canceled' },
  partially_done: { state: 'ended', status: 'partially_done' },
  ok: { state: 'ended', status: 'ok' },
}
/** A dock reports every second or so; steps below this are not told. */
const PERCENT_STEP = 5

/** Reads the `data` of an event; the flight is named by its id, else by the business id of the order that started it. */
export function readFlightProgress(data: Record<string, unknown>, bid: string): FlightProgress | Refusal {
  const { output } = data
  if (!isObject(output)) return refuse('bad_payload', 'data.output: expected an object')
  const { status, progress = {}, ext = {} } = output
  const known = typeof status === 'string' && Object.hasOwn(STATES, status) ? STATES[status] : undefined
  if (known === undefined)
    return refuse('bad_payload', `data.output.status: expected one of ${Object.keys(STATES).join(', ')}`)
  if (!isObject(progress) || !isObject(ext)) return refuse('bad_payload', 'data.output: progress and ext are objects')
  const flightId = shortText(ext.flight_id) ?? bid
  if (!FLIGHT_ID.test(flightId)) return refuse('bad_payload', 'data.output.ext.flight_id: expected a flight id')
  const percent = whole(progress.percent, 100)
  const waypoint = whole(ext.current_waypoint_index, 100_000)
  const mediaCount = whole(ext.media_count, 1_000_000)
  return {
    flightId,
    ...known,
    ...(percent !== undefined && { percent }),
    ...(waypoint !== undefined && { waypoint }),
    ...(mediaCount !== undefined && { mediaCount }),
  }
}

/** What is new in a report, so that one flight is some tens of journal entries and not thousands. Pure. */
export function flightNewsOf(before: ToldOfFlight, now: FlightProgress): { after: ToldOfFlight; told: FlightTold[] } {
  const after = { ...before }
  const told: FlightTold[] = []
  const { state, status, percent, waypoint, mediaCount } = now
  if (state !== 'waiting' && !before.began) {
    after.began = true
    told.push({ what: 'began' })
  }
  const isStep = percent !== undefined && Math.abs(percent - before.percent) >= PERCENT_STEP
  if (state === 'flying' && (isStep || (waypoint !== undefined && waypoint !== before.waypoint))) {
    after.percent = percent ?? before.percent
    after.waypoint = waypoint ?? before.waypoint
    told.push({
      what: 'progress',
      ...(percent !== undefined && { percent }),
      ...(waypoint !== undefined && { waypoint }),
    })
  }
  if (mediaCount !== undefined && mediaCount !== before.mediaCount) {
    after.mediaCount = mediaCount
    told.push({ what: 'media_count', expected: mediaCount })
  }
  if (status !== undefined && !before.ended) {
    after.ended = true
    told.push({ what: 'ended', status })
  }
  return { after, told }
}

/** A whole number from 0 to `most`, or nothing. */
function whole(value: unknown, most: number): number | undefined {
  const number = toNumber(value)
  return number !== undefined && number >= 0 && number <= most ? Math.round(number) : undefined
}
