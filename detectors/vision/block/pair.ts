import { createCamera, type GroundOffset } from '../camera.ts'
import { offsetBetween } from '../earth.ts'
import { createCorrelator, type Shift } from './correlate.ts'
import { groundWidthM, type Photo } from './photo.ts'
import { type Grid, rectify } from './rectify.ts'

/** Two photos over one piece of ground. */
export interface Pair {
  a: Photo
  b: Photo
  /** Where the second camera is, seen from the first. */
  apart: GroundOffset
  distanceM: number
}

/** What a pair looks like when laid over each other, for one assumption on which of them is turned. */
export interface Fit extends Shift {
  aTurned: boolean
  bTurned: boolean
  /** Degrees by which the second must be turned against its tag. */
  yawDeg: number
}

const SIDE = 128
/** Cells along the longer side of a picture: together with `SIDE` the grid holds nearly all of it. */
const CELLS_ALONG = 136
/** Compasses of small drones are off by some degrees, each in its own direction. */
const YAW_STEPS_DEG = [0, -4, 4, -8, 8]
/** Two receivers' readings of one place differ by less, metres. */
const GPS_REACH_M = 6
/** Closer together than this, a turned pair looks like one that is not. */
const LEAST_DISTANCE_M = 2
/** Pictures that were taken in one direction are turned both or neither. */
const SAME_HEADING_DEG = 60

const correlator = createCorrelator(SIDE)

export function createPair(a: Photo, b: Photo): Pair {
  const apart = offsetBetween(a.position, b.position)
  return { a, b, apart, distanceM: Math.hypot(apart.north, apart.east) }
}

/**
 * The best fit for each assumption on which of the two is stored upside down, best first. A wrong assumption shows
 * elsewhere what lies under the camera's path: it fits nowhere near the place that GPS tells, since a shift is sought
 * within less than the distance between the two only. Empty for two taken at one place.
 */
export function fitsOf(pair: Pair, states: readonly { aTurned: boolean; bTurned: boolean }[] = statesOf(pair)): Fit[] {
  if (pair.distanceM < LEAST_DISTANCE_M) return []
  const { a, b, apart, distanceM } = pair
  const grid: Grid = {
    centre: { north: apart.north / 2, east: apart.east / 2 },
    cellM: groundWidthM(a) / CELLS_ALONG,
    side: SIDE,
  }
  const reachM = Math.min(GPS_REACH_M, distanceM)
  const spectrum = (photo: Photo, nadir: GroundOffset, turned: boolean, yawDeg: number) =>
    correlator.spectrumOf(rectify(photo, nadir, grid, { turned, yawDeg: photo.view.yawDeg + yawDeg }))
  const first = remembered((turned) => spectrum(a, { north: 0, east: 0 }, turned, 0))
  const second = remembered((turned) => YAW_STEPS_DEG.map((yawDeg) => spectrum(b, apart, turned, yawDeg)))
  return states
    .map(({ aTurned, bTurned }) =>
      second(bTurned)
        .map((other, at) => ({
          aTurned,
          bTurned,
          yawDeg: YAW_STEPS_DEG[at]!,
          ...correlator.shiftOf(first(aTurned), other, grid.cellM, reachM),
        }))
        .reduce((best, fit) => (fit.peak > best.peak ? fit : best)),
    )
    .sort((x, y) => y.peak - x.peak)
}

function remembered<T>(make: (turned: boolean) => T): (turned: boolean) => T {
  const made = new Map<boolean, T>()
  return (turned) => {
    const value = made.get(turned) ?? make(turned)
    made.set(turned, value)
    return value
  }
}

function statesOf({ a, b }: Pair) {
  const both = [
    { aTurned: false, bTurned: false },
    { aTurned: true, bTurned: true },
  ]
  const between = Math.abs(((((a.view.yawDeg - b.view.yawDeg + 180) % 360) + 360) % 360) - 180)
  if (between < SAME_HEADING_DEG) return both
  return [...both, { aTurned: true, bTurned: false }, { aTurned: false, bTurned: true }]
}

/** How much of the first picture the second shows, 0…1; on level ground, whether either is turned or not. */
export function overlapOf({ a, b, apart }: Pair): number {
  const [from, to] = [createCamera(a.view), createCamera(b.view)]
  let inside = 0
  const steps = [0.1, 0.3, 0.5, 0.7, 0.9]
  for (const u of steps) {
    for (const v of steps) {
      const ground = from.toGround({ x: u * a.size.width, y: v * a.size.height })
      const pixel = ground && to.toPixel({ north: ground.north - apart.north, east: ground.east - apart.east })
      if (pixel && pixel.x >= 0 && pixel.y >= 0 && pixel.x < b.size.width && pixel.y < b.size.height) inside++
    }
  }
  return inside / steps.length ** 2
}
