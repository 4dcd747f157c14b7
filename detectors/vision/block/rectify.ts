import { type CameraView, createCamera, type GroundOffset } from '../camera.ts'
import { groundWidthM, type Photo } from './photo.ts'

/** A square of ground, north up, in cells; cell (0, 0) is the north-western one. */
export interface Grid {
  /** Metres north and east of the origin that photos are placed by. */
  centre: GroundOffset
  cellM: number
  side: number
}

/** float32 [side, side] in grey levels 0…255; `NOTHING` where the picture doesn't show the ground. */
export type GroundRaster = Float32Array
export const NOTHING = -1

/** Where the middle of a cell lies; fractions are allowed. */
export function groundAt({ centre, cellM, side }: Grid, column: number, row: number): GroundOffset {
  return {
    north: centre.north + (side / 2 - 0.5 - row) * cellM,
    east: centre.east + (column - side / 2 + 0.5) * cellM,
  }
}

/** A photo as it would look from straight above. `nadir`: where its camera is, on the ground of the grid. */
export function rectify(photo: Photo, nadir: GroundOffset, grid: Grid, change: Partial<CameraView> = {}): GroundRaster {
  const camera = createCamera({ ...photo.view, ...change })
  const level = levelFor(photo, grid.cellM)
  const scale = level.width / photo.size.width
  const raster = new Float32Array(grid.side * grid.side).fill(NOTHING)
  const pixel = new Float64Array(2)
  const first = groundAt(grid, 0, 0)
  for (let row = 0; row < grid.side; row++) {
    const north = first.north - row * grid.cellM - nadir.north
    for (let column = 0; column < grid.side; column++) {
      if (!camera.project(north, first.east + column * grid.cellM - nadir.east, pixel)) continue
      const x = pixel[0]! * scale - 0.5
      const y = pixel[1]! * scale - 0.5
      if (x < 0 || y < 0 || x >= level.width - 1 || y >= level.height - 1) continue
      raster[row * grid.side + column] = sample(level.data, level.width, x, y)
    }
  }
  return raster
}

/** The smallest that is still as fine as the cells. */
function levelFor(photo: Photo, cellM: number) {
  const widthM = groundWidthM(photo)
  const fine = photo.levels.filter(({ width, height }) => widthM / Math.max(width, height) <= cellM)
  return fine.at(-1) ?? photo.levels[0]!
}

function sample(data: Uint8Array, width: number, x: number, y: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const dx = x - left
  const at = top * width + left
  const upper = data[at]! * (1 - dx) + data[at + 1]! * dx
  const lower = data[at + width]! * (1 - dx) + data[at + width + 1]! * dx
  return upper + (lower - upper) * (y - top)
}
