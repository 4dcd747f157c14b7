import sharp from 'sharp'
import type { RefusedPicture } from './analysis-result.ts'
import type { Letterbox, Size } from './letterbox.ts'

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
 * Decodes a JPEG right at the size of the network's input (shrunk while decoding where that is possible) with padding
 * beside it. out: uint8 [height, width, 3] RGB of the input's size. No auto-rotation: drones' gimbal angles, and so
 * all positions, are in the sensor's axes.
 */
export async function decodeLetterboxed(
  jpeg: Buffer,
  box: Letterbox,
  options: { padding: number; maxPixels: number },
): Promise<Uint8Array | RefusedPicture> {
  const { inner, input, left, top } = box
  const grey = { r: options.padding, g: options.padding, b: options.padding }
  try {
    return await sharp(jpeg, { limitInputPixels: options.maxPixels, failOn: FAIL_ON })
      .resize(inner.width, inner.height, { fit: 'fill' })
      .toColourspace('srgb')
      .extend({
        left,
        top,
        right: input.width - inner.width - left,
        bottom: input.height - inner.height - top,
        background: grey,
      })
      .raw()
      .toBuffer()
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
