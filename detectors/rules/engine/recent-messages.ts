import type { FrameAnalysis, Readings, RecordEntry } from '../../../core/observation.ts'

/** The last few messages of one device, as digests, to know the same message when it comes again. */
export interface RecentMessages {
  /** True when the message was already there; else remembers it and forgets the oldest beyond its room. */
  isRepeated(digest: number): boolean
  /** Oldest first, for a snapshot. */
  toList(): number[]
}

/** More than the messages that MQTT clients usually keep in flight (20 in Mosquitto and Paho). */
export const REMEMBERED = 32

export function createRecentMessages(list: number[] = [], room = REMEMBERED): RecentMessages {
  const ring = [...list]
  let oldest = 0
  return {
    isRepeated(digest) {
      if (ring.includes(digest)) return true
      if (ring.length < room) ring.push(digest)
      else {
        ring[oldest] = digest
        oldest = (oldest + 1) % room
      }
      return false
    },
    toList: () => [...ring.slice(oldest), ...ring.slice(0, oldest)],
  }
}

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/**
 * 53 bits over the device's message number and every sample's metric, time and value: a device that counts from 0
 * again after a restart sends other times, so its messages are new.
 */
export function digestReadings(readings: Readings): number {
  start(readings.messageSeq === null ? -1 : readings.messageSeq)
  for (const { metric, atMs, value } of readings.samples) {
    mix(hashOfName(metric))
    mixNumber(atMs)
    mixNumber(value)
  }
  return finish()
}

/** The same over what identifies the analysis of one frame. */
export function digestAnalysis(analysis: FrameAnalysis): number {
  start(-2)
  mix(hashText(analysis.frameId))
  mixNumber(analysis.atMs)
  return finish()
}

/** The same over a record's type and id; registers give every step of one case the same id. */
export function digestRecord({ recordType, recordId }: RecordEntry): number {
  start(-3)
  mix(hashText(recordType))
  for (let i = 0; i < recordId.length; i++) mix(recordId.charCodeAt(i))
  return finish()
}

/** Two FNV-1a style lanes with different primes. */
let low = 0
let high = 0

function start(number: number): void {
  low = 0x811c9dc5
  high = 0x2f0b4c47
  mixNumber(number)
}

function mix(word: number): void {
  low = Math.imul(low ^ word, 0x01000193)
  low ^= low >>> 15
  high = Math.imul(high ^ word, 0x85ebca6b)
  high ^= high >>> 13
}

function mixNumber(value: number): void {
  float[0] = value
  mix(words[0]!)
  mix(words[1]!)
}

function finish(): number {
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}

/** Metric names are few and come with every sample. */
const nameHashes = new Map<string, number>()
const NAMES_KEPT = 10_000

function hashOfName(name: string): number {
  const known = nameHashes.get(name)
  if (known !== undefined) return known
  const hash = hashText(name)
  if (nameHashes.size < NAMES_KEPT) nameHashes.set(name, hash)
  return hash
}

function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
