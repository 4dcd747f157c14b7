import { randomAt } from '../random.ts'
import { type Camera, type CameraPose, gsdM, pixelToGround } from './camera.ts'
import type { GroundPicture } from './ground-picture.ts'
import { GROUND_M_PER_PX, TILE_PX, TILE_SIDE } from './ground-tile.ts'

/** How one picture turned out. */
export interface Exposure {
  /** The ground ran so far through the picture, up or down, while the shutter was open. */
  smearPx: number
  /** 1 is right. */
  brightness: number
  /** Names the grain of this picture. */
  grainSeed: number
}

const GRAIN = 1.2
const GRAIN_TABLE = 4096

/**
 * What the camera sees of the ground, as the lens projects it. Pure: the same arguments give the same bytes.
 * out: uint8 [heightPx, widthPx, 3] RGB
 */
export function expose(ground: GroundPicture, camera: Camera, pose: CameraPose, exposure: Exposure): Uint8Array {
  const seen = project(ground, camera, pose)
  const smeared = exposure.smearPx >= 2 ? smear(seen, camera, Math.round(exposure.smearPx)) : seen
  return develop(smeared, exposure)
}

/** Each pixel's ray is followed to the ground and the colour there taken between its four pixels. */
function project(ground: GroundPicture, camera: Camera, pose: CameraPose): Float32Array {
  const { widthPx, heightPx } = camera
  const h = pixelToGround(camera, pose)
  const out = new Float32Array(widthPx * heightPx * 3)
  const taps = Math.max(1, Math.round(gsdM(camera, pose.heightM) / GROUND_M_PER_PX))
  const share = 1 / (taps * taps)
  let tile: Uint8ClampedArray = new Uint8ClampedArray(0)
  let [tileX, tileY] = [Number.NaN, Number.NaN]
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const to = (row * widthPx + column) * 3
      for (let tap = 0; tap < taps * taps; tap++) {
        const px = column + ((tap % taps) + 0.5) / taps
        const py = row + (Math.floor(tap / taps) + 0.5) / taps
        const below = h[6] * px + h[7] * py + h[8]
        // Above the horizon there is haze.
        if (below <= 1e-6) {
          out.fill(200, to, to + 3)
          continue
        }
        const x = (h[0] * px + h[1] * py + h[2]) / below / GROUND_M_PER_PX - 0.5
        const y = -(h[3] * px + h[4] * py + h[5]) / below / GROUND_M_PER_PX - 0.5
        const [wholeX, wholeY] = [Math.floor(x), Math.floor(y)]
        const [tx, ty] = [Math.floor(wholeX / TILE_PX), Math.floor(wholeY / TILE_PX)]
        if (tx !== tileX || ty !== tileY) {
          tile = ground.tile(tx, ty)
          tileX = tx
          tileY = ty
        }
        const at = ((wholeY - ty * TILE_PX) * TILE_SIDE + (wholeX - tx * TILE_PX)) * 3
        const [u, v] = [x - wholeX, y - wholeY]
        for (let channel = 0; channel < 3; channel++) {
          const upper = tile[at + channel]! * (1 - u) + tile[at + 3 + channel]! * u
          const lower = tile[at + TILE_SIDE * 3 + channel]! * (1 - u) + tile[at + TILE_SIDE * 3 + 3 + channel]! * u
          out[to + channel]! += share * (upper * (1 - v) + lower * v)
        }
      }
    }
  }
  return out
}

/** Running mean down each column over `lengthPx` pixels: the drone flies up the picture. */
function smear(rgb: Float32Array, { widthPx, heightPx }: Camera, lengthPx: number): Float32Array {
  const out = new Float32Array(rgb.length)
  const line = widthPx * 3
  const before = Math.floor(lengthPx / 2)
  const at = (row: number) => Math.min(heightPx - 1, Math.max(0, row)) * line
  for (let i = 0; i < line; i++) {
    let sum = 0
    for (let row = -before; row < lengthPx - before; row++) sum += rgb[at(row) + i]!
    for (let row = 0; row < heightPx; row++) {
      out[row * line + i] = sum / lengthPx
      sum += rgb[at(row + lengthPx - before) + i]! - rgb[at(row - before) + i]!
    }
  }
  return out
}

/** Brightness and the sensor's grain. */
function develop(rgb: Float32Array, { brightness, grainSeed }: Exposure): Uint8Array {
  const grain = Float32Array.from(
    { length: GRAIN_TABLE },
    (_, i) => GRAIN * (randomAt(grainSeed, 'grain', i) + randomAt(grainSeed, 'more grain', i) - 1) * Math.sqrt(6),
  )
  const out = new Uint8ClampedArray(rgb.length)
  let state = grainSeed >>> 0
  for (let i = 0; i < rgb.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    out[i] = rgb[i]! * brightness + grain[state >>> 20]!
  }
  return new Uint8Array(out.buffer)
}
