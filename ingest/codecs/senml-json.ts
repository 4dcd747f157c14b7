import { FIELD_NAME } from '../../core/device.ts'
import type { Sample } from '../../core/observation.ts'
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts'
import { checkTimeMs } from '../device-time.ts'
import { type DecodeContext, type DecodedReadings, isObject, withoutRepeats } from './decoded.ts'

/** RFC 8428 §4.5.3: seconds below this are relative to now, others count from the epoch. */
const RELATIVE_BELOW_S = 2 ** 28
/** RFC 8428 §4.4: the version that the RFC defines. */
const VERSION = 10
/** RFC 8428 §4.5.1 */
const SENML_NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/
const NUMBERS = ['bt', 'bv', 'bs', 'bver', 'v', 's', 't', 'ut'] as const
const TEXTS = ['bn', 'bu', 'n', 'u'] as const
const VALUES = ['v', 'vb', 'vs', 'vd'] as const

interface Base {
  name: string
  timeS: number
  value: number | null
  sum: number | null
}

/**
 * A SenML pack (RFC 8428, JSON): an array of records, base fields resolved and kept until replaced.
 * `v` and `vb` become samples; a sum `s` becomes the metric `{name}.sum`; text (`vs`) and data (`vd`) are refused, and
 * so is an unknown field that ends in `_` (it must be understood). Units are checked to be text and not kept.
 * A resolved name that begins with the device id or `urn:dev:…` is cut to its last part (`urn:dev:ow:10e2…:temp` and
 * `house-7/temp` are both `temp`); what remains must be a metric name. One bad record refuses the whole pack.
 */
export function decodeSenml(records: unknown[], context: DecodeContext): DecodedReadings[] | Refusal {
  let base: Base = { name: '', timeS: 0, value: null, sum: null }
  const samples: Sample[] = []
  for (const [i, record] of records.entries()) {
    const path = `record ${i + 1}`
    if (!isObject(record)) return refuse('bad_payload', `${path}: expected an object`)
    const fault = findFault(record)
    if (fault) return refuse('bad_payload', `${path}: ${fault}`)
    base = withBase(base, record)
    const found = isBaseOnly(record) ? [] : resolve(record, base, path, context)
    if (isRefusal(found)) return found
    samples.push(...found)
    if (samples.length > context.samplesPerMessage)
      return refuse('too_large', `more than ${context.samplesPerMessage} samples`)
  }
  if (samples.length === 0) return refuse('bad_payload', 'the pack holds no values')
  const distinct = withoutRepeats(samples)
  return isRefusal(distinct) ? distinct : [{ messageSeq: null, samples: distinct }]
}

/** What is wrong with the record's fields on their own, or null. */
function findFault(record: Record<string, unknown>): string | null {
  for (const field of NUMBERS)
    if (record[field] !== undefined && !Number.isFinite(record[field])) return `${field}: expected a finite number`
  for (const field of TEXTS)
    if (record[field] !== undefined && typeof record[field] !== 'string') return `${field}: expected text`
  if (record.vb !== undefined && typeof record.vb !== 'boolean') return 'vb: expected a boolean'
  if (record.vs !== undefined) return 'vs: text values cannot be stored as readings'
  if (record.vd !== undefined) return 'vd: data values cannot be stored as readings'
  if (record.bver !== undefined && (record.bver as number) > VERSION) return `bver: only versions up to ${VERSION}`
  if (VALUES.filter((field) => record[field] !== undefined).length > 1) return 'more than one value'
  // RFC 8428 §4.4: a field whose name ends in "_" must be understood; none of ours does.
  const must = Object.keys(record).find((key) => key.endsWith('_'))
  return must === undefined ? null : `${JSON.stringify(must.slice(0, 40))}: this field must be understood, and is not`
}

function withBase(base: Base, record: Record<string, unknown>): Base {
  return {
    name: (record.bn as string | undefined) ?? base.name,
    timeS: (record.bt as number | undefined) ?? base.timeS,
    value: (record.bv as number | undefined) ?? base.value,
    sum: (record.bs as number | undefined) ?? base.sum,
  }
}

/** A record that only sets base fields holds no value. */
function isBaseOnly(record: Record<string, unknown>): boolean {
  return ['n', 'u', 'v', 'vb', 's', 't', 'ut'].every((field) => record[field] === undefined)
}

function resolve(
  record: Record<string, unknown>,
  base: Base,
  path: string,
  context: DecodeContext,
): Sample[] | Refusal {
  const metric = toMetric(base.name + ((record.n as string | undefined) ?? ''), context.deviceId)
  if (metric === null) return refuse('bad_payload', `${path}: its name is no metric name (${FIELD_NAME.source})`)
  const atMs = toTimeMs(base.timeS + ((record.t as number | undefined) ?? 0), path, context)
  if (typeof atMs !== 'number') return atMs
  const value = toValue(record, base)
  // RFC 8428 §4.5.4: of a sum and its base, a missing one counts as zero; without either there is no sum.
  const sum = record.s === undefined ? null : (record.s as number) + (base.sum ?? 0)
  if (value === null && sum === null) return refuse('bad_payload', `${path}: no value`)
  const samples: Sample[] = []
  if (value !== null) samples.push({ metric, atMs, value })
  if (sum !== null) samples.push({ metric: `${metric}.sum`, atMs, value: sum })
  if (samples.every((sample) => Number.isFinite(sample.value) && FIELD_NAME.test(sample.metric))) return samples
  return refuse('bad_payload', `${path}: the resolved value is not finite, or its name too long`)
}

/** RFC 8428 §4.5.4: of a value and its base, a missing one counts as zero. A record of a sum alone needs no value. */
function toValue(record: Record<string, unknown>, base: Base): number | null {
  if (record.vb !== undefined) return record.vb ? 1 : 0
  if (record.v !== undefined) return (record.v as number) + (base.value ?? 0)
  return record.s === undefined ? base.value : null
}

function toTimeMs(timeS: number, path: string, context: DecodeContext): number | Refusal {
  const { arrivalMs, futureMs } = context
  const atMs = timeS < RELATIVE_BELOW_S ? arrivalMs + timeS * 1000 : timeS * 1000
  return checkTimeMs(atMs, arrivalMs, futureMs, `${path}: time`)
}

/** The metric behind a resolved SenML name, or null. */
function toMetric(name: string, deviceId: string): string | null {
  if (!SENML_NAME.test(name)) return null
  const metric = ownPart(name, deviceId)
  return FIELD_NAME.test(metric) ? metric : null
}

function ownPart(name: string, deviceId: string): string {
  if (name.startsWith('urn:dev:')) {
    // RFC 9039: urn:dev:TYPE:ID, then either ":part" (RFC 8428's examples) or "_part" inside the identifier.
    const [, , , , ...parts] = name.split(':')
    if (parts.length > 0) return parts.join(':').split(/[:/]/).at(-1) as string
    return name.slice(name.indexOf('_', name.lastIndexOf(':')) + 1)
  }
  const rest = name.slice(deviceId.length)
  return name.startsWith(deviceId) && /^[:/._-]/.test(rest) ? (rest.slice(1).split(/[:/]/).at(-1) as string) : name
}
