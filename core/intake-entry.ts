import { AppError } from './errors.ts'
import type { Arrival, Observation } from './observation.ts'

/**
 * An observation as bytes of one journal entry: UTF-8 JSON. Readings, the bulk of the traffic, use a compact form
 * `{"k":"r","t":arrivalMs,"d":deviceId,"q":messageSeq,"s":[metric,atMs,value, …]}`; all others are spelt out.
 * `seq` is not inside: the journal knows it.
 */
export function encodeArrival(arrival: Arrival, arrivalMs: number): Buffer {
  if (arrival.kind !== 'readings') return Buffer.from(JSON.stringify({ ...arrival, arrivalMs }))
  const s: (string | number)[] = []
  for (const sample of arrival.samples) s.push(sample.metric, sample.atMs, sample.value)
  return Buffer.from(JSON.stringify({ k: 'r', t: arrivalMs, d: arrival.deviceId, q: arrival.messageSeq, s }))
}

type StoredEntry =
  | { k: 'r'; t: number; d: string; q: number | null; s: (string | number)[] }
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
  const { s } = entry
  const samples = []
  for (let i = 0; i + 2 < s.length; i += 3)
    samples.push({ metric: s[i] as string, atMs: s[i + 1] as number, value: s[i + 2] as number })
  return {
    kind: 'readings',
    seq,
    arrivalMs: entry.t,
    deviceId: entry.d,
    messageSeq: entry.q,
    samples,
  }
}
