import type { Course } from './course.ts'
import type { PlacedObject } from './ground-object.ts'
import { fractalAt, mix, noiseAt, step } from './noise.ts'
import type { Ground } from './plane.ts'
import { addTexture, type Texture, type TextureName } from './texture.ts'

/** Ground resolution, metres per pixel. */
export const GROUND_M_PER_PX = 0.06
export const TILE_PX = 256
/** A tile has one row and column of its neighbours, so that a colour between pixels needs one tile. */
export const TILE_SIDE = TILE_PX + 1
const TILE_PIXELS = TILE_SIDE * TILE_SIDE

export interface GroundMakings {
  course: Course
  textures: Record<TextureName, Texture>
  seed: number
}

/** Fields that change slowly are worked out at every so many pixels. */
const COARSE_PX = 8
/** Farther from the water nothing changes. */
const BANK_M = 60
/** The edge of the water wanders by so much. */
const RAGGED_M = 1.6

/** What is seen of the bank in the water beside it. */
const REFLECTION = 0.18

const BROWN = [152, 134, 109] as const
const OLIVE = [122, 125, 102] as const
const MUD = [74, 66, 50] as const

/**
 * One tile of the ground, without what floats on it. Pixel (column, row) lies at (column + 0.5) · 6 cm east and
 * (row + 0.5) · 6 cm south of the tile's corner, which is at (x, y) · 256 pixels of the plane.
 * out: uint8 [TILE_SIDE, TILE_SIDE, 3] RGB
 */
export function renderTile({ course, textures, seed }: GroundMakings, x: number, y: number): Uint8ClampedArray {
  const [left, top] = [x * TILE_PX, y * TILE_PX]
  const { bankM, olive, windy, wooded } = fieldsOf(course, seed, left, top)
  const rgb = new Float32Array(TILE_PIXELS * 3)
  const shares = new Map<TextureName, Float32Array>()
  const setShare = (name: TextureName, i: number, value: number) => {
    if (value <= 0) return
    const share = shares.get(name) ?? new Float32Array(TILE_PIXELS)
    share[i] = value
    if (!shares.has(name)) shares.set(name, share)
  }
  for (let i = 0; i < TILE_PIXELS; i++) {
    const land = step(-0.25, 0.35, bankM[i]!)
    const green = step(0.8, 2.2, bankM[i]!)
    const trees = step(0.42, 0.58, wooded[i]!)
    const open = 1 - land
    const light = 1 - REFLECTION * open * step(-2.5, 0, bankM[i]!)
    for (let channel = 0; channel < 3; channel++) {
      const water = mix(BROWN[channel]!, OLIVE[channel]!, olive[i]!) * light
      const plants = mix(textures.grass.mean[channel]! * 0.85, textures.trees.mean[channel]!, trees)
      rgb[i * 3 + channel] = mix(water, mix(MUD[channel]!, plants, green), land)
    }
    setShare('water-rippled', i, open * (1 - olive[i]!) * windy[i]!)
    setShare('water-calm', i, open * (1 - olive[i]!) * (1 - windy[i]!))
    setShare('water-pond', i, open * olive[i]!)
    setShare('grass', i, land * mix(0.35, 1, green) * (1 - trees))
    setShare('trees', i, land * green * trees)
  }
  for (const [name, share] of shares) addTexture(textures[name], { rgb, side: TILE_SIDE, left, top }, share, seed)
  return new Uint8ClampedArray(rgb)
}

/** Metres to the bank (negative: water), olive water against brown, wind, trees: one value for each pixel of a tile. */
function fieldsOf(course: Course, seed: number, left: number, top: number) {
  const points = Math.ceil(TILE_SIDE / COARSE_PX) + 1
  const toGround = (column: number, row: number) => ({
    eastM: (left + column * COARSE_PX + 0.5) * GROUND_M_PER_PX,
    northM: -(top + row * COARSE_PX + 0.5) * GROUND_M_PER_PX,
  })
  const bank = course.bank(toGround(points / 2, points / 2), BANK_M)
  const field = (at: (point: Ground) => number) => {
    const coarse = Float32Array.from({ length: points * points }, (_, i) =>
      at(toGround(i % points, Math.floor(i / points))),
    )
    return spread(coarse, points)
  }
  return {
    bankM: field((point) => bank(point) + RAGGED_M * (fractalAt(seed, 'ragged', ...per(point, 5), 3) - 0.5)),
    olive: field((point) => step(0.35, 0.65, noiseAt(seed, 'olive', ...per(point, 220)))),
    windy: field((point) => step(0.3, 0.7, noiseAt(seed, 'windy', ...per(point, 45)))),
    wooded: field((point) => fractalAt(seed, 'wooded', ...per(point, 14), 2)),
  }
}

function per({ eastM, northM }: Ground, cellM: number): [number, number] {
  return [eastM / cellM, northM / cellM]
}

/** Bilinear, from every eighth pixel to all. */
function spread(coarse: Float32Array, points: number): Float32Array {
  const out = new Float32Array(TILE_PIXELS)
  for (let row = 0; row < TILE_SIDE; row++) {
    const upper = Math.floor(row / COARSE_PX) * points
    const v = (row % COARSE_PX) / COARSE_PX
    for (let column = 0; column < TILE_SIDE; column++) {
      const at = upper + Math.floor(column / COARSE_PX)
      const u = (column % COARSE_PX) / COARSE_PX
      const above = mix(coarse[at]!, coarse[at + 1]!, u)
      out[row * TILE_SIDE + column] = mix(above, mix(coarse[at + points]!, coarse[at + points + 1]!, u), v)
    }
  }
  return out
}

/** Lays an object over a tile. */
export function layOn(tile: Uint8ClampedArray, x: number, y: number, object: PlacedObject): void {
  const { sprite, mPerPx, reachM } = object
  const middleX = object.eastM / GROUND_M_PER_PX - x * TILE_PX
  const middleY = -object.northM / GROUND_M_PER_PX - y * TILE_PX
  const reachPx = reachM / GROUND_M_PER_PX + 2
  const scale = GROUND_M_PER_PX / mPerPx
  const sin = Math.sin((object.headingDeg * Math.PI) / 180) * scale
  const cos = Math.cos((object.headingDeg * Math.PI) / 180) * scale
  const spriteX = sprite.extent.x + sprite.extent.width / 2
  const spriteY = sprite.extent.y + sprite.extent.height / 2
  const [fromRow, toRow] = span(middleY, reachPx)
  const [fromColumn, toColumn] = span(middleX, reachPx)
  for (let row = fromRow; row < toRow; row++) {
    for (let column = fromColumn; column < toColumn; column++) {
      const east = column + 0.5 - middleX
      const south = row + 0.5 - middleY
      blend(tile, (row * TILE_SIDE + column) * 3, sprite, {
        x: spriteX + east * sin - south * cos - 0.5,
        y: spriteY + east * cos + south * sin - 0.5,
        scale,
      })
    }
  }
}

function span(middle: number, reach: number): [number, number] {
  return [Math.max(0, Math.floor(middle - reach)), Math.min(TILE_SIDE, Math.ceil(middle + reach))]
}

/** The sprite's colour around a point of it: bilinear, or the mean of a few points where it is shrunk. */
function blend(
  tile: Uint8ClampedArray,
  to: number,
  { width, height, rgba }: PlacedObject['sprite'],
  { x, y, scale }: { x: number; y: number; scale: number },
): void {
  const taps = Math.max(1, Math.round(scale))
  const sum = [0, 0, 0, 0]
  for (let i = 0; i < taps * taps; i++) {
    const px = x + ((i % taps) + 0.5 - taps / 2) * (scale / taps)
    const py = y + (Math.floor(i / taps) + 0.5 - taps / 2) * (scale / taps)
    const [column, row] = [Math.floor(px), Math.floor(py)]
    for (let corner = 0; corner < 4; corner++) {
      const [c, r] = [column + (corner & 1), row + (corner >> 1)]
      if (c < 0 || r < 0 || c >= width || r >= height) continue
      const at = (r * width + c) * 4
      const weight = (1 - Math.abs(px - c)) * (1 - Math.abs(py - r)) * (rgba[at + 3]! / 255)
      sum[0]! += weight * rgba[at]!
      sum[1]! += weight * rgba[at + 1]!
      sum[2]! += weight * rgba[at + 2]!
      sum[3]! += weight
    }
  }
  if (sum[3] === 0) return
  const keep = 1 - sum[3]! / (taps * taps)
  for (let channel = 0; channel < 3; channel++)
    tile[to + channel] = tile[to + channel]! * keep + sum[channel]! / (taps * taps)
}
