import { createHash } from 'node:crypto'
import { FIELD_NAME } from '../../core/device.ts'
import type { RecordEntry } from '../../core/observation.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { toDeviceTimeMs } from '../device-time.ts'
import { isPosition } from '../position.ts'
import { isObject } from './decoded.ts'
import { findRegisterFault } from './register-body.ts'

const FIELDS = new Set(['recordId', 'type', 'at', 'address', 'position', 'body'])
const RECORD_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/
const ADDRESS_CHARS = 300
const MAX_DEPTH = 16

export interface RecordContext {
  /** Who vouches for it. */
  source: string
  arrivalMs: number
  futureMs: number
  /** Largest `body`, as JSON. */
  recordBytes: number
}

/**
 * One record, already parsed: `{recordId?, type, at?, address?, position?, body}`.
 * Without a recordId one is made of the content, so that the same record sent again is the same record. `at` may lie in
 * the future by the usual margin only, and defaults to the arrival.
 */
export function decodeRecord(input: unknown, context: RecordContext): RecordEntry | Refusal {
  if (!isObject(input)) return refuse('bad_payload', 'expected an object')
  const fault = findFault(input, context.recordBytes)
  if (fault) return fault
  const { arrivalMs, futureMs } = context
  const atMs = input.at === undefined ? arrivalMs : toDeviceTimeMs(input.at, arrivalMs, futureMs, 'at')
  if (typeof atMs !== 'number') return atMs
  const { address, position } = input as { address?: string; position?: RecordEntry['position'] }
  return {
    kind: 'record',
    deviceId: context.source,
    recordId: (input.recordId as string | undefined) ?? contentId(context.source, input),
    recordType: input.type as string,
    atMs,
    ...(address !== undefined && { address }),
    ...(position !== undefined && { position: { lat: position.lat, lon: position.lon } }),
    body: input.body as Record<string, unknown>,
  }
}

function findFault(input: Record<string, unknown>, recordBytes: number): Refusal | null {
  const { recordId, type, address, position, body } = input
  const stranger = Object.keys(input).find((key) => !FIELDS.has(key))
  if (stranger !== undefined) return refuse('bad_payload', `${JSON.stringify(stranger.slice(0, 40))}: unknown field`)
  if (recordId !== undefined && !(typeof recordId === 'string' && RECORD_ID.test(recordId)))
    return refuse('bad_payload', `recordId: must match ${RECORD_ID.source}`)
  if (typeof type !== 'string' || !FIELD_NAME.test(type))
    return refuse('bad_payload', `type: must match ${FIELD_NAME.source}`)
  if (address !== undefined && !(typeof address === 'string' && address.length <= ADDRESS_CHARS))
    return refuse('bad_payload', `address: expected text of at most ${ADDRESS_CHARS} characters`)
  if (position !== undefined && !isPosition(position))
    return refuse('bad_payload', 'position: expected {lat, lon} in WGS-84 degrees')
  if (!isObject(body)) return refuse('bad_payload', 'body: expected an object')
  if (!isShallow(body, MAX_DEPTH)) return refuse('bad_payload', `body: more than ${MAX_DEPTH} levels deep`)
  if (Buffer.byteLength(JSON.stringify(body)) > recordBytes)
    return refuse('too_large', `body: more than ${recordBytes} bytes`)
  return findRegisterFault(type, body)
}

/** True when nothing lies deeper than `levels`; looks no deeper, so it is safe for any input. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1))
}

function contentId(source: string, input: Record<string, unknown>): string {
  const text = JSON.stringify(sortKeys({ ...input, source }))
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** Equal content in another order of keys gives the same text. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}
