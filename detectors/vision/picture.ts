import sharp from 'sharp'
import type { RefusedPicture } from './analysis-result.ts'
import type { Size } from './letterbox.ts'
import type { Raster } from './raster.ts'

/** `error` still takes a picture with a few garbled blocks, as radio links produce, but not one that was cut off. */
const FAIL_ON = 'error'

/** Size as stored, EXIF orientation not applied. Reads the header only. Anything but a plain JPEG is refused. */
export async function readSize(jpeg: Buffer, maxPixels: number): Promise<Size | RefusedPicture> {
  if (jpeg.length === 0) return { state: 'refused', reason: 'empty' }
  if (!isJpeg(jpeg)) return { state: 'refused', reason: 'not_a_jpeg' }
  try {
    const { width, height } = await sharp(jpeg, { limitInputPixels: maxPixels }).metadata()
    return { width, height }
  } catch (error) {
    return { state: 'refused', reason: refusalOf(error) }
  }
}

/**
 * Decodes a JPEG at a size that is no larger than its own (shrunk while decoding where that is possible). No
 * auto-rotation: drones' gimbal angles, and so all positions, are in the sensor's axes.
 */
export async function decodeAt(jpeg: Buffer, size: Size, maxPixels: number): Promise<Raster | RefusedPicture> {
  try {
    const data = await sharp(jpeg, { limitInputPixels: maxPixels, failOn: FAIL_ON })
      .resize(size.width, size.height, { fit: 'fill' })
      .toColourspace('srgb')
      .raw()
      .toBuffer()
    return { ...size, data }
  } catch (error) {
    return { state: 'refused', reason: refusalOf(error) }
  }
}

/** Starts like a JPEG. sharp would also open SVG, TIFF or PDF: nothing that a stranger sends may reach those. */
function isJpeg(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

function refusalOf(error: unknown): 'too_large' | 'undecodable' {
  return error instanceof Error && /pixel limit/i.test(error.message) ? 'too_large' : 'undecodable'
}
