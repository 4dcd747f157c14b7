import type { Box } from './box.ts'

export interface Size {
  width: number
  height: number
}

/** Where a picture lies inside the network's input: `inner` pixels starting at `left`, `top`, the rest is padding. */
export interface Letterbox {
  picture: Size
  input: Size
  inner: Size
  left: number
  top: number
}

/** Where the padding goes: around the picture, or (YOLOX) to its right and below. */
export type Alignment = 'centre' | 'top-left'

/** Fits a picture into the input without changing its shape (but for rounding to whole pixels, at least one). */
export function letterbox(picture: Size, input: Size, alignment: Alignment): Letterbox {
  const scale = Math.min(input.width / picture.width, input.height / picture.height)
  const inner = {
    width: Math.min(input.width, Math.max(1, Math.round(picture.width * scale))),
    height: Math.min(input.height, Math.max(1, Math.round(picture.height * scale))),
  }
  const centred = alignment === 'centre'
  return {
    picture,
    input,
    inner,
    left: centred ? Math.floor((input.width - inner.width) / 2) : 0,
    top: centred ? Math.floor((input.height - inner.height) / 2) : 0,
  }
}

/** A box in pixels of the picture, as it lies in the input. */
export function toInput(box: Box, { picture, inner, left, top }: Letterbox): Box {
  const sx = inner.width / picture.width
  const sy = inner.height / picture.height
  return { x1: box.x1 * sx + left, y1: box.y1 * sy + top, x2: box.x2 * sx + left, y2: box.y2 * sy + top }
}

/** A box in pixels of the input, as it lies in the picture; cut off at the picture's edges. */
export function toPicture(box: Box, { picture, inner, left, top }: Letterbox): Box {
  const x = (value: number) => clamp(((value - left) * picture.width) / inner.width, picture.width)
  const y = (value: number) => clamp(((value - top) * picture.height) / inner.height, picture.height)
  return { x1: x(box.x1), y1: y(box.y1), x2: x(box.x2), y2: y(box.y2) }
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value))
}
