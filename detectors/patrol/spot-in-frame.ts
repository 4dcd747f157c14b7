import type { Position } from '../../core/place.ts'

type Point = [x: number, y: number]
/** Row by row. */
type Matrix = [number, number, number, number, number, number, number, number, number]

/**
 * Where a picture shows a place on the ground, pixels from its upper left corner; null where it does not. `footprint`:
 * its corners on the ground, upper left, upper right, lower right, lower left. Source: P. Heckbert, Fundamentals of
 * texture mapping and image warping (1989), 2.2.3: the projective map of a square onto a quadrilateral, turned round.
 */
export function spotInFrame(
  footprint: readonly Position[],
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
  position: Position,
): Point | null {
  const [origin] = footprint
  if (origin === undefined || footprint.length !== 4) return null
  // On so small a piece of ground degrees are a plane; all that counts is that both axes have one unit.
  const stretch = Math.cos((origin.lat * Math.PI) / 180)
  const flat = ({ lat, lon }: Position): Point => [(lon - origin.lon) * stretch * 1e5, (lat - origin.lat) * 1e5]
  const back = inverse(squareToQuad(footprint.map(flat) as [Point, Point, Point, Point]))
  const [x, y] = apply(back, flat(position))
  const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1
  return isInside ? [x * widthPx, y * heightPx] : null
}

function squareToQuad([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: [Point, Point, Point, Point]): Matrix {
  const [dx1, dx2, dx3] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3]
  const [dy1, dy2, dy3] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3]
  const area = dx1 * dy2 - dx2 * dy1
  const g = (dx3 * dy2 - dx2 * dy3) / area
  const h = (dx1 * dy3 - dx3 * dy1) / area
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

/** Up to a factor, which a projective map does not know. */
function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  return [
    ...([e * i - f * h, c * h - b * i, b * f - c * e] as const),
    ...([f * g - d * i, a * i - c * g, c * d - a * f] as const),
    ...([d * h - e * g, b * g - a * h, a * e - b * d] as const),
  ]
}

function apply([a, b, c, d, e, f, g, h, i]: Matrix, [x, y]: Point): Point {
  const depth = g * x + h * y + i
  return [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth]
}
