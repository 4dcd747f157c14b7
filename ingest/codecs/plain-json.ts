import { FIELD_NAME } from '../../core/device.ts'
import type { Sample } from '../../core/observation.ts'
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts'
import { toDeviceTimeMs } from '../device-time.ts'
import { type DecodeContext, type DecodedReadings, isObject, withoutRepeats } from './decoded.ts'

/** Metric names seen to be good, so that the pattern is matched once per name and not per sample. */
const goodNames = new Set<string>()
const MAX_GOOD_NAMES = 4096

/**
 * Plain readings: `{"at": ISO time or epoch ms, "seq": n, "values": {"smoke_dbm": 0.12, "door": true}}`, or an array of
 * such objects (a back-fill batch). `at` defaults to the arrival, `seq` may be absent, true and false become 1 and 0.
 * One bad object refuses the whole message. Objects without `seq` that follow each other become one message of readings.
 */
export function decodePlainJson(document: unknown, context: DecodeContext): DecodedReadings[] | Refusal {
  if (Array.isArray(document)) return decodeBatch(document, context)
  const message = decodeOne(document, '', context)
  if (isRefusal(message)) return message
  // The keys of one object differ, so there is nothing to compare.
  return message.samples.length > context.samplesPerMessage ? tooMany(context) : [message]
}

function tooMany({ samplesPerMessage }: DecodeContext): Refusal {
  return refuse('too_large', `more than ${samplesPerMessage} samples`)
}

function decodeBatch(items: unknown[], context: DecodeContext): DecodedReadings[] | Refusal {
  if (items.length === 0) return refuse('bad_payload', 'the batch is empty')
  const messages: DecodedReadings[] = []
  let count = 0
  for (const [i, item] of items.entries()) {
    const message = decodeOne(item, `batch[${i}].`, context)
    if (isRefusal(message)) return message
    count += message.samples.length
    if (count > context.samplesPerMessage) return tooMany(context)
    const last = messages.at(-1)
    if (last && last.messageSeq === null && message.messageSeq === null) last.samples.push(...message.samples)
    else messages.push(message)
  }
  for (const message of messages) {
    const samples = withoutRepeats(message.samples)
    if (!Array.isArray(samples)) return samples
    message.samples = samples
  }
  return messages
}

function decodeOne(item: unknown, path: string, context: DecodeContext): DecodedReadings | Refusal {
  if (!isObject(item)) return refuse('bad_payload', `${path || 'message '}expected an object with "values"`)
  const { at, seq, values } = item
  for (const key in item)
    if (key !== 'values' && key !== 'at' && key !== 'seq')
      return refuse('bad_payload', `${path}${label(key)}: unknown field`)
  if (seq !== undefined && !(Number.isSafeInteger(seq) && (seq as number) >= 0))
    return refuse('bad_payload', `${path}seq: expected a whole number from 0 to 2^53`)
  const atMs =
    at === undefined ? context.arrivalMs : toDeviceTimeMs(at, context.arrivalMs, context.futureMs, `${path}at`)
  if (typeof atMs !== 'number') return atMs
  if (!isObject(values)) return refuse('bad_payload', `${path}values: expected an object of metrics`)
  const samples = toSamples(values, atMs, path)
  return isRefusal(samples) ? samples : { messageSeq: (seq as number | undefined) ?? null, samples }
}

function toSamples(values: Record<string, unknown>, atMs: number, path: string): Sample[] | Refusal {
  const samples: Sample[] = []
  for (const metric in values) {
    const value = values[metric]
    if (!goodNames.has(metric) && !isGoodName(metric))
      return refuse('bad_payload', `${path}values.${label(metric)}: a metric name must match ${FIELD_NAME.source}`)
    if (typeof value === 'boolean') samples.push({ metric, atMs, value: value ? 1 : 0 })
    else if (typeof value === 'number' && Number.isFinite(value)) samples.push({ metric, atMs, value })
    else return refuse('bad_payload', `${path}values.${metric}: expected a finite number or a boolean`)
  }
  if (samples.length === 0) return refuse('bad_payload', `${path}values: expected at least one metric`)
  return samples
}

function isGoodName(metric: string): boolean {
  if (!FIELD_NAME.test(metric)) return false
  if (goodNames.size < MAX_GOOD_NAMES) goodNames.add(metric)
  return true
}

/** A name that a stranger chose, cut and quoted so that it is harmless in a log and on a page. */
function label(name: string): string {
  return JSON.stringify(name.slice(0, 40))
}
