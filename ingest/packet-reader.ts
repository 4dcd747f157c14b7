import { type Refusal, refuse } from '../core/refusal.ts'

/** Cuts a connection's bytes into packets, and says where they stop being MQTT 3.1.1, or grow too large. */
export interface PacketReader {
  /** Takes the next chunk, in order, and hands out what it completes. After a Refusal the connection must be closed. */
  read(chunk: Buffer, nowMs: number): Refusal | null
  /** From now on packets may be as large as a picture. */
  signedIn(): void
  /** When the packet that is still incomplete began, or null. */
  incompleteSinceMs(): number | null
  /** True once DISCONNECT came: the device leaves on purpose [MQTT-3.14.4-3]. */
  saidGoodbye(): boolean
  /** Hands out nothing more, and gives the bytes of an incomplete packet back to the meter. */
  close(): void
}

/** Bytes of incomplete packets over all connections, and how many there may be. */
export interface ByteMeter {
  bytes: number
  readonly limit: number
}

export interface PacketReaderOptions {
  /** Largest PUBLISH of a device that signed in. */
  publishBytes: number
  meter: ByteMeter
  /** One whole packet; `isPublish` says of which kind, `bodyAt` where its fixed header ends. */
  onPacket(packet: Buffer, isPublish: boolean, bodyAt: number): void
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

/** A packet's limits are known from its first bytes, so nothing too large is ever collected. */
export function createPacketReader(options: PacketReaderOptions): PacketReader {
  const { publishBytes, meter, onPacket } = options
  let isSignedIn = false
  let hasConnected = false
  let saidGoodbye = false
  let isClosed = false
  /** Packet type whose remaining length or body is being read, or 0 between packets. */
  let type = 0
  let length = 0
  let lengthBytes = 0
  /** Bytes of the body still to come, or -1 while the length is not known. */
  let missing = -1
  /** What earlier chunks brought of it. */
  let pieces: Buffer[] = []
  let buffered = 0
  let sinceMs = 0

  function begin(firstByte: number): Refusal | null {
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

  function end(last: Buffer): void {
    const packet = pieces.length === 0 ? last : Buffer.concat([...pieces, last])
    const isPublish = type === PUBLISH
    if (type === DISCONNECT) saidGoodbye = true
    pieces = []
    type = 0
    onPacket(packet, isPublish, 1 + lengthBytes)
  }

  function read(chunk: Buffer, nowMs: number): Refusal | null {
    let at = 0
    let start = 0
    while (at < chunk.length && !isClosed) {
      if (type === 0) {
        start = at
        sinceMs = nowMs
        const fault = begin(chunk[at++] as number)
        if (fault) return fault
      } else if (missing < 0) {
        const fault = addLengthByte(chunk[at++] as number)
        if (fault) return fault
      } else {
        const taken = Math.min(missing, chunk.length - at)
        at += taken
        missing -= taken
      }
      if (type !== 0 && missing === 0) end(chunk.subarray(start, at))
    }
    if (type !== 0) keep(chunk, start)
    return null
  }

  /** A small rest is copied, so that it does not hold the whole chunk. */
  function keep(chunk: Buffer, start: number): void {
    const piece = chunk.subarray(start)
    pieces.push(piece.length * 2 < chunk.length ? Buffer.from(piece) : piece)
  }

  function measure(): Refusal | null {
    const before = buffered
    buffered = type === 0 ? 0 : 1 + lengthBytes + (missing < 0 ? 0 : length - missing)
    meter.bytes += buffered - before
    if (meter.bytes <= meter.limit) return null
    return refuse('overloaded', `more than ${meter.limit} bytes of unfinished packets`)
  }

  return {
    read: (chunk, nowMs) => read(chunk, nowMs) ?? measure(),
    signedIn() {
      isSignedIn = true
    },
    incompleteSinceMs: () => (buffered > 0 ? sinceMs : null),
    saidGoodbye: () => saidGoodbye,
    close() {
      isClosed = true
      type = 0
      meter.bytes -= buffered
      buffered = 0
      pieces = []
    },
  }
}
