import type { Sample } from '../../core/observation.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'

/** One message of readings as it will enter the journal, without its device. */
export interface DecodedReadings {
  messageSeq: number | null
  samples: Sample[]
}

/** What a codec must know besides the text. */
export interface DecodeContext {
  deviceId: string
  arrivalMs: number
  /** Most samples in one message. */
  samplesPerMessage: number
  /** How far ahead of its arrival a reading may be. */
  futureMs: number
}

/**
 * The same value twice for one metric and millisecond is one sample; two different ones contradict each other and are
 * refused, because the store keeps one value per device, metric and time and would have to drop one silently.
 */
export function withoutRepeats(samples: Sample[]): Sample[] | Refusal {
  if (samples.length < 2 || haveDistinctMetrics(samples)) return samples
  const byKey = new Map<string, Sample>()
  for (const sample of samples) {
    const key = `${sample.metric} ${sample.atMs}`
    const before = byKey.get(key)
    if (before && before.value !== sample.value)
      return refuse('bad_payload', `${sample.metric}: two different values for the same time`)
    byKey.set(key, sample)
  }
  return [...byKey.values()]
}

function haveDistinctMetrics(samples: Sample[]): boolean {
  return new Set(samples.map(({ metric }) => metric)).size === samples.length
}

/** True for `{…}`, not for null and arrays. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
