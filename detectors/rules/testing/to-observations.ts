import type { Arrival, Observation } from '../../../core/observation.ts'
import { parseDuration } from '../parts/duration.ts'
import type { Place } from './shorthand.ts'
import type { TestSpec } from './test-schema.ts'

const INTERVAL = '1m'

interface Arriving {
  arrivalMs: number
  arrival: Arrival
}

/**
 * Everything that a test sends, in order of arrival, numbered as the journal would. Values of one device that are
 * measured and arrive together are one message. `places`: what each series' shorthand stands for.
 */
export function toObservations(spec: TestSpec, places: Place[][], startMs: number): Observation[] {
  const arriving = [...toMessages(spec, places, startMs), ...toOthers(spec, startMs)]
  return arriving
    .sort((a, b) => a.arrivalMs - b.arrivalMs)
    .map(({ arrival, arrivalMs }, index) => ({ ...arrival, seq: index + 1, arrivalMs }))
}

function toMessages({ series = [], interval = INTERVAL }: TestSpec, places: Place[][], startMs: number): Arriving[] {
  const messages = new Map<string, Arriving & { arrival: Extract<Arrival, { kind: 'readings' }> }>()
  for (const [i, { device, metric, interval: own, offset, delay, firstSeq }] of series.entries()) {
    const stepMs = parseDuration(own ?? interval)
    const firstMs = startMs + parseDuration(offset)
    for (const [k, value] of (places[i] ?? []).entries()) {
      if (value === null) continue
      const atMs = firstMs + k * stepMs
      const arrivalMs = atMs + parseDuration(delay)
      const messageSeq = firstSeq === undefined ? null : firstSeq + k
      const key = `${device} ${atMs} ${arrivalMs} ${messageSeq}`
      const message = messages.get(key) ?? {
        arrivalMs,
        arrival: { kind: 'readings' as const, deviceId: device, messageSeq, samples: [] },
      }
      messages.set(key, message)
      message.arrival.samples.push({ metric, atMs, value })
    }
  }
  return [...messages.values()]
}

function toOthers({ detections = [], records = [], statuses = [] }: TestSpec, startMs: number): Arriving[] {
  const at = (text: string) => startMs + parseDuration(text)
  return [
    ...detections.map(({ device, at: when, seen }, i) => {
      const atMs = at(when)
      const found = seen.map(({ label, score = 1, ...rest }) => ({
        label,
        score,
        box: [0, 0, 1, 1] as [number, number, number, number],
        ...rest,
      }))
      const frame = { frameId: `frame-${i + 1}`, model: 'test', detections: found }
      return {
        arrivalMs: atMs,
        arrival: { kind: 'analysis' as const, deviceId: device, atMs, state: 'analysed' as const, ...frame },
      }
    }),
    ...records.map(({ source, at: when, type, id, address, position, body = {} }, i) => {
      const atMs = at(when)
      const filed = { ...(address !== undefined && { address }), ...(position && { position }), body }
      const named = { recordId: id ?? `record-${i + 1}`, recordType: type }
      return { arrivalMs: atMs, arrival: { kind: 'record' as const, deviceId: source, atMs, ...named, ...filed } }
    }),
    ...statuses.map(({ device, at: when, online }) => {
      const atMs = at(when)
      return { arrivalMs: atMs, arrival: { kind: 'status' as const, deviceId: device, atMs, online } }
    }),
  ]
}
