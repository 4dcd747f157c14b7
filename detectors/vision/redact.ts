import sharp, { type OverlayOptions, type Raw } from 'sharp'
import { area, type Box } from './box.ts'
import type { Crop } from './evidence-crop.ts'
import type { Size } from './letterbox.ts'

/** Each side is moved out by this share of the box, at least by the pixels below: boxes cut off feet and shadows. */
const MARGIN_SHARE = 0.15
const LEAST_MARGIN_PX = 4
/** What is left of a covered part along its longer side. A face is recognised from some 16 pixels; a whole person has 6. */
const CELLS_LEFT = 6
/** A box that shares this much with the one to be shown is the same person. */
const SAME_IOU = 0.5

/** A picture as it may be shown. */
export interface ShownPicture {
  /** The part of it, and its size on the page. */
  crop: Crop
  /** What is covered, in pixels of the picture. */
  cover: readonly Box[]
  /** SVG of the crop's shown size, laid over everything. */
  overlay?: Buffer
  /** Thin coloured lines keep their colour with `4:4:4`. */
  chromaSubsampling?: '4:4:4' | '4:2:0'
}

/** The whole picture, its longer side at most `longestPx`. */
export function wholePicture({ width, height }: Size, longestPx = Number.POSITIVE_INFINITY): Crop {
  const scale = Math.min(1, longestPx / Math.max(width, height))
  const shown = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  return { left: 0, top: 0, width, height, shown }
}

/** The boxes of people that are covered when the picture is shown because of `shown`: all but that person. */
export function coverOf(people: readonly Box[], shown: Box | null): Box[] {
  if (shown === null) return [...people]
  return people.filter((box) => !isSamePerson(box, shown))
}

function isSamePerson(box: Box, shown: Box): boolean {
  const width = Math.min(box.x2, shown.x2) - Math.max(box.x1, shown.x1)
  const height = Math.min(box.y2, shown.y2) - Math.max(box.y1, shown.y1)
  if (width <= 0 || height <= 0) return false
  const shared = width * height
  return shared / (area(box) + area(shown) - shared) >= SAME_IOU
}

/**
 * A JPEG of a part of a picture, people covered: what lies under `cover` is shrunk to a few pixels and drawn large again,
 * so that it cannot be brought back. Carries no metadata. One decode; throws what sharp throws.
 */
export async function renderShown(jpeg: Buffer, picture: ShownPicture, maxPixels: number): Promise<Buffer> {
  const { crop, cover, overlay, chromaSubsampling = '4:2:0' } = picture
  const { data, info } = await sharp(jpeg, { limitInputPixels: maxPixels, failOn: 'error' })
    .extract({ left: crop.left, top: crop.top, width: crop.width, height: crop.height })
    .resize(crop.shown.width, crop.shown.height, { fit: 'fill' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const areas = cover.map((box) => toShownArea(box, crop)).filter((found) => found !== null)
  const patches = await Promise.all(areas.map((found) => coverPatch(data, raw, found)))
  const layers = [...patches, ...(overlay ? [{ input: overlay, left: 0, top: 0 }] : [])]
  return sharp(data, { raw }).composite(layers).jpeg({ quality: 85, chromaSubsampling }).toBuffer()
}

interface Area extends Size {
  left: number
  top: number
}

/** Where a box lies in the shown part, grown by its margin, in whole pixels; null when outside. */
function toShownArea(box: Box, crop: Crop): Area | null {
  const marginX = Math.max(LEAST_MARGIN_PX, (box.x2 - box.x1) * MARGIN_SHARE)
  const marginY = Math.max(LEAST_MARGIN_PX, (box.y2 - box.y1) * MARGIN_SHARE)
  const { shown } = crop
  const scaleX = shown.width / crop.width
  const scaleY = shown.height / crop.height
  const left = Math.max(0, Math.floor((box.x1 - marginX - crop.left) * scaleX))
  const top = Math.max(0, Math.floor((box.y1 - marginY - crop.top) * scaleY))
  const right = Math.min(shown.width, Math.ceil((box.x2 + marginX - crop.left) * scaleX))
  const bottom = Math.min(shown.height, Math.ceil((box.y2 + marginY - crop.top) * scaleY))
  if (!(right > left && bottom > top)) return null
  return { left, top, width: right - left, height: bottom - top }
}

async function coverPatch(pixels: Buffer, raw: Raw, found: Area): Promise<OverlayOptions> {
  const cell = Math.max(found.width, found.height) / CELLS_LEFT
  const width = Math.max(1, Math.min(found.width, Math.round(found.width / cell)))
  const height = Math.max(1, Math.min(found.height, Math.round(found.height / cell)))
  const small = await sharp(pixels, { raw }).extract(found).resize(width, height, { fit: 'fill' }).raw().toBuffer()
  const input = await sharp(small, { raw: { width, height, channels: raw.channels } })
    .resize(found.width, found.height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer()
  const { left, top } = found
  return { input, raw: { width: found.width, height: found.height, channels: raw.channels }, left, top }
}
