import { fractalAt, noiseAt, step } from './noise.ts'
import { type Sprite, toSprite } from './sprite.ts'

/** Nobody gave away pictures of real algae or discharges: both are drawn, as those of the training pictures were. */
const ALGAE_GREENS = [
  [46, 96, 38],
  [72, 104, 44],
  [86, 98, 40],
] as const
const PLUME_TONES = [
  [108, 74, 44],
  [58, 54, 122],
  [40, 42, 44],
  [150, 72, 50],
  [196, 198, 196],
] as const
/** A plume ends where this much of its densest colour is left. */
const PLUME_EDGE = 30

/** A floating mat: a ragged blot of leafy clumps. lengthPx: its longer side, about */
export function drawAlgae(seed: number, lengthPx: number): Sprite {
  const width = lengthPx
  const height = Math.round(lengthPx * (0.6 + 0.3 * noiseAt(seed, 'shape', 0.5, 0.5)))
  const green = ALGAE_GREENS[seed % ALGAE_GREENS.length]!
  return draw(width, height, undefined, (x, y) => {
    const away = 1.3 * Math.hypot((2 * x) / width - 1, (2 * y) / height - 1)
    const ragged = fractalAt(seed, 'mat', (x / width) * 5, (y / width) * 5, 4)
    const clump = 0.55 * fractalAt(seed, 'leaf', x / 4, y / 4, 2) + 0.45 * noiseAt(seed, 'light', x / 1.7, y / 1.7)
    const cover = 1 - away + 0.9 * (ragged - 0.5)
    const light = 0.45 + 1.1 * clump
    return [...toned(green, light), 240 * step(0.16, 0.26, cover)]
  })
}

/** A discharge: a fan that is dense at its left edge (the outlet), and widens and thins out in clouds. */
export function drawPlume(seed: number, lengthPx: number): Sprite {
  const width = lengthPx
  const height = Math.round(lengthPx * 0.6)
  const tone = PLUME_TONES[seed % PLUME_TONES.length]!
  return draw(width, height, PLUME_EDGE, (x, y) => {
    const along = x / width
    const half = 0.07 + 0.36 * Math.sqrt(along)
    const bend = 0.16 * (noiseAt(seed, 'bend', along * 2, 0) - 0.5)
    const across = Math.abs(y / height - 0.5 - bend * along) / half
    const cloudy = fractalAt(seed, 'cloud', (x / width) * 7, (y / width) * 7, 4)
    const ragged = 0.7 * (cloudy - 0.5)
    const inside = (1 - step(0.72, 1.02, across + ragged)) * (1 - step(0.78, 0.95, along + 0.25 * ragged))
    const dense = (0.85 - 0.5 * along) * (0.6 + 0.8 * cloudy)
    return [...toned(tone, 0.9 + 0.2 * cloudy), 220 * inside * Math.min(1, dense)]
  })
}

function toned([r, g, b]: readonly [number, number, number], light: number): [number, number, number] {
  return [r * light, g * light, b * light]
}

function draw(
  width: number,
  height: number,
  solid: number | undefined,
  colourAt: (x: number, y: number) => [number, number, number, number],
): Sprite {
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgba.set(colourAt(x, y), (y * width + x) * 4)
  return toSprite(new Uint8Array(rgba.buffer), width, height, solid)
}
