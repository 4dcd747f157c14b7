/** Something seen from above, to be laid on the water. Its x axis runs along it, y to its right. */
export interface Sprite {
  width: number
  height: number
  /** uint8 [height, width, 4], colours not multiplied by alpha. */
  rgba: Uint8Array
  /** The part that is not see-through, pixels. */
  extent: { x: number; y: number; width: number; height: number }
  /** Corners around that part, pixels. */
  outline: [number, number][]
  /** Pixels that are not see-through. */
  areaPx: number
}

/** From here on a pixel belongs to the thing. */
const SOLID = 96

/** Finds where the thing lies in its picture. `solid`: least alpha of a pixel that belongs to it. */
export function toSprite(rgba: Uint8Array, width: number, height: number, solid = SOLID): Sprite {
  const edge: [number, number][] = []
  let areaPx = 0
  for (let y = 0; y < height; y++) {
    const row = Array.from({ length: width }, (_, x) => x).filter((x) => rgba[(y * width + x) * 4 + 3]! >= solid)
    areaPx += row.length
    const [first, last] = [row[0], row.at(-1)]
    if (first === undefined || last === undefined) continue
    edge.push([first, y], [last + 1, y], [first, y + 1], [last + 1, y + 1])
  }
  const xs = edge.map(([x]) => x)
  const ys = edge.map(([, y]) => y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  const extent = { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
  return { width, height, rgba, extent, outline: hull(edge), areaPx }
}

/** Convex hull, Andrew's monotone chain. */
function hull(points: [number, number][]): [number, number][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return [...halfHull(sorted), ...halfHull(sorted.reverse())]
}

function halfHull(points: [number, number][]): [number, number][] {
  const chain: [number, number][] = []
  for (const point of points) {
    while (chain.length >= 2 && !isLeftTurn(chain.at(-2)!, chain.at(-1)!, point)) chain.pop()
    chain.push(point)
  }
  return chain.slice(0, -1)
}

function isLeftTurn(a: [number, number], b: [number, number], c: [number, number]): boolean {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0
}
