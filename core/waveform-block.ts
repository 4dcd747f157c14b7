import { crc32 } from 'node:zlib'
import { AXES, type Quantity, type SampleType, type WaveformHead } from './vibration.ts'

/**
 * Format `HYWF` version 1, little endian; `docs/FORMATS.md` has it byte by byte. Bounds keep the work of one block
 * small: at most `MAX_SAMPLES` per axis and a minute; a second is the least in which 1 Hz can be seen.
 */
const MAGIC = 0x46575948 // 'HYWF'
const VERSION = 1
const HEAD_BYTES = 48
const CRC_BYTES = 4
const OVERRANGE = 1
export const MAX_SAMPLES = 65_536
export const MAX_WAVEFORM_BYTES = HEAD_BYTES + 3 * 4 * MAX_SAMPLES + CRC_BYTES
export const SAMPLE_RATE_HZ = { least: 50, most: 5_000 } as const
const BLOCK_S = { least: 1, most: 60 } as const
const QUANTITIES: readonly Quantity[] = ['velocity', 'acceleration']
const SAMPLE_TYPES: readonly SampleType[] = ['int16', 'int32', 'float32']
const BYTES: Record<SampleType, number> = { int16: 2, int32: 4, float32: 4 }

/** The head of a whole and sound block, or what is wrong with it. Never throws, whatever the bytes are. */
export function parseWaveform(bytes: Buffer): WaveformHead | { fault: string } {
  if (bytes.length < HEAD_BYTES + CRC_BYTES) return fault(`expected at least ${HEAD_BYTES + CRC_BYTES} bytes`)
  if (bytes.readUInt32LE(0) !== MAGIC) return fault('does not begin with HYWF')
  if (bytes[4] !== VERSION) return fault(`version ${bytes[4]}: expected ${VERSION}`)
  const head = readHead(bytes)
  if ('fault' in head) return head
  const { axes, sampleType, samples } = head
  const length = HEAD_BYTES + axes.length * BYTES[sampleType] * samples + CRC_BYTES
  if (bytes.length !== length) return fault(`${bytes.length} bytes, but its head says ${length}`)
  if (crc32(bytes.subarray(0, length - CRC_BYTES)) !== bytes.readUInt32LE(length - CRC_BYTES))
    return fault('the checksum does not fit: bytes were changed on the way')
  return sampleType === 'float32' && !isFinite32(bytes, length) ? fault('a sample is not a finite number') : head
}

function readHead(bytes: Buffer): WaveformHead | { fault: string } {
  const quantity = QUANTITIES[bytes[5]! - 1]
  const sampleType = SAMPLE_TYPES[bytes[6]! - 1]
  const axes = AXES.filter((_, i) => (bytes[7]! & (1 << i)) !== 0)
  const flags = bytes.readUInt16LE(8)
  const startUs = Number(bytes.readBigUInt64LE(16))
  const [sampleRateHz, scale] = [bytes.readDoubleLE(24), bytes.readDoubleLE(32)]
  const [samples, fullScale] = [bytes.readUInt32LE(40), bytes.readFloatLE(44)]
  if (quantity === undefined) return fault('byte 5: 1 (velocity, mm/s) or 2 (acceleration, m/s²)')
  if (sampleType === undefined) return fault('byte 6: 1 (int16), 2 (int32) or 3 (float32)')
  if (bytes[7]! < 1 || bytes[7]! > 7) return fault('byte 7: 1 (x) + 2 (y) + 4 (z), at least one of them')
  if ((flags & ~OVERRANGE) !== 0) return fault('bytes 8 and 9: 0, or 1 for a sensor beyond its range')
  if (bytes.readUInt16LE(10) !== HEAD_BYTES) return fault(`bytes 10 and 11: the length of the head, ${HEAD_BYTES}`)
  if (!Number.isSafeInteger(startUs)) return fault('bytes 16 to 23: µs since the epoch')
  if (!isWithin(sampleRateHz, SAMPLE_RATE_HZ))
    return fault(`sample rate: ${SAMPLE_RATE_HZ.least} to ${SAMPLE_RATE_HZ.most} Hz`)
  if (!(scale > 0 && scale <= 1e6)) return fault('scale: above 0, at most 1,000,000')
  if (samples > MAX_SAMPLES || !isWithin(samples / sampleRateHz, BLOCK_S))
    return fault(`samples: ${BLOCK_S.least} to ${BLOCK_S.most} s and at most ${MAX_SAMPLES} an axis`)
  if (!(fullScale >= 0 && Number.isFinite(fullScale))) return fault('full scale: 0 (not told) or more')
  const overrange = (flags & OVERRANGE) !== 0
  const sequence = bytes.readUInt32LE(12)
  return { quantity, sampleType, axes, overrange, sequence, startUs, sampleRateHz, scale, samples, fullScale }
}

function isWithin(value: number, { least, most }: { least: number; most: number }): boolean {
  return value >= least && value <= most
}

function isFinite32(bytes: Buffer, length: number): boolean {
  // All eight bits of the exponent set: infinite or no number. Reading the floats takes ten times as long.
  for (let at = HEAD_BYTES + 3; at < length - CRC_BYTES; at += 4)
    if ((bytes[at]! & 0x7f) === 0x7f && (bytes[at - 1]! & 0x80) !== 0) return false
  return true
}

function fault(text: string): { fault: string } {
  return { fault: text }
}

/** The stored values of each axis, in the order of `head.axes` and not scaled. */
export function storedSamples(bytes: Buffer, { axes, samples, sampleType }: WaveformHead): Float64Array[] {
  const columns = axes.map(() => new Float64Array(samples))
  const width = BYTES[sampleType]
  for (let i = 0, at = HEAD_BYTES; i < samples; i++)
    for (const column of columns) {
      column[i] = readSample(bytes, at, sampleType)
      at += width
    }
  return columns
}

function readSample(bytes: Buffer, at: number, type: SampleType): number {
  if (type === 'int16') return bytes.readInt16LE(at)
  return type === 'int32' ? bytes.readInt32LE(at) : bytes.readFloatLE(at)
}

/** A block from stored values, one column per axis of `head`; integers are rounded and held within their type. */
export function encodeWaveform(head: WaveformHead, columns: readonly ArrayLike<number>[]): Buffer {
  const { axes, samples, sampleType } = head
  const width = BYTES[sampleType]
  const bytes = Buffer.alloc(HEAD_BYTES + axes.length * width * samples + CRC_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.set([VERSION, QUANTITIES.indexOf(head.quantity) + 1, SAMPLE_TYPES.indexOf(sampleType) + 1], 4)
  bytes[7] = axes.reduce((mask, axis) => mask | (1 << AXES.indexOf(axis)), 0)
  bytes.writeUInt16LE(head.overrange ? OVERRANGE : 0, 8)
  bytes.writeUInt16LE(HEAD_BYTES, 10)
  bytes.writeUInt32LE(head.sequence, 12)
  bytes.writeBigUInt64LE(BigInt(head.startUs), 16)
  bytes.writeDoubleLE(head.sampleRateHz, 24)
  bytes.writeDoubleLE(head.scale, 32)
  bytes.writeUInt32LE(samples, 40)
  bytes.writeFloatLE(head.fullScale, 44)
  for (let i = 0, at = HEAD_BYTES; i < samples; i++)
    for (const column of columns) {
      writeSample(bytes, at, sampleType, column[i] as number)
      at += width
    }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, bytes.length - CRC_BYTES)), bytes.length - CRC_BYTES)
  return bytes
}

function writeSample(bytes: Buffer, at: number, type: SampleType, value: number): void {
  if (type === 'float32') bytes.writeFloatLE(value, at)
  else if (type === 'int16') bytes.writeInt16LE(Math.min(32_767, Math.max(-32_768, Math.round(value))), at)
  else bytes.writeInt32LE(Math.min(2_147_483_647, Math.max(-2_147_483_648, Math.round(value))), at)
}

/** End of the block, ms: one sample after its last. */
export function endMsOf({ startUs, samples, sampleRateHz }: WaveformHead): number {
  return Math.round(startUs / 1000 + (samples / sampleRateHz) * 1000)
}
