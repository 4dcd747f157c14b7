import sharp from 'sharp'
import { type Grey, PHOTO_SIDE_PX } from './photo.ts'

/** A JPEG in grey, its longer side at most `sidePx`, in sensor axes; null when it can't be read or decoded. */
export async function loadGrey(jpeg: Buffer | string, maxPixels: number, sidePx = PHOTO_SIDE_PX): Promise<Grey | null> {
  try {
    const { data, info } = await sharp(jpeg, { limitInputPixels: maxPixels, failOn: 'error' })
      .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { data: onePlane(data, info.channels), width: info.width, height: info.height }
  } catch {
    return null
  }
}

function onePlane(data: Uint8Array, channels: number): Uint8Array {
  return channels === 1 ? data : data.filter((_, at) => at % channels === 0)
}
