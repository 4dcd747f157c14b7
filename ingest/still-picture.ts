import sharp from 'sharp'
import { AppError } from '../core/errors.ts'

const MAX_PIXELS = 100_000_000
const QUALITY = 82
const PROOF_PX = 64

/** Size of a JPEG, PNG or WebP as it is shown, upright. Throws `bad_request` for anything else, and for one that cannot be read to its end. */
export async function examineStill(bytes: Buffer): Promise<{ widthPx: number; heightPx: number }> {
  // sharp would open SVG, TIFF and more: nothing else may reach it.
  if (!isStill(bytes)) throw new AppError('bad_request', 'the bytes are no JPEG, PNG or WebP')
  try {
    const { autoOrient, pages = 1 } = await sharp(bytes, { limitInputPixels: MAX_PIXELS }).metadata()
    if (pages > 1) throw new Error('it moves')
    await showStill(bytes, PROOF_PX)
    return { widthPx: autoOrient.width, heightPx: autoOrient.height }
  } catch (cause) {
    throw new AppError('bad_request', 'the picture cannot be read', {}, { cause })
  }
}

/** The picture as JPEG, upright, at most so many pixels long, without anything that it says of itself. */
export function showStill(bytes: Buffer, longestPx: number): Promise<Buffer> {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
    .autoOrient()
    .resize({ width: longestPx, height: longestPx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: QUALITY })
    .toBuffer()
}

function isStill(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 12).toString('latin1')
  return head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF[\s\S]{4}WEBP/.test(head)
}
