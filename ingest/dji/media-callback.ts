import type { Pose } from '../../core/detection.ts'
import { FLIGHT_ID, type MediaPromise } from '../../core/patrol.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { isObject } from '../codecs/decoded.ts'
import { checkTimeMs } from '../device-time.ts'
import { parseZonedTime } from '../zoned-time.ts'
import { shortText, toNumber } from './dji-envelope.ts'

/** One file that a dock or Pilot says to have uploaded. */
export interface MediaCallback {
  promise: MediaPromise
  /** A video, a log or a raw picture is none; it is counted and not fetched. */
  isPicture: boolean
  flightId?: string
  /** Serial of the drone, where it is said (Pilot). */
  sn?: string
  uploaded?: number
  expected?: number
}

export interface CallbackContext {
  /** IANA zone of a clock that writes none. */
  zone: string
  arrivalMs: number
  futureMs: number
}

const KEY_CHARS = 512
const PICTURE_NAME = /\.jpe?g$/i

/** The `data` of a `file_upload_callback` (MQTT): the file under `file`, the flight's counts beside it. */
export function readDockCallback(data: Record<string, unknown>, context: CallbackContext): MediaCallback | Refusal {
  if (!isObject(data.file)) return refuse('bad_payload', 'data.file: expected an object')
  const callback = readFile(data.file, 'data.file.', context)
  if ('refused' in callback) return callback
  const counts = isObject(data.flight_task) ? data.flight_task : {}
  const uploaded = toCount(counts.uploaded_file_count)
  const expected = toCount(counts.expected_file_count)
  return { ...callback, ...(uploaded !== undefined && { uploaded }), ...(expected !== undefined && { expected }) }
}

/** The body of `upload-callback` (HTTPS, Pilot 2): the file itself. A `result` other than 0 says that nothing was uploaded. */
export function readPilotCallback(body: unknown, context: CallbackContext): MediaCallback | Refusal {
  if (!isObject(body)) return refuse('bad_payload', 'expected a JSON object')
  if (body.result !== undefined && toNumber(body.result) !== 0)
    return refuse('bad_payload', 'result: not 0, so nothing was uploaded')
  return readFile(body, '', context)
}

function readFile(file: Record<string, unknown>, path: string, context: CallbackContext): MediaCallback | Refusal {
  const { object_key: object, ext: given, metadata } = file
  if (typeof object !== 'string' || object.trim() === '' || object.length > KEY_CHARS || hasControl(object))
    return refuse('bad_payload', `${path}object_key: expected a text of at most ${KEY_CHARS} characters`)
  const ext = isObject(given) ? given : {}
  const name = shortText(file.name) ?? object.split('/').at(-1)
  const flightId = shortText(ext.flight_id)
  const sn = shortText(ext.sn)
  const fingerprint = shortText(file.fingerprint)
  const takenMs = isObject(metadata) ? takenMsOf(metadata, context) : undefined
  const pose = isObject(metadata) ? poseOf(metadata) : {}
  return {
    promise: {
      object,
      ...(name !== undefined && { name }),
      ...(takenMs !== undefined && { takenMs }),
      ...(Object.keys(pose).length > 0 && { pose }),
      ...(fingerprint !== undefined && { fingerprint }),
    },
    isPicture: PICTURE_NAME.test(object) || PICTURE_NAME.test(name ?? ''),
    ...(flightId !== undefined && FLIGHT_ID.test(flightId) && { flightId }),
    ...(sn !== undefined && { sn }),
  }
}

/** MQTT says `create_time`, HTTPS `created_time`; with or without a zone, as a text or as ms. */
function takenMsOf(metadata: Record<string, unknown>, context: CallbackContext): number | undefined {
  const said = metadata.create_time ?? metadata.created_time
  const atMs = typeof said === 'string' ? (parseZonedTime(said, context.zone) ?? toNumber(said)) : toNumber(said)
  const checked = atMs === undefined ? null : checkTimeMs(atMs, context.arrivalMs, context.futureMs, 'create_time')
  return typeof checked === 'number' ? checked : undefined
}

/** There is no pitch: a media callback never says it. */
function poseOf(metadata: Record<string, unknown>): Pose {
  const place = isObject(metadata.shoot_position) ? metadata.shoot_position : {}
  const [lat, lon] = [toNumber(place.lat), toNumber(place.lng)]
  const isPlace = lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  const numbers = {
    relativeAltitudeM: toNumber(metadata.relative_altitude),
    absoluteAltitudeM: toNumber(metadata.absolute_altitude),
    gimbalYawDeg: toNumber(metadata.gimbal_yaw_degree),
  }
  const known = Object.entries(numbers).filter(([, value]) => value !== undefined)
  return { ...(isPlace && (lat !== 0 || lon !== 0) && { position: { lat, lon } }), ...Object.fromEntries(known) }
}

function toCount(value: unknown): number | undefined {
  const number = toNumber(value)
  return number !== undefined && number >= 0 && number <= 1_000_000 ? Math.round(number) : undefined
}

function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text)
}
