import { isUtf8 } from 'node:buffer'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type DecodeContext, type DecodedReadings, isObject } from './decoded.ts'
import { decodePlainJson } from './plain-json.ts'
import { decodeSenml } from './senml-json.ts'

/** Fields that only plain readings have; an array whose first object has none of them is a SenML pack. */
const PLAIN_FIELDS = ['values', 'at', 'seq'] as const

/**
 * One payload of readings, plain JSON or SenML, told apart by its shape: an object is plain; an array is plain when its
 * first object has `values`, `at` or `seq`, and SenML otherwise. Pure, and never throws: what is wrong is a Refusal that
 * names the field. `JSON.parse` keeps its own stack, so depth cannot exhaust ours, and only the expected depth is read.
 */
export function decodeReadings(payload: Buffer, context: DecodeContext): DecodedReadings[] | Refusal {
  if (payload.length === 0) return refuse('bad_payload', 'the payload is empty')
  if (!isUtf8(payload)) return refuse('bad_payload', 'the payload is not UTF-8')
  const document = parseJson(payload)
  if (document === undefined) return refuse('bad_payload', 'the payload is not JSON')
  if (!Array.isArray(document)) return decodePlainJson(document, context)
  const first: unknown = document[0]
  const isPlain = !isObject(first) || PLAIN_FIELDS.some((field) => field in first)
  return isPlain ? decodePlainJson(document, context) : decodeSenml(document, context)
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
