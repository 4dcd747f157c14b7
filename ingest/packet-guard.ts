import { type Refusal, refuse } from '../core/refusal.ts'

/** Reads along with a connection's bytes and says where they stop being MQTT 3.1.1, or grow too large. */
export interface PacketGuard {
  /** Looks at the next chunk, in order. After a Refusal the connection must be closed. */
  check(chunk: Buffer, nowMs: number): Refusal | null
  /** From now on packets may be as large as a picture. */
  signedIn(): void
  /** When the packet that is still incomplete began, or null. */
  readonly incompleteSinceMs: number | null
  /** True once DISCONNECT came: the device leaves on purpose [MQTT-3.14.4-3]. */
  readonly saidGoodbye: boolean
  /** Gives the bytes of an incomplete packet back to the meter. */
  close(): void
}

/** Bytes of incomplete packets over all connections, and how many there may be. */
export interface ByteMeter {
  bytes: number
  readonly limit: number
}

export interface PacketGuardOptions {
  /** Largest PUBLISH of a device that signed in. */
  publishBytes: number
  meter: ByteMeter
}

const CONNECT = 1
const PUBLISH = 3
const DISCONNECT = 14
/** CONNECT, SUBSCRIBE, UNSUBSCRIBE, and PUBLISH before the device is known. */
const SMALL_PACKET_BYTES = 64 * 1024
/** Exact lengths of the packets that have one (MQTT 3.1.1 §3.4 to §3.7, §3.12, §3.14). */
const EXACT: Record<number, number> = { 4: 2, 5: 2, 6: 2, 7: 2, 12: 0, 14: 0 }
/** SUBSCRIBE and UNSUBSCRIBE. */
const SMALL = new Set([CONNECT, 8, 10])

/**
 * Stands before the broker's parser, which would collect up to 256 MiB for one packet before it looks at it.
 * Costs a few comparisons per packet; the payload is skipped, not read.
 */
export function createPacketGuard(options: PacketGuardOptions): PacketGuard {
  const { publishBytes, meter } = options
  let isSignedIn = false
  let hasConnected = false
  let saidGoodbye = false
  /** Packet type whose remaining length or body is being read, or 0 between packets. */
  let type = 0
  let length = 0
  let lengthBytes = 0
  /** Bytes of the body still to come, or -1 while the length is not known. */
  let missing = -1
  let buffered = 0
  let sinceMs = 0
  let currentMs = 0

  function begin(firstByte: number): Refusal | null {
    sinceMs = currentMs
    type = firstByte >> 4
    length = 0
    lengthBytes = 0
    missing = -1
    // [MQTT-3.1.0-1] the first packet is CONNECT; [MQTT-3.1.0-2] there is one only.
    if ((type === CONNECT) === hasConnected) return refuse('bad_payload', 'CONNECT must come first, and once')
    hasConnected = true
    if (saidGoodbye) return refuse('bad_payload', 'a packet after DISCONNECT')
    if (type === PUBLISH || SMALL.has(type) || EXACT[type] !== undefined) return null
    return refuse('bad_payload', `packet type ${type} is not for a client to send`)
  }

  /** One byte of the remaining length; [MQTT-2.2.3] allows four. */
  function addLengthByte(byte: number): Refusal | null {
    length += (byte & 0x7f) * 128 ** lengthBytes
    lengthBytes++
    if (byte >= 0x80) return lengthBytes < 4 ? null : refuse('bad_payload', 'remaining length of more than four bytes')
    const exact = EXACT[type]
    if (exact !== undefined && length !== exact) return refuse('bad_payload', `packet type ${type} of wrong length`)
    const limit = type === PUBLISH && isSignedIn ? publishBytes : SMALL_PACKET_BYTES
    if (length > limit) return refuse('too_large', `a packet of ${length} bytes, at most ${limit} are allowed`)
    missing = length
    return null
  }

  function end() {
    if (type === DISCONNECT) saidGoodbye = true
    type = 0
  }

  function read(chunk: Buffer): Refusal | null {
    let i = 0
    while (i < chunk.length) {
      if (type === 0) {
        const fault = begin(chunk[i++] as number)
        if (fault) return fault
      } else if (missing < 0) {
        const fault = addLengthByte(chunk[i++] as number)
        if (fault) return fault
      } else {
        const skipped = Math.min(missing, chunk.length - i)
        i += skipped
        missing -= skipped
      }
      if (type !== 0 && missing === 0) end()
    }
    return null
  }

  function measure(): Refusal | null {
    const before = buffered
    buffered = type === 0 ? 0 : 1 + lengthBytes + (missing < 0 ? 0 : length - missing)
    meter.bytes += buffered - before
    if (meter.bytes <= meter.limit) return null
    return refuse('overloaded', `more than ${meter.limit} bytes of unfinished packets`)
  }

  return {
    check(chunk, nowMs) {
      currentMs = nowMs
      return read(chunk) ?? measure()
    },
    signedIn() {
      isSignedIn = true
    },
    get incompleteSinceMs() {
      return buffered > 0 ? sinceMs : null
    },
    get saidGoodbye() {
      return saidGoodbye
    },
    close() {
      meter.bytes -= buffered
      buffered = 0
    },
  }
}
