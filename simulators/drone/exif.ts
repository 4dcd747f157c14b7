/** What the EXIF block of a drone's picture says. */
export interface ExifFacts {
  make: string
  model: string
  /** Moment of the exposure, ms since the epoch. */
  atMs: number
  /** Local time zone that the camera's clock is set to, minutes east of UTC. */
  zoneMin: number
  lat: number
  lon: number
  altitudeM: number
  focalLengthMm: number
  focalLength35mm: number
}

type Entry = { tag: number; type: number; count: number; bytes: Buffer }
const ASCII = 2
const SHORT = 3
const LONG = 4
const RATIONAL = 5
const BYTE = 1
const UNDEFINED = 7
const ENTRY_BYTES = 12
const HEADER_BYTES = 8

/**
 * A little-endian TIFF with IFD0, Exif and GPS directories (CIPA DC-008-2023, chapter 4.6), written by hand so that the
 * picture itself is neither decoded nor encoded again and the bytes are the same everywhere.
 */
export function writeExif(facts: ExifFacts): Buffer {
  const local = new Date(facts.atMs + facts.zoneMin * 60_000).toISOString()
  const utc = new Date(facts.atMs).toISOString()
  const exif = [
    entry(0x9000, UNDEFINED, Buffer.from('0232')),
    ascii(0x9003, toExifTime(local)),
    ascii(0x9011, toZone(facts.zoneMin)),
    rational(0x920a, [[Math.round(facts.focalLengthMm * 100), 100]]),
    ascii(0x9291, local.slice(20, 23)),
    short(0xa405, facts.focalLength35mm),
  ]
  const gps = [
    entry(0, BYTE, Buffer.from([2, 3, 0, 0])),
    ascii(1, facts.lat < 0 ? 'S' : 'N'),
    rational(2, toDegrees(facts.lat)),
    ascii(3, facts.lon < 0 ? 'W' : 'E'),
    rational(4, toDegrees(facts.lon)),
    entry(5, BYTE, Buffer.from([facts.altitudeM < 0 ? 1 : 0])),
    rational(6, [[Math.round(Math.abs(facts.altitudeM) * 1000), 1000]]),
    rational(7, toClock(utc)),
    ascii(0x1d, toExifTime(utc).slice(0, 10)),
  ]
  const head = [ascii(0x010f, facts.make), ascii(0x0110, facts.model), long(0x8769, 0), long(0x8825, 0)]
  const exifAt = HEADER_BYTES + sizeOf(head)
  head[2] = long(0x8769, exifAt)
  head[3] = long(0x8825, exifAt + sizeOf(exif))
  const header = Buffer.from([0x49, 0x49, 42, 0, HEADER_BYTES, 0, 0, 0])
  return Buffer.concat([
    header,
    directory(head, HEADER_BYTES),
    directory(exif, exifAt),
    directory(gps, exifAt + sizeOf(exif)),
  ])
}

function entry(tag: number, type: number, bytes: Buffer, count = bytes.length): Entry {
  return { tag, type, count, bytes }
}

function ascii(tag: number, text: string): Entry {
  return entry(tag, ASCII, Buffer.from(`${text}\0`, 'latin1'))
}

function short(tag: number, value: number): Entry {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return entry(tag, SHORT, bytes, 1)
}

function long(tag: number, value: number): Entry {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return entry(tag, LONG, bytes, 1)
}

function rational(tag: number, fractions: [number, number][]): Entry {
  const bytes = Buffer.alloc(fractions.length * 8)
  for (const [i, [over, under]] of fractions.entries()) {
    bytes.writeUInt32LE(over, i * 8)
    bytes.writeUInt32LE(under, i * 8 + 4)
  }
  return entry(tag, RATIONAL, bytes, fractions.length)
}

/** Bytes of a directory with the values that don't fit into their entries, each on an even offset. */
function sizeOf(entries: Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + ENTRY_BYTES + (bytes.length > 4 ? evenly(bytes.length) : 0), 6)
}

function directory(entries: Entry[], at: number): Buffer {
  const block = Buffer.alloc(sizeOf(entries))
  block.writeUInt16LE(entries.length, 0)
  let valueAt = 2 + entries.length * ENTRY_BYTES + 4
  for (const [i, { tag, type, count, bytes }] of entries.entries()) {
    const offset = 2 + i * ENTRY_BYTES
    block.writeUInt16LE(tag, offset)
    block.writeUInt16LE(type, offset + 2)
    block.writeUInt32LE(count, offset + 4)
    if (bytes.length <= 4) {
      bytes.copy(block, offset + 8)
      continue
    }
    block.writeUInt32LE(at + valueAt, offset + 8)
    bytes.copy(block, valueAt)
    valueAt += evenly(bytes.length)
  }
  return block
}

function evenly(length: number): number {
  return length + (length % 2)
}

/** `2026-03-01T08:00:00.000Z` as `2026:03:01 08:00:00`. */
function toExifTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ').replaceAll('-', ':')
}

function toZone(zoneMin: number): string {
  const minutes = Math.abs(zoneMin)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${zoneMin < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Degrees, minutes and seconds to a ten-thousandth: 3 mm on the ground. */
function toDegrees(angle: number): [number, number][] {
  const tenthousandths = Math.round(Math.abs(angle) * 3600 * 10_000)
  const degrees = Math.floor(tenthousandths / 36_000_000)
  const minutes = Math.floor((tenthousandths % 36_000_000) / 600_000)
  return [
    [degrees, 1],
    [minutes, 1],
    [tenthousandths % 600_000, 10_000],
  ]
}

function toClock(iso: string): [number, number][] {
  return [
    [Number(iso.slice(11, 13)), 1],
    [Number(iso.slice(14, 16)), 1],
    [Math.round(Number(iso.slice(17, 23)) * 1000), 1000],
  ]
}
