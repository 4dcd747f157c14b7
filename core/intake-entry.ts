import { AppError } from './errors.ts'
import type { Arrival, Observation, Sample } from './observation.ts'

/**
 * An observation as one journal entry: JSON. Readings, the bulk of the traffic, use a compact form,
 * `{"k":"r","t":arrivalMs,"d":deviceId,"q":messageSeq,"a":atMs,"s":[metric,value, …]}` when all samples have one time, and
 * `"s":[metric,atMs,value, …]` without `a` when they have not; all others are spelt out. `seq` is not inside: the journal
 * knows it. Device ids and metrics need no escaping (`DEVICE_ID`, `FIELD_NAME`), so the compact form is put together as
 * text: half the cost of `JSON.stringify`, on the hottest path there is.
 */
export function encodeArrival(arrival: Arrival, arrivalMs: number): string {
  if (arrival.kind !== 'readings') return JSON.stringify({ ...arrival, arrivalMs })
  const { deviceId, messageSeq, samples } = arrival
  const atMs = sharedTime(samples)
  let text = `{"k":"r","t":${arrivalMs},"d":"${deviceId}","q":${messageSeq}`
  text += atMs === null ? ',"s":[' : `,"a":${atMs},"s":[`
  let separator = ''
  for (const sample of samples) {
    text +=
      atMs === null
        ? `${separator}"${sample.metric}",${sample.atMs},${sample.value}`
        : `${separator}"${sample.metric}",${sample.value}`
    separator = ','
  }
  return `${text}]}`
}

function sharedTime(samples: readonly Sample[]): number | null {
  const atMs = samples[0]?.atMs
  if (atMs === undefined) return null
  for (const sample of samples) if (sample.atMs !== atMs) return null
  return atMs
}

type StoredEntry =
  | { k: 'r'; t: number; d: string; q: number | null; a?: number; s: (string | number)[] }
  | (Exclude<Observation, { kind: 'readings' }> & { k?: never })

/** The inverse of `encodeArrival`. Throws `journal_corrupt` for bytes that it never wrote. */
export function decodeObservation(seq: number, bytes: Buffer): Observation {
  let entry: StoredEntry
  try {
    entry = JSON.parse(bytes.toString()) as StoredEntry
  } catch (cause) {
    throw new AppError('journal_corrupt', 'an intake entry is not JSON', { seq }, { cause })
  }
  if (entry.k === undefined) return { ...entry, seq }
  const samples = toSamples(entry.s, entry.a)
  return { kind: 'readings', seq, arrivalMs: entry.t, deviceId: entry.d, messageSeq: entry.q, samples }
}

function toSamples(s: (string | number)[], atMs: number | undefined): Sample[] {
  const samples: Sample[] = []
  const width = atMs === undefined ? 3 : 2
  for (let i = 0; i + width <= s.length; i += width)
    samples.push({ metric: s[i] as string, atMs: atMs ?? (s[i + 1] as number), value: s[i + width - 1] as number })
  return samples
}
