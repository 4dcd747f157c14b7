import type { InputLayout } from './input-layout.ts'
import type { Size } from './letterbox.ts'

/** The coarsest feature map of every family has one cell per 32 pixels. */
export const SIDE_MULTIPLE_PX = 32
const LONGEST_SIDE_PX = 4096

/**
 * Whether a network can be run on a picture of that size: its layout's own always; where the graph leaves height and
 * width free, every other with sides that are multiples of 32 up to 4096.
 */
export function takesSize(layout: Pick<InputLayout, 'size' | 'free'>, size: Size): boolean {
  if (size.width === layout.size.width && size.height === layout.size.height) return true
  return layout.free && [size.width, size.height].every(isSide)
}

function isSide(px: number): boolean {
  return px >= SIDE_MULTIPLE_PX && px <= LONGEST_SIDE_PX && px % SIDE_MULTIPLE_PX === 0
}

/**
 * The size for one pass over a whole picture: its shape, sides rounded up to multiples of 32, no side longer than the
 * layout's. Where the graph has one size only, that.
 */
export function wholePictureSize(layout: Pick<InputLayout, 'size' | 'free'>, picture: Size): Size {
  if (!layout.free) return layout.size
  const scale = Math.min(layout.size.width / picture.width, layout.size.height / picture.height)
  const side = (px: number, longest: number) =>
    Math.min(longest, Math.max(1, Math.ceil(Math.round(px * scale) / SIDE_MULTIPLE_PX)) * SIDE_MULTIPLE_PX)
  return { width: side(picture.width, layout.size.width), height: side(picture.height, layout.size.height) }
}
