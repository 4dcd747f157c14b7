import { createHash } from 'node:crypto'
import { isRefusal } from '../../core/refusal.ts'
import { decodeReadings } from '../../ingest/codecs/decode-readings.ts'
import { decodeStatus } from '../../ingest/codecs/status.ts'
import { decodeWaveform } from '../../ingest/codecs/waveform.ts'
import { parseDjiTopic } from '../../ingest/dji/dji-topics.ts'
import { DEFAULT_LIMITS } from '../../ingest/limits.ts'
import { parseTopic } from '../../ingest/topics.ts'
import type { MessageFacts } from '../../simulators/conformance/trace.ts'
import { createDjiInspection } from './inspect-dji.ts'
import { pictureFacts } from './inspect-picture.ts'

interface Message {
  topic: string
  payload: Buffer
  arrivalMs: number
}
type Facts = Partial<MessageFacts>

/** What the service would make of a device's message, by its own codecs. */
export function inspectMessage(deviceId: string) {
  const inspectDji = createDjiInspection()
  return async ({ topic, payload, arrivalMs }: Message): Promise<Facts> => {
    const digest = digestOf(payload)
    const dji = parseDjiTopic(topic)
    if (dji !== null) return { digest, ...inspectDji(dji, payload, arrivalMs) }
    const parsed = parseTopic(topic)
    if (parsed?.deviceId !== deviceId) return { digest }
    const { channel } = parsed
    const facts = await factsOf(channel, { topic, payload, arrivalMs }, deviceId)
    return { digest, channel, ...facts }
  }
}

/** The same for the same bytes. */
export function digestOf(payload: Buffer): string {
  return createHash('sha256').update(payload).digest('base64url').slice(0, 16)
}

async function factsOf(channel: string, { payload, arrivalMs }: Message, deviceId: string): Promise<Facts> {
  const { futureMs } = DEFAULT_LIMITS
  if (channel === 'readings') return readingFacts(payload, arrivalMs, deviceId)
  if (channel === 'status') return statusFacts(payload)
  if (channel === 'waveforms') {
    const head = decodeWaveform(payload, arrivalMs, futureMs)
    return isRefusal(head) ? { refusal: head } : {}
  }
  return channel === 'frames' ? pictureFacts(payload) : {}
}

function readingFacts(payload: Buffer, arrivalMs: number, deviceId: string): Facts {
  const { samplesPerMessage, futureMs } = DEFAULT_LIMITS
  const decoded = decodeReadings(payload, { deviceId, arrivalMs, samplesPerMessage, futureMs })
  if (isRefusal(decoded)) return { refusal: decoded }
  const document = JSON.parse(payload.toString('utf8')) as Record<string, unknown> | Record<string, unknown>[]
  const items = Array.isArray(document) ? document : [document]
  return {
    readings: decoded.map(({ messageSeq, samples }) => ({ seq: messageSeq, samples })),
    saysTime: saysTime(items),
    units: unitsOf(items),
  }
}

/** Plain readings say it each for itself, a SenML pack once. */
function saysTime(items: Record<string, unknown>[]): boolean {
  const isPlain = items.some((item) => 'values' in item)
  return isPlain ? items.every(({ at }) => at !== undefined) : items.some(({ bt, t }) => (bt ?? t) !== undefined)
}

function unitsOf(items: Record<string, unknown>[]): Record<string, string> {
  const units: Record<string, string> = {}
  let [base, baseUnit] = ['', undefined as unknown]
  for (const { bn, bu, n = '', u } of items) {
    if (typeof bn === 'string') base = bn
    if (bu !== undefined) baseUnit = bu
    const unit = u ?? baseUnit
    if (typeof unit === 'string') units[`${base}${n}`.split(/[/:]/).at(-1)!] = unit
  }
  return units
}

function statusFacts(payload: Buffer): Facts {
  const status = decodeStatus(payload)
  return isRefusal(status) ? { refusal: status } : { status }
}
