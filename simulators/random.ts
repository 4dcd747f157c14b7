/**
 * Seeded randomness without state: the same keys always give the same number in 0…1 (exclusive), in any order of asking,
 * so that a signal is a pure function of device and time. Strings are hashed by FNV-1a, the whole is finished by the
 * murmur3 mixer; only 32-bit integer operations, hence the same bits on every engine.
 */
export function randomAt(seed: number, ...keys: Key[]): number {
  return hashOf(seed, keys) / 4_294_967_296
}

/** Standard normal deviate for the same keys: sum of four uniforms (Irwin-Hall), within ±3.47, good enough for noise. */
export function gaussAt(seed: number, ...keys: Key[]): number {
  let h = hashOf(seed, keys)
  let sum = 0
  for (let i = 1; i <= 4; i++) {
    h = mix(h + i)
    sum += h / 4_294_967_296
  }
  return (sum - 2) * Math.sqrt(3)
}

/**
 * Smooth noise in about -1…1: independent values at multiples of `periodMs`, joined by a cubic ease. Slow changes such
 * as weather or people coming and going are made of it.
 */
export function driftAt(seed: number, key: string, atMs: number, periodMs: number): number {
  const step = Math.floor(atMs / periodMs)
  const u = atMs / periodMs - step
  const from = randomAt(seed, key, step) * 2 - 1
  const to = randomAt(seed, key, step + 1) * 2 - 1
  return from + (to - from) * u * u * (3 - 2 * u)
}

type Key = string | number

function hashOf(seed: number, keys: Key[]): number {
  let h = mix(seed ^ 0x9e3779b9)
  for (const key of keys) h = mix(h ^ (typeof key === 'string' ? hashText(key) : hashNumber(key)))
  return h
}

function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** Integers beyond 32 bits (times in ms) keep their upper part too. */
function hashNumber(value: number): number {
  const whole = Math.floor(value)
  return (mix(whole >>> 0) ^ Math.imul(Math.floor(whole / 4_294_967_296) | 0, 0x27d4eb2f)) >>> 0
}
