import type { KeptPayload, PayloadChannel } from '../core/payload-desk.ts'
import { PAYLOAD_CHANNELS } from '../core/payload-desk.ts'
import type { Refusal } from '../core/refusal.ts'

/**
 * The newest payloads of each device, in a fixed room: one ring for all that was admitted, outside of the heap, so that the
 * hottest path there is leaves nothing to collect; and lists of what was refused, which is rare and stays longer.
 */
export interface PayloadLog {
  /** Copies what it keeps. */
  note(deviceId: string, payload: Omit<KeptPayload, 'head' | 'bytes'> & { payload: Buffer }): void
  /** Newest first, refused ones among them. */
  newest(deviceId: string, limit: number): KeptPayload[]
}

export interface PayloadLogOptions {
  /** Room for admitted payloads, bytes. Pages that were never written to cost nothing. */
  ringBytes?: number
  /** Admitted payloads at most. */
  entries?: number
}

const MIB = 1024 * 1024
const RING_BYTES = 32 * MIB
const ENTRIES = 200_000
/** Of one payload. */
const KEPT_BYTES = 1024
/** Of what is no text: enough to see what it is. */
const KEPT_BYTES_OF: Partial<Record<PayloadChannel, number>> = { frames: 16, waveforms: 64 }
const REFUSED_PER_DEVICE = 20
const REFUSED_DEVICES = 500
const NONE = -1

export function createPayloadLog({ ringBytes = RING_BYTES, entries = ENTRIES }: PayloadLogOptions = {}): PayloadLog {
  const ring = createRing(ringBytes, entries)
  /** The device that was refused longest ago first. */
  const refused = new Map<string, KeptPayload[]>()

  function noteRefused(deviceId: string, payload: KeptPayload): void {
    const known = refused.get(deviceId) ?? []
    refused.delete(deviceId)
    refused.set(deviceId, [payload, ...known].slice(0, REFUSED_PER_DEVICE))
    if (refused.size > REFUSED_DEVICES) refused.delete(refused.keys().next().value as string)
  }

  return {
    note(deviceId, { atMs, channel, payload, refusal }) {
      const head = payload.subarray(0, KEPT_BYTES_OF[channel] ?? KEPT_BYTES)
      if (refusal === null) ring.add(deviceId, { atMs, channel, bytes: payload.length, head })
      else noteRefused(deviceId, { atMs, channel, bytes: payload.length, head: Buffer.from(head), refusal })
    },
    newest(deviceId, limit) {
      const both = [...ring.of(deviceId, limit), ...(refused.get(deviceId) ?? [])]
      return both.sort((a, b) => b.atMs - a.atMs).slice(0, limit)
    },
  }
}

type Admitted = Omit<KeptPayload, 'refusal'>
const ADMITTED: Refusal | null = null

/** Payloads one after another, the oldest written over; each knows the one of the same device before it. */
function createRing(ringBytes: number, entries: number) {
  const bytes = Buffer.allocUnsafeSlow(ringBytes)
  const atMs = new Float64Array(entries)
  /** Where it begins, counted over all that was ever written. */
  const starts = new Float64Array(entries)
  const before = new Float64Array(entries)
  const lengths = new Uint16Array(entries)
  const wholes = new Uint32Array(entries)
  const channels = new Uint8Array(entries)
  const newest = new Map<string, number>()
  let count = 0
  let written = 0

  const isThere = (number: number) =>
    number !== NONE && number >= count - entries && starts[number % entries]! >= written - ringBytes

  function read(number: number): KeptPayload {
    const slot = number % entries
    const from = starts[slot]! % ringBytes
    return {
      atMs: atMs[slot]!,
      channel: PAYLOAD_CHANNELS[channels[slot]!]!,
      bytes: wholes[slot]!,
      head: Buffer.from(bytes.subarray(from, from + lengths[slot]!)),
      refusal: ADMITTED,
    }
  }

  return {
    add(deviceId: string, payload: Admitted): void {
      const room = ringBytes - (written % ringBytes)
      if (payload.head.length > room) written += room
      const slot = count % entries
      bytes.set(payload.head, written % ringBytes)
      atMs[slot] = payload.atMs
      starts[slot] = written
      before[slot] = newest.get(deviceId) ?? NONE
      lengths[slot] = payload.head.length
      wholes[slot] = payload.bytes
      channels[slot] = PAYLOAD_CHANNELS.indexOf(payload.channel)
      newest.set(deviceId, count++)
      written += payload.head.length
    },
    of(deviceId: string, limit: number): KeptPayload[] {
      const found: KeptPayload[] = []
      let number = newest.get(deviceId) ?? NONE
      while (found.length < limit && isThere(number)) {
        found.push(read(number))
        number = before[number % entries]!
      }
      return found
    },
  }
}
