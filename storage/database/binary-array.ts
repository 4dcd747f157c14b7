/** Type numbers of PostgreSQL's catalogue (pg_type.oid), which never change. */
const OID = { bool: 16, bytea: 17, int4: 23, text: 25, float8: 701, timestamptz: 1184 } as const
const HEADER_BYTES = 20
/** PostgreSQL counts microseconds from 2000-01-01 UTC. */
const EPOCH_2000_MS = 946_684_800_000
const TWO_TO_32 = 4_294_967_296

/** Array header: one dimension, lower bound 1. Source: array_send in PostgreSQL's src/backend/utils/adt/arrayfuncs.c. */
function writeHeader(out: Buffer, oid: number, length: number, hasNull: boolean): number {
  out.writeInt32BE(1, 0)
  out.writeInt32BE(hasNull ? 1 : 0, 4)
  out.writeInt32BE(oid, 8)
  out.writeInt32BE(length, 12)
  out.writeInt32BE(1, 16)
  return HEADER_BYTES
}

/** `text[]` in binary form. Unpaired surrogates become U+FFFD. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = HEADER_BYTES + values.length * 4
  for (const value of values) if (value !== null) bytes += Buffer.byteLength(value)
  const out = Buffer.allocUnsafe(bytes)
  let at = writeHeader(out, OID.text, values.length, values.includes(null))
  for (const value of values) {
    const length = value === null ? -1 : out.write(value, at + 4)
    out.writeInt32BE(length, at)
    at += 4 + Math.max(length, 0)
  }
  return out
}

/** `bytea[]` in binary form. */
export function byteaArray(values: readonly Buffer[]): Buffer {
  const bytes = values.reduce((sum, value) => sum + 4 + value.length, HEADER_BYTES)
  const out = Buffer.allocUnsafe(bytes)
  let at = writeHeader(out, OID.bytea, values.length, false)
  for (const value of values) {
    out.writeInt32BE(value.length, at)
    at += 4 + value.copy(out, at + 4)
  }
  return out
}

/** `float8[]` in binary form. */
export function float8Array(values: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + values.length * 12)
  let at = writeHeader(out, OID.float8, values.length, false)
  for (const value of values) {
    out.writeInt32BE(8, at)
    out.writeDoubleBE(value, at + 4)
    at += 12
  }
  return out
}

/** `int4[]` in binary form. Throws RangeError beyond 32 bits. */
export function int4Array(values: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + values.length * 8)
  let at = writeHeader(out, OID.int4, values.length, false)
  for (const value of values) {
    out.writeInt32BE(4, at)
    out.writeInt32BE(value, at + 4)
    at += 8
  }
  return out
}

/** `bool[]` in binary form. */
export function boolArray(values: readonly boolean[]): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + values.length * 5)
  let at = writeHeader(out, OID.bool, values.length, false)
  for (const value of values) {
    out.writeInt32BE(1, at)
    out[at + 4] = value ? 1 : 0
    at += 5
  }
  return out
}

function writeMicros(out: Buffer, at: number, ms: number): void {
  const micros = Math.round((ms - EPOCH_2000_MS) * 1000)
  const high = Math.floor(micros / TWO_TO_32)
  out.writeInt32BE(high, at)
  out.writeUInt32BE(micros - high * TWO_TO_32, at + 4)
}

/** `timestamptz[]` in binary form, from ms since the epoch. */
export function timestamptzArray(valuesMs: readonly (number | null)[]): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + valuesMs.length * 12)
  let at = writeHeader(out, OID.timestamptz, valuesMs.length, valuesMs.includes(null))
  for (const ms of valuesMs) {
    out.writeInt32BE(ms === null ? -1 : 8, at)
    if (ms !== null) writeMicros(out, at + 4, ms)
    at += ms === null ? 4 : 12
  }
  return out.subarray(0, at)
}

/** One `timestamptz` in binary form, from ms since the epoch. */
export function timestamptz(ms: number): Buffer {
  const out = Buffer.allocUnsafe(8)
  writeMicros(out, 0, ms)
  return out
}
