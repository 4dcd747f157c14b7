import sharp, { type Metadata } from 'sharp'
import type { Pose } from '../core/detection.ts'
import { type Refusal, refuse } from '../core/refusal.ts'
import { type FrameExif, readFrameExif } from './frame-exif.ts'
import { poseOfTags } from './frame-tags.ts'
import { readDjiTags } from './frame-xmp.ts'

/** What a frame says of itself, before any of its pixels is looked at. */
export interface FrameHeader {
  /** As stored: EXIF orientation not applied. */
  widthPx: number
  heightPx: number
  /** When it was taken, ms since the epoch; null when it doesn't say so. */
  atMs: number | null
  pose: Pose
}

export interface FrameHeaderOptions {
  /** Zone of a camera that writes its time without one. */
  zone?: string
  maxPixels?: number
}

const DEFAULT_ZONE = 'Asia/Shanghai'
const DEFAULT_MAX_PIXELS = 100_000_000
/** Cameras without a clock say 1970 or 1980 or zeros. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)

/**
 * Reads size, time and pose from a JPEG's header: EXIF, and the XMP of DJI drones. Refuses `not_a_jpeg` (also for a
 * header that can't be read) and `too_large`. Broken metadata is no metadata; it never throws.
 */
export async function readFrameHeader(jpeg: Buffer, options: FrameHeaderOptions = {}): Promise<FrameHeader | Refusal> {
  const { zone = DEFAULT_ZONE, maxPixels = DEFAULT_MAX_PIXELS } = options
  // sharp would open SVG, TIFF and more: nothing but a JPEG may reach it.
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8 || jpeg[2] !== 0xff) return refuse('not_a_jpeg', 'the bytes are not a JPEG')
  const metadata = await readMetadata(jpeg)
  if (!metadata) return refuse('not_a_jpeg', 'the JPEG has no readable header')
  const { width, height } = metadata
  if (width * height > maxPixels)
    return refuse('too_large', `${width} × ${height} pixels, at most ${maxPixels} allowed`)

  const exif = metadata.exif ? readFrameExif(metadata.exif) : {}
  const tags = readDjiTags(metadata.xmpAsString ?? '')
  return {
    widthPx: width,
    heightPx: height,
    atMs: takenAtMs(exif, tags, zone),
    pose: poseOfTags(exif, tags, { width, height }),
  }
}

async function readMetadata(jpeg: Buffer): Promise<Metadata | null> {
  try {
    return await sharp(jpeg, { limitInputPixels: false }).metadata()
  } catch {
    return null
  }
}

function takenAtMs(exif: FrameExif, tags: ReadonlyMap<string, string>, zone: string): number | null {
  const atMs = parseUtc(tags.get('UTCAtExposure')) ?? exifMs(exif, zone)
  return atMs !== null && atMs >= EARLIEST_MS && atMs < LATEST_MS ? atMs : null
}

function exifMs({ localMs, utcOffset }: FrameExif, zone: string): number | null {
  if (localMs === undefined) return null
  const offset = utcOffset === undefined ? null : parseOffsetMs(utcOffset)
  if (offset !== null) return localMs - offset
  // The offset is looked up twice: the first guess may lie on the other side of a clock change.
  const guess = localMs - zoneOffsetMs(zone, localMs)
  return localMs - zoneOffsetMs(zone, guess)
}

/** `2023:05:10 03:12:45.123456` or with dashes and a T. */
function parseUtc(text: string | undefined): number | null {
  const match = /^(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?Z?$/.exec(text ?? '')
  if (!match) return null
  const [, year, month, day, hour, minute, second, fraction] = match
  return (
    Date.parse(
      `${year}-${month}-${day}T${hour}:${minute}:${second}${(fraction ?? '.000').padEnd(4, '0').slice(0, 4)}Z`,
    ) || null
  )
}

/** `+08:00` */
function parseOffsetMs(text: string): number | null {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text)
  if (!match) return text === 'Z' ? 0 : null
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}

/** How far a zone's clocks were ahead of UTC. */
function zoneOffsetMs(zone: string, atMs: number): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  return parseOffsetMs(name.slice('GMT'.length)) ?? 0
}
