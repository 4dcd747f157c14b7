import { isUtf8 } from 'node:buffer'
import type { Pose } from '../../core/detection.ts'
import type { Sample } from '../../core/observation.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { checkTimeMs } from '../device-time.ts'
import { isObject } from './decoded.ts'

/** One picture as the flight controller saw it being taken. */
export interface CameraCaptured {
  atMs: number
  /** Last part of `file_url`. */
  name?: string
  /** False: the camera says that it took none; where it was is still known. */
  isTaken: boolean
  pose: Pose
  /** The same pose as readings of the drone. */
  samples: Sample[]
}

/** int32 of MAVLink for what is not known. */
const UNKNOWN = new Set([2_147_483_647, -2_147_483_648])
const FIELDS = [
  ...['time_boot_ms', 'time_utc', 'camera_id', 'lat', 'lon', 'alt', 'relative_alt', 'q'],
  ...['image_index', 'capture_result', 'file_url'],
]
/** file_url is char[205]. */
const URL_CHARS = 205
const DEG = 180 / Math.PI

/**
 * CAMERA_IMAGE_CAPTURED (MAVLink common, 263) as JSON with the names and units of the message: `time_utc` µs (0 unknown:
 * the arrival), `lat` and `lon` 10⁻⁷ degrees, `alt` and `relative_alt` mm, `q` [w, x, y, z]. All but one of these may be
 * missing. Never throws; a field that cannot be what it says to be refuses the message.
 */
export function decodeCameraCaptured(payload: Buffer, arrivalMs: number, futureMs: number): CameraCaptured | Refusal {
  const message = isUtf8(payload) ? parseJson(payload) : undefined
  if (!isObject(message)) return refuse('bad_payload', 'expected a JSON object of CAMERA_IMAGE_CAPTURED')
  const stranger = Object.keys(message).find((key) => !FIELDS.includes(key))
  if (stranger !== undefined) return refuse('bad_payload', `${JSON.stringify(stranger.slice(0, 40))}: unknown field`)
  const fault = findFault(message)
  if (fault) return refuse('bad_payload', fault)
  const atMs = timeOf(message.time_utc, arrivalMs, futureMs)
  if (typeof atMs !== 'number') return atMs
  const pose = poseOf(message)
  const samples = samplesOf(pose, atMs)
  if (samples.length === 0) return refuse('bad_payload', 'neither position, height nor attitude is known')
  const name = nameOf(message.file_url)
  return { atMs, ...(name !== undefined && { name }), isTaken: message.capture_result !== 0, pose, samples }
}

function findFault(message: Record<string, unknown>): string | null {
  const { lat, lon, alt, relative_alt, q, file_url, capture_result } = message
  for (const [field, value] of Object.entries({ lat, lon, alt, relative_alt }))
    if (value !== undefined && !Number.isInteger(value)) return `${field}: expected a whole number, as MAVLink has it`
  if (isKnown(lat) && Math.abs(lat) > 90e7) return 'lat: expected 10⁻⁷ degrees, at most 90°'
  if (isKnown(lon) && Math.abs(lon) > 180e7) return 'lon: expected 10⁻⁷ degrees, at most 180°'
  if (isKnown(alt) && Math.abs(alt) > 1e8) return 'alt: expected millimetres'
  if (isKnown(relative_alt) && Math.abs(relative_alt) > 1e8) return 'relative_alt: expected millimetres'
  if (q !== undefined && !isRotation(q)) return 'q: expected [w, x, y, z] of length 1'
  if (file_url !== undefined && !(typeof file_url === 'string' && file_url.length <= URL_CHARS))
    return `file_url: expected a text of at most ${URL_CHARS} characters`
  if (capture_result !== undefined && ![0, 1, -1].includes(capture_result as number))
    return 'capture_result: expected 1 (taken) or 0 (not taken)'
  return null
}

function isKnown(value: unknown): value is number {
  return typeof value === 'number' && !UNKNOWN.has(value)
}

function isRotation(q: unknown): q is [number, number, number, number] {
  if (!Array.isArray(q) || q.length !== 4 || !q.every((part) => Number.isFinite(part))) return false
  return Math.abs(Math.hypot(...(q as number[])) - 1) <= 0.05
}

/** uint64 may come as a text. */
function timeOf(timeUtc: unknown, arrivalMs: number, futureMs: number): number | Refusal {
  const us = typeof timeUtc === 'string' && /^\d{1,17}$/.test(timeUtc) ? Number(timeUtc) : (timeUtc ?? 0)
  if (typeof us !== 'number') return refuse('bad_payload', 'time_utc: expected microseconds since the epoch')
  return us === 0 ? arrivalMs : checkTimeMs(us / 1000, arrivalMs, futureMs, 'time_utc')
}

function poseOf({ lat, lon, alt, relative_alt, q }: Record<string, unknown>): Pose {
  const isPlace = isKnown(lat) && isKnown(lon) && (lat !== 0 || lon !== 0)
  return {
    ...(isPlace && { position: { lat: lat / 1e7, lon: lon / 1e7 } }),
    ...(isKnown(relative_alt) && { relativeAltitudeM: relative_alt / 1000 }),
    ...(isKnown(alt) && { absoluteAltitudeM: alt / 1000 }),
    ...(isRotation(q) && anglesOf(q)),
  }
}

/** Yaw, then pitch, then roll of the camera's axis: the angles that a gimbal tells. */
function anglesOf(q: [number, number, number, number]): Pose {
  const length = Math.hypot(...q)
  const [w, x, y, z] = q.map((part) => part / length) as typeof q
  const pitch = Math.asin(Math.max(-1, Math.min(1, 2 * (w * y - z * x))))
  // Straight down, yaw and roll turn about the same axis: all of it is called yaw.
  const isVertical = Math.abs(pitch) > Math.PI / 2 - 1e-3
  const roll = isVertical ? 0 : Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
  const yaw = isVertical ? 2 * Math.atan2(z, w) : Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
  return { gimbalPitchDeg: pitch * DEG, gimbalYawDeg: wrapped(yaw * DEG), gimbalRollDeg: roll * DEG }
}

/** Into -180…180. */
function wrapped(deg: number): number {
  return deg - 360 * Math.round(deg / 360)
}

function samplesOf(pose: Pose, atMs: number): Sample[] {
  const values = {
    lat: pose.position?.lat,
    lon: pose.position?.lon,
    rel_alt_m: pose.relativeAltitudeM,
    abs_alt_m: pose.absoluteAltitudeM,
    gimbal_pitch_deg: pose.gimbalPitchDeg,
    gimbal_yaw_deg: pose.gimbalYawDeg,
    gimbal_roll_deg: pose.gimbalRollDeg,
  }
  return Object.entries(values).flatMap(([metric, value]) => (value === undefined ? [] : [{ metric, atMs, value }]))
}

function nameOf(fileUrl: unknown): string | undefined {
  if (typeof fileUrl !== 'string') return undefined
  return fileUrl.split(/[?#]/)[0]?.split('/').at(-1) || undefined
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
