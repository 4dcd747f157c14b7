import { type CameraView, createCamera, type GroundOffset, type Pixel } from '../camera.ts'
import { findCorners } from './corners.ts'
import type { Fit, Pair } from './pair.ts'
import { createPatchFinder } from './patch-match.ts'
import { groundWidthM, type Photo } from './photo.ts'
import { type Grid, groundAt, rectify } from './rectify.ts'

/** One point of the ground in two pictures, pixels of each. */
export interface TiePoint {
  a: Pixel
  b: Pixel
}

const SIDE = 192
/** Cells along the longer side of a picture. */
const CELLS_ALONG = 170
const PATCH_CELLS = 16
/** One corner is looked for in each block of so many cells. */
const BLOCK_CELLS = 8
const REACH_M = 6
/** Cells of the second, finer look. */
const FINER = 4
const FINE_PATCH_CELLS = 32
const FINE_REACH_CELLS = 6
/** Leaves and waves look alike from afar and differ from near: only the finer look believes. */
const LEAST_LIKENESS = 0.6
const LEAST_FINE_LIKENESS = 0.75
/** A featureful pair must not outweigh the others. */
const MOST_TIES = 40

/** A camera's place and angles as assumed while matching. */
interface Placed {
  photo: Photo
  nadir: GroundOffset
  change: Partial<CameraView>
}

/** Points of level ground that two pictures share, best matched first; `fit` says how the two lie. */
export function findTiePoints({ a, b, apart }: Pair, fit: Fit): TiePoint[] {
  const first: Placed = { photo: a, nadir: { north: 0, east: 0 }, change: { turned: fit.aTurned } }
  const second: Placed = { photo: b, nadir: apart, change: { turned: fit.bTurned, yawDeg: b.view.yawDeg + fit.yawDeg } }
  const grid: Grid = {
    centre: { north: apart.north / 2, east: apart.east / 2 },
    cellM: groundWidthM(a) / CELLS_ALONG,
    side: SIDE,
  }
  const [mine, other] = [first, second].map((placed) => rasterOf(placed, grid)) as [Float32Array, Float32Array]
  const reach = Math.max(1, Math.min(Math.round(REACH_M / grid.cellM), SIDE / 4))
  const half = PATCH_CELLS / 2
  const finder = createPatchFinder(other, SIDE, PATCH_CELLS)
  const found: (TiePoint & { likeness: number })[] = []
  for (const { column, row } of findCorners(mine, SIDE, { block: BLOCK_CELLS, margin: half + reach, known: half })) {
    const at = { column: column - half, row: row - half }
    const coarse = finder.find({ raster: mine, stride: SIDE, at }, at, reach)
    if (!coarse || coarse.likeness < LEAST_LIKENESS) continue
    const from = groundAt(grid, column, row)
    const to = groundAt(grid, column + coarse.columns, row + coarse.rows)
    const tie = lookCloser(first, second, { from, to, cellM: grid.cellM / FINER })
    if (tie) found.push(tie)
  }
  return found.sort((x, y) => y.likeness - x.likeness).slice(0, MOST_TIES)
}

function rasterOf({ photo, nadir, change }: Placed, grid: Grid): Float32Array {
  return rectify(photo, nadir, grid, change)
}

/** The same match on finer cells; null when they don't confirm it. */
function lookCloser(
  first: Placed,
  second: Placed,
  { from, to, cellM }: { from: GroundOffset; to: GroundOffset; cellM: number },
): (TiePoint & { likeness: number }) | null {
  const wide = FINE_PATCH_CELLS + 2 * FINE_REACH_CELLS
  const mine = rasterOf(first, { centre: from, cellM, side: FINE_PATCH_CELLS })
  const other = rasterOf(second, { centre: to, cellM, side: wide })
  const match = createPatchFinder(other, wide, FINE_PATCH_CELLS).find(
    { raster: mine, stride: FINE_PATCH_CELLS, at: { column: 0, row: 0 } },
    { column: FINE_REACH_CELLS, row: FINE_REACH_CELLS },
    FINE_REACH_CELLS,
  )
  if (!match || match.likeness < LEAST_FINE_LIKENESS) return null
  const a = pixelOf(first, from)
  const b = pixelOf(second, { north: to.north - match.rows * cellM, east: to.east + match.columns * cellM })
  return a && b && { a, b, likeness: match.likeness }
}

function pixelOf({ photo, nadir, change }: Placed, { north, east }: GroundOffset): Pixel | null {
  const camera = createCamera({ ...photo.view, ...change })
  return camera.toPixel({ north: north - nadir.north, east: east - nadir.east })
}
