import { driftAt, randomAt } from '../random.ts'

export interface Wind {
  speedMS: number
  /** Where it comes from, degrees clockwise from north. */
  fromDeg: number
}

/** What docks let drones fly in ends at 12 m/s (DJI Dock 2). */
const LEAST_MS = 1
const MOST_MS = 10
const GUST_MS = 8000

/** The mean wind of one flight. */
export function windOf(seed: number, startMs: number): Wind {
  const draw = randomAt(seed, 'wind', startMs)
  return { speedMS: LEAST_MS + (MOST_MS - LEAST_MS) * draw ** 1.5, fromDeg: 360 * randomAt(seed, 'wind from', startMs) }
}

/** The wind of a moment: a fifth more or less, and a little to either side. */
export function gustAt({ speedMS, fromDeg }: Wind, seed: number, atMs: number): Wind {
  return {
    speedMS: speedMS * (1 + 0.2 * driftAt(seed, 'wind gust', atMs, GUST_MS)),
    fromDeg: (fromDeg + 12 * driftAt(seed, 'wind veers', atMs, GUST_MS) + 360) % 360,
  }
}

/** How unsteady a drone is, against that of a gentle breeze of 4 m/s. */
export function shakenBy({ speedMS }: Wind): number {
  return 0.5 + speedMS / 8
}

/** How much faster its battery runs down, against a calm: drag grows with the square of the air's speed. */
export function drainedBy({ speedMS }: Wind): number {
  return 1 + 0.6 * (speedMS / MOST_MS) ** 2
}

/** How the airframe leans against the wind, seen from its nose: pitch (nose down is negative) and roll (right wing down is positive), degrees. */
export function leanIn({ speedMS, fromDeg }: Wind, headingDeg: number): { pitchDeg: number; rollDeg: number } {
  const angle = ((fromDeg - headingDeg) * Math.PI) / 180
  const leanDeg = 0.12 * speedMS ** 2
  return { pitchDeg: -leanDeg * Math.cos(angle), rollDeg: leanDeg * Math.sin(angle) }
}
