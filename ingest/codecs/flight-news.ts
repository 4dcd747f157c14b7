import type { FlightNews } from '../../core/observation.ts'
import { FLIGHT_ID, type FlightTold } from '../../core/patrol.ts'
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts'
import { toDeviceTimeMs } from '../device-time.ts'
import { isObject } from './decoded.ts'

const ENDS = ['ok', 'partially_done', 'failed', 'canceled'] as const
/** The fields of each word, besides `what` and `at`. */
const FIELDS: Record<string, readonly string[]> = {
  began: ['plan'],
  ended: ['status'],
  progress: ['percent', 'waypoint'],
  media_count: ['expected', 'uploaded'],
  by_hand: [],
}
const TEXT_CHARS = 128

/**
 * What an API client says of a flight: `{what, at?, …}` with the fields of `FlightTold`; promises and deliveries of media
 * are told by those who promise and fetch. `at` defaults to the arrival.
 */
export function decodeFlightNews(
  { deviceId, flightId, body }: { deviceId: string; flightId: string; body: unknown },
  { arrivalMs, futureMs }: { arrivalMs: number; futureMs: number },
): FlightNews | Refusal {
  if (!FLIGHT_ID.test(flightId)) return refuse('bad_payload', `flight id: must match ${FLIGHT_ID.source}`)
  if (!isObject(body)) return refuse('bad_payload', 'expected an object {what, …}')
  const { what, at, ...fields } = body
  const known = typeof what === 'string' && Object.hasOwn(FIELDS, what) ? FIELDS[what] : undefined
  if (known === undefined) return refuse('bad_payload', `what: expected one of ${Object.keys(FIELDS).join(', ')}`)
  const stranger = Object.keys(fields).find((key) => !known.includes(key))
  if (stranger !== undefined) return refuse('bad_payload', `${JSON.stringify(stranger.slice(0, 40))}: unknown field`)
  const fault = findFault(what as string, fields)
  if (fault) return refuse('bad_payload', fault)
  const atMs = at === undefined ? arrivalMs : toDeviceTimeMs(at, arrivalMs, futureMs, 'at')
  if (typeof atMs === 'object' && isRefusal(atMs)) return atMs
  return { kind: 'flight', deviceId, flightId, atMs, told: { what, ...fields } as FlightTold }
}

function findFault(what: string, fields: Record<string, unknown>): string | null {
  const { plan, status, percent, waypoint, expected, uploaded } = fields
  if (plan !== undefined && !(typeof plan === 'string' && plan !== '' && plan.length <= TEXT_CHARS))
    return 'plan: expected the id of a plan'
  if (what === 'ended' && !ENDS.includes(status as (typeof ENDS)[number]))
    return `status: expected one of ${ENDS.join(', ')}`
  if (percent !== undefined && !(typeof percent === 'number' && percent >= 0 && percent <= 100))
    return 'percent: expected 0 to 100'
  for (const [field, value] of Object.entries({ waypoint, expected, uploaded }))
    if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0))
      return `${field}: expected a whole number from 0`
  return null
}
