import sharp from 'sharp'
import type { Letterbox, Size } from './letterbox.ts'
import type { Region } from './views.ts'

/** A decoded picture: uint8 [height, width, 3] RGB. */
export interface Raster extends Size {
  data: Uint8Array
}

/** The same picture at another size. Throws what sharp throws. */
export async function resizeRaster(raster: Raster, size: Size): Promise<Raster> {
  const { width, height } = raster
  if (size.width === width && size.height === height) return raster
  const data = await sharp(raster.data, { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
  return { ...size, data }
}

/** uint8 [input height, input width, 3] with a part of the picture, as large as `inner`, in its place and grey beside it. */
export async function toInputPixels(
  raster: Raster,
  region: Region,
  { input, inner, left, top }: Letterbox,
  padding: number,
): Promise<Uint8Array> {
  const part = await resizeRaster(cut(raster, region), inner)
  if (inner.width === input.width && inner.height === input.height) return part.data
  const pixels = new Uint8Array(input.width * input.height * 3).fill(padding)
  copyRows(part, { left: 0, top: 0, ...inner }, pixels, { width: input.width, left, top })
  return pixels
}

function cut(raster: Raster, region: Region): Raster {
  const { left, top, width, height } = region
  if (left === 0 && top === 0 && width === raster.width && height === raster.height) return raster
  const data = new Uint8Array(width * height * 3)
  copyRows(raster, region, data, { width, left: 0, top: 0 })
  return { width, height, data }
}

function copyRows(
  from: Raster,
  region: Region,
  to: Uint8Array,
  place: { width: number; left: number; top: number },
): void {
  for (let row = 0; row < region.height; row++) {
    const start = ((region.top + row) * from.width + region.left) * 3
    const target = ((place.top + row) * place.width + place.left) * 3
    to.set(from.data.subarray(start, start + region.width * 3), target)
  }
}
