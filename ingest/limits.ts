import { MAX_WAVEFORM_BYTES } from '../core/waveform-block.ts'

/** Every bound of the way in. Sizes in bytes, times in ms, rates per second and connection. */
export interface IngestLimits {
  /** Largest message of readings. */
  readingsBytes: number
  /** Most samples in one message, SenML or a back-fill batch included. */
  samplesPerMessage: number
  /** Largest picture. */
  frameBytes: number
  /** Largest block of raw vibration. */
  waveformBytes: number
  /** Largest birth message. */
  statusBytes: number
  /** Largest record body, as JSON. */
  recordBytes: number
  /** A device time further ahead of the arrival than this is refused as `time_out_of_range`. */
  futureMs: number
  /** Pictures whose header is read and whose evidence is written at the same time; the others wait. */
  framesInFlight: number
  /** Pictures that may wait; more are answered `overloaded`. */
  framesWaiting: number
  /** The same for blocks of raw vibration. */
  waveformsInFlight: number
  waveformsWaiting: number
  /** Messages of one connection per second, after a burst of `messagesBurst`; more are held back. */
  messagesPerS: number
  messagesBurst: number
  /** Payload bytes of one connection per second, after a burst of `bytesBurst`; more are held back. */
  bytesPerS: number
  bytesBurst: number
  /** Unacknowledged payload bytes of all connections together; whoever exceeds it is disconnected. */
  heldBytes: number
  /** Longest that a message is held before its connection is dropped; the keep-alive, if shorter. */
  holdMs: number
  /** A packet that takes longer than this to arrive costs its sender the connection. */
  packetMs: number
  connections: number
  /** Connections of one device; the newest wins. */
  connectionsPerDevice: number
}

const KIB = 1024
const MIB = 1024 * KIB

export const DEFAULT_LIMITS: IngestLimits = {
  readingsBytes: 256 * KIB,
  samplesPerMessage: 200,
  frameBytes: 32 * MIB,
  waveformBytes: MAX_WAVEFORM_BYTES,
  statusBytes: KIB,
  recordBytes: 64 * KIB,
  futureMs: 24 * 3600_000,
  framesInFlight: 4,
  framesWaiting: 64,
  waveformsInFlight: 8,
  waveformsWaiting: 256,
  messagesPerS: 1000,
  messagesBurst: 2000,
  bytesPerS: 8 * MIB,
  bytesBurst: 64 * MIB,
  heldBytes: 256 * MIB,
  holdMs: 30_000,
  packetMs: 120_000,
  connections: 10_000,
  connectionsPerDevice: 4,
}
