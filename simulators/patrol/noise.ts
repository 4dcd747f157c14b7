import { randomAt } from '../random.ts'

/** Smooth noise over the plane, 0…1: independent values on a grid of `cell`, joined by a cubic ease. */
export function noiseAt(seed: number, key: string, x: number, y: number): number {
  const i = Math.floor(x)
  const j = Math.floor(y)
  const u = fade(x - i)
  const v = fade(y - j)
  const upper = mix(randomAt(seed, key, i, j), randomAt(seed, key, i + 1, j), u)
  const lower = mix(randomAt(seed, key, i, j + 1), randomAt(seed, key, i + 1, j + 1), u)
  return mix(upper, lower, v)
}

/** Several octaves of it, each half as large and half as strong as the one before; 0…1. */
export function fractalAt(seed: number, key: string, x: number, y: number, octaves: number): number {
  let [sum, size, scale] = [0, 0, 1]
  for (let octave = 0; octave < octaves; octave++) {
    sum += noiseAt(seed + octave, key, x * scale, y * scale) / scale
    size += 1 / scale
    scale *= 2
  }
  return sum / size
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share
}

/** 0 below `from`, 1 above `to`, eased between. */
export function step(from: number, to: number, value: number): number {
  return fade(Math.min(1, Math.max(0, (value - from) / (to - from))))
}

function fade(t: number): number {
  return t * t * (3 - 2 * t)
}
