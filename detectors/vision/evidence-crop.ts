import type { Box } from './box.ts'
import type { Size } from './letterbox.ts'

/** A part of a picture in whole pixels, and the size at which it is shown. */
export interface Crop {
  left: number
  top: number
  width: number
  height: number
  shown: Size
}

/** Context on each side: the larger of the objects' longest side and 15 % of the picture's. */
const CONTEXT_OF_OBJECTS = 1
const CONTEXT_OF_PICTURE = 0.15
const LONGEST_SHOWN_PX = 1600
/** A smaller part is enlarged, to at most twice its size, so that its labels can be read. */
const SHORTEST_SHOWN_PX = 640

/** The part of a picture that shows all its detections with what lies around them; inside the picture. */
export function evidenceCrop(boxes: readonly Box[], picture: Size): Crop {
  const x1 = Math.min(...boxes.map((box) => box.x1))
  const y1 = Math.min(...boxes.map((box) => box.y1))
  const x2 = Math.max(...boxes.map((box) => box.x2))
  const y2 = Math.max(...boxes.map((box) => box.y2))
  const context = Math.max(
    CONTEXT_OF_OBJECTS * Math.max(x2 - x1, y2 - y1),
    CONTEXT_OF_PICTURE * Math.max(picture.width, picture.height),
  )
  const left = Math.max(0, Math.floor(x1 - context))
  const top = Math.max(0, Math.floor(y1 - context))
  const width = Math.max(1, Math.min(picture.width, Math.ceil(x2 + context)) - left)
  const height = Math.max(1, Math.min(picture.height, Math.ceil(y2 + context)) - top)
  return { left, top, width, height, shown: shownSize(width, height) }
}

function shownSize(width: number, height: number): Size {
  const longest = Math.max(width, height)
  const scale = Math.min(LONGEST_SHOWN_PX / longest, Math.max(1, Math.min(2, SHORTEST_SHOWN_PX / longest)))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
