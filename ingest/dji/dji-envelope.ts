import { isUtf8 } from 'node:buffer'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { isObject } from '../codecs/decoded.ts'
import { checkTimeMs } from '../device-time.ts'

/** What surrounds every message of the DJI Cloud API. */
export interface DjiEnvelope {
  /** Transaction and business ids, given back in the answer; empty when the sender left them out. */
  tid: string
  bid: string
  /** The sender's clock, ms, or null when it says none that can be believed. */
  atMs: number | null
  /** Empty where the sender left it out, as several examples of the documentation do. */
  method: string
  needsReply: boolean
  gateway: string | null
  data: Record<string, unknown>
}

const MAX_TEXT = 128

/** Pure, and never throws. Refuses `bad_payload` what is no JSON object with an object `data`. */
export function decodeDjiEnvelope(payload: Buffer, arrivalMs: number, futureMs: number): DjiEnvelope | Refusal {
  if (!isUtf8(payload)) return refuse('bad_payload', 'the payload is not UTF-8')
  const message = parseJson(payload)
  if (!isObject(message)) return refuse('bad_payload', 'expected a JSON object {tid, bid, timestamp, data, …}')
  const { data = {}, timestamp, need_reply } = message
  if (!isObject(data)) return refuse('bad_payload', 'data: expected an object')
  return {
    tid: shortText(message.tid) ?? '',
    bid: shortText(message.bid) ?? '',
    atMs: believable(toNumber(timestamp), arrivalMs, futureMs),
    method: shortText(message.method) ?? methodOf(data),
    needsReply: need_reply === 1 || need_reply === '1' || need_reply === true,
    gateway: shortText(message.gateway) ?? null,
    data,
  }
}

/** By which field each event is known when its `method` is missing. */
function methodOf(data: Record<string, unknown>): string {
  if (isObject(data.file) && 'object_key' in data.file) return 'file_upload_callback'
  if (isObject(data.output) && isObject(data.output.ext) && 'flight_id' in data.output.ext) return 'flighttask_progress'
  if (Array.isArray(data.list) && data.list.every((item) => isObject(item) && 'code' in item)) return 'hms'
  if (data.module !== undefined && Object.keys(data).length === 1) return 'storage_config_get'
  return 'sub_devices' in data ? 'update_topo' : ''
}

function believable(atMs: number | undefined, arrivalMs: number, futureMs: number): number | null {
  const checked = atMs === undefined ? null : checkTimeMs(atMs, arrivalMs, futureMs, 'timestamp')
  return typeof checked === 'number' ? checked : null
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

/** Text of 1 to 128 characters, or nothing. */
export function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined
}

/** A finite number, also one that is written as text (`"gimbal_yaw_degree": "90.0"` in DJI's own examples). */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^\s*[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})\s*$/.test(value)) return undefined
  return Number(value)
}
