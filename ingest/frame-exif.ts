import exifReader, { type Exif } from 'exif-reader'

/** What a frame's EXIF says, in the units of EXIF; absent what it lacks or garbles. */
export interface FrameExif {
  latitudeDeg?: number
  longitudeDeg?: number
  /** Above sea level or ellipsoid. */
  altitudeM?: number
  /** Focal length that would give the same view on 36 × 24 mm film. */
  focal35mm?: number
  focalMm?: number
  /** Of the camera. */
  model?: string
  /** What wrote the file last. */
  software?: string
  /** Wall-clock time of the exposure as if it were UTC, ms. */
  localMs?: number
  /** `+08:00`, where the camera wrote it. */
  utcOffset?: string
}

/** Values that all entries of an honest header hold together; a forged one can claim each byte thousands of times. */
const MAX_VALUES = 262_144

/** Never throws: broken EXIF is no EXIF. */
export function readFrameExif(bytes: Buffer): FrameExif {
  try {
    if (claimedValues(bytes) > MAX_VALUES) return {}
    return pick(exifReader(bytes))
  } catch {
    return {}
  }
}

function pick(exif: Exif): FrameExif {
  const { Photo: photo, GPSInfo: gps, Image: image } = exif
  const latitudeDeg = degrees(gps?.GPSLatitude, gps?.GPSLatitudeRef, 'S')
  const longitudeDeg = degrees(gps?.GPSLongitude, gps?.GPSLongitudeRef, 'W')
  const altitude = positive(gps?.GPSAltitude)
  const focal35mm = positive(photo?.FocalLengthIn35mmFilm)
  const focalMm = positive(photo?.FocalLength)
  const model = text(image?.Model)
  const software = text(image?.Software)
  const localMs = exposureMs(photo?.DateTimeOriginal, photo?.SubSecTimeOriginal)
  const utcOffset = text(photo?.OffsetTimeOriginal)
  return {
    ...(latitudeDeg !== undefined && { latitudeDeg }),
    ...(longitudeDeg !== undefined && { longitudeDeg }),
    ...(altitude !== undefined && { altitudeM: Number(gps?.GPSAltitudeRef) === 1 ? -altitude : altitude }),
    ...(focal35mm !== undefined && { focal35mm }),
    ...(focalMm !== undefined && { focalMm }),
    ...(model !== undefined && { model }),
    ...(software !== undefined && { software }),
    ...(localMs !== undefined && { localMs }),
    ...(utcOffset !== undefined && { utcOffset }),
  }
}

/** Degrees, minutes, seconds and a hemisphere letter. */
function degrees(parts: unknown, ref: unknown, negative: 'S' | 'W'): number | undefined {
  if (!Array.isArray(parts) || parts.length !== 3) return undefined
  const [deg, min, sec] = parts.map(Number) as [number, number, number]
  const value = deg + min / 60 + sec / 3600
  if (!(value >= 0)) return undefined
  return text(ref)?.toUpperCase() === negative ? -value : value
}

function exposureMs(date: unknown, subSeconds: unknown): number | undefined {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined
  const fraction = Number(`0.${text(subSeconds) ?? '0'}`)
  return date.getTime() + (fraction > 0 ? Math.round(fraction * 1000) : 0)
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined
}

/** Cameras pad texts with zero bytes. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const [beforeZero] = value.split('\0')
  return beforeZero?.trim() || undefined
}

/**
 * Sum of the value counts that the directories of a TIFF header claim. The reader materialises every claimed value, so
 * 64 KB of overlapping entries could otherwise ask for gigabytes. Throws for offsets outside the bytes.
 */
function claimedValues(bytes: Buffer): number {
  const start = bytes.toString('latin1', 0, 4) === 'Exif' ? 6 : 0
  const big = bytes[start] === 0x4d
  const u16 = (at: number) => (big ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at))
  const u32 = (at: number) => (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
  const pending = [u32(start + 4)]
  let sum = 0
  for (let offset = pending.pop(), directories = 0; offset && directories < 8; offset = pending.pop(), directories++) {
    const first = start + offset
    const entries = u16(first)
    for (let at = first + 2; at < first + 2 + entries * 12 && at + 12 <= bytes.length; at += 12) {
      sum += u32(at + 4)
      if (SUB_DIRECTORY_TAGS.has(u16(at))) pending.push(u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8))
    }
    const next = first + 2 + entries * 12
    if (next + 4 <= bytes.length) pending.push(u32(next))
  }
  return sum
}

/** Photo, GPS and interoperability directories. */
const SUB_DIRECTORY_TAGS = new Set([0x8769, 0x8825, 0xa005])
