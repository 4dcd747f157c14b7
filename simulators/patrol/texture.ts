import sharp from 'sharp'
import { assetPath } from '../../core/source-path.ts'
import { randomAt } from '../random.ts'

export type TextureName = 'water-rippled' | 'water-calm' | 'water-pond' | 'grass' | 'trees'
export const TEXTURES: TextureName[] = ['water-rippled', 'water-calm', 'water-pond', 'grass', 'trees']

/** A patch of a real picture, mirrored at its right and lower edge so that it can be repeated. */
export interface Texture {
  width: number
  height: number
  /** float32 [height, width, 3]: by how much it differs from its mean */
  deviation: Float32Array
  mean: readonly [number, number, number]
}

export async function loadTextures(): Promise<Record<TextureName, Texture>> {
  const loaded = await Promise.all(TEXTURES.map(async (name) => [name, await loadTexture(name)] as const))
  return Object.fromEntries(loaded) as Record<TextureName, Texture>
}

async function loadTexture(name: TextureName): Promise<Texture> {
  const file = assetPath(`simulators/patrol/textures/${name}.jpg`)
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const sum = [0, 0, 0]
  for (let i = 0; i < data.length; i++) sum[i % 3]! += data[i]!
  const mean = sum.map((channel) => channel / (data.length / 3)) as [number, number, number]
  const [width, height] = [2 * info.width, 2 * info.height]
  const deviation = new Float32Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, height - 1 - y) * info.width + Math.min(x, width - 1 - x)) * 3
      for (let channel = 0; channel < 3; channel++)
        deviation[(y * width + x) * 3 + channel] = data[from + channel]! - mean[channel]!
    }
  }
  return { width, height, deviation, mean }
}

/** Pixels between the places that patches are put at. */
const CELL_PX = 96

/**
 * Adds the texture's deviation from its mean to `out`, without end and without a repeating pattern: patches from random
 * places of the texture are put on a grid and cross-faded so that the contrast stays (Heitz & Neyret 2018, "By-example
 * noise using histogram-preserving blending", the variance-preserving form).
 * out: float32 [side, side, 3], upper left corner at pixel (left, top) of the endless plane · share: float32 [side, side]
 */
export function addTexture(
  texture: Texture,
  out: { rgb: Float32Array; side: number; left: number; top: number },
  share: Float32Array,
  seed: number,
): void {
  for (let row = 0; row < out.side; row++) {
    let column = 0
    while (column < out.side) {
      const x = out.left + column
      const end = Math.min(out.side, column + CELL_PX - modulo(x, CELL_PX))
      addRun(texture, out, share, { row, from: column, to: end, seed })
      column = end
    }
  }
}

/** A row's pixels between two columns of the grid: the same four patches all along. */
function addRun(
  { width, height, deviation }: Texture,
  { rgb, side, left, top }: { rgb: Float32Array; side: number; left: number; top: number },
  share: Float32Array,
  { row, from, to, seed }: { row: number; from: number; to: number; seed: number },
): void {
  const cellX = Math.floor((left + from) / CELL_PX)
  const cellY = Math.floor((top + row) / CELL_PX)
  const v = fade((top + row - cellY * CELL_PX) / CELL_PX)
  const columns = [0, 0, 0, 0]
  const rows = [0, 0, 0, 0]
  for (let i = 0; i < 4; i++) {
    const [cx, cy] = [cellX + (i & 1), cellY + (i >> 1)]
    columns[i] = modulo(left + from + Math.floor(randomAt(seed, 'patch x', cx, cy) * width), width)
    rows[i] = modulo(top + row + Math.floor(randomAt(seed, 'patch y', cx, cy) * height), height) * width
  }
  for (let column = from; column < to; column++) {
    const weight = share[row * side + column]!
    const u = fade((left + column - cellX * CELL_PX) / CELL_PX)
    let r = 0
    let g = 0
    let b = 0
    let squares = 0
    for (let i = 0; i < 4; i++) {
      const at = (rows[i]! + columns[i]!) * 3
      columns[i] = columns[i]! + 1 === width ? 0 : columns[i]! + 1
      if (weight <= 0) continue
      const w = (i & 1 ? u : 1 - u) * (i & 2 ? v : 1 - v)
      r += w * deviation[at]!
      g += w * deviation[at + 1]!
      b += w * deviation[at + 2]!
      squares += w * w
    }
    if (weight <= 0) continue
    const gain = weight / Math.sqrt(squares)
    const at = (row * side + column) * 3
    rgb[at]! += gain * r
    rgb[at + 1]! += gain * g
    rgb[at + 2]! += gain * b
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}

function fade(t: number): number {
  return t * t * (3 - 2 * t)
}
