/** How a picture lies in its frame: a point of the picture times `scale`, moved by `x` and `y`, is a point of the screen. */
export interface Lens {
  scale: number
  x: number
  y: number
}

export interface Size {
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

type Box = readonly [x: number, y: number, width: number, height: number]

/** More than eight screen pixels for one of the picture shows nothing more. */
const MAX_SCALE = 8
/** A box that is zoomed to takes this share of the frame. */
const BOX_SHARE = 0.35

/** The whole picture, in the middle. */
export function fitLens(picture: Size, frame: Size): Lens {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height)
  return { scale, x: (frame.width - picture.width * scale) / 2, y: (frame.height - picture.height * scale) / 2 }
}

/** The point of the picture in the middle of the frame, at a scale. */
export function lensAt(centre: Point, scale: number, picture: Size, frame: Size): Lens {
  const lens = { scale, x: frame.width / 2 - centre.x * scale, y: frame.height / 2 - centre.y * scale }
  return heldIn(lens, picture, frame)
}

/** A box and what is around it. */
export function lensTo(box: Box, picture: Size, frame: Size): Lens {
  const [x, y, width, height] = box
  const wanted = BOX_SHARE * Math.min(frame.width / Math.max(1, width), frame.height / Math.max(1, height))
  const scale = Math.min(MAX_SCALE, Math.max(fitLens(picture, frame).scale, wanted))
  return lensAt({ x: x + width / 2, y: y + height / 2 }, scale, picture, frame)
}

/** Larger or smaller by a factor; what is under the point stays there. */
export function zoomAt(lens: Lens, factor: number, point: Point, picture: Size, frame: Size): Lens {
  const least = fitLens(picture, frame).scale
  const scale = Math.min(Math.max(MAX_SCALE, least), Math.max(least, lens.scale * factor))
  const kept = scale / lens.scale
  return heldIn(
    { scale, x: point.x - (point.x - lens.x) * kept, y: point.y - (point.y - lens.y) * kept },
    picture,
    frame,
  )
}

export function panBy(lens: Lens, dx: number, dy: number, picture: Size, frame: Size): Lens {
  return heldIn({ ...lens, x: lens.x + dx, y: lens.y + dy }, picture, frame)
}

/** No empty edge where there is picture enough; a picture smaller than the frame stays in its middle. */
function heldIn({ scale, x, y }: Lens, picture: Size, frame: Size): Lens {
  const hold = (at: number, pictureLength: number, frameLength: number) => {
    const spare = frameLength - pictureLength * scale
    return spare >= 0 ? spare / 2 : Math.min(0, Math.max(spare, at))
  }
  return { scale, x: hold(x, picture.width, frame.width), y: hold(y, picture.height, frame.height) }
}

/** The point of the picture under a point of the screen. */
export function toPicture({ scale, x, y }: Lens, point: Point): Point {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale }
}

/** The box between two corners, whole pixels within the picture; null where it is too small to be meant. */
export function boxBetween(a: Point, b: Point, picture: Size): [number, number, number, number] | null {
  const within = (at: number, length: number) => Math.round(Math.min(length, Math.max(0, at)))
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)].map((at) => within(at, picture.width))
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)].map((at) => within(at, picture.height))
  const box: [number, number, number, number] = [left!, top!, right! - left!, bottom! - top!]
  return box[2] < 4 || box[3] < 4 ? null : box
}
