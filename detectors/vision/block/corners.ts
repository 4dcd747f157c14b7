import { type GroundRaster, NOTHING } from './rectify.ts'

/** Cells around one that its structure is summed over, on each side. */
const AROUND = 2

/**
 * The cell of each block that is most like a corner: where the raster changes in every direction, so that it can be
 * found again in both. Never nearer to the raster's edge than `margin` cells, nor to what is unknown than `known`.
 * Source: Shi and Tomasi, Good features to track, 1994.
 */
export function findCorners(
  raster: GroundRaster,
  side: number,
  { block, margin, known }: { block: number; margin: number; known: number },
): { column: number; row: number }[] {
  const corners = []
  for (let top = margin; top < side - margin; top += block) {
    for (let left = margin; left < side - margin; left += block) {
      let best = { strength: 0, column: 0, row: 0 }
      for (let row = top; row < Math.min(top + block, side - margin); row++) {
        for (let column = left; column < Math.min(left + block, side - margin); column++) {
          const strength = cornerness(raster, side, column, row)
          if (strength > best.strength) best = { strength, column, row }
        }
      }
      if (best.strength > 0 && isKnown(raster, side, best, known)) corners.push(best)
    }
  }
  return corners
}

/** The smaller eigenvalue of the structure tensor; 0 beside what is unknown. */
function cornerness(raster: GroundRaster, side: number, column: number, row: number): number {
  let [xx, xy, yy] = [0, 0, 0]
  for (let y = row - AROUND; y <= row + AROUND; y++) {
    for (let x = column - AROUND; x <= column + AROUND; x++) {
      const at = y * side + x
      const [west, east, north, south] = [raster[at - 1]!, raster[at + 1]!, raster[at - side]!, raster[at + side]!]
      if (west === NOTHING || east === NOTHING || north === NOTHING || south === NOTHING) return 0
      xx += (east - west) ** 2
      xy += (east - west) * (south - north)
      yy += (south - north) ** 2
    }
  }
  return (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy)
}

function isKnown(raster: GroundRaster, side: number, at: { column: number; row: number }, margin: number): boolean {
  for (const row of [at.row - margin, at.row + margin - 1]) {
    for (const column of [at.column - margin, at.column + margin - 1]) {
      if (raster[row * side + column] === NOTHING) return false
    }
  }
  return true
}
