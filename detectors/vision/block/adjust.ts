import { type Camera, type CameraView, createCamera, type GroundOffset, type Pixel } from '../camera.ts'
import { offsetBetween, positionAt } from '../earth.ts'
import type { Photo } from './photo.ts'
import { solveSymmetric } from './solve.ts'
import type { TiePoint } from './tie-points.ts'

/** Tie points of two photos, by their indices. */
export interface Ties {
  a: number
  b: number
  points: readonly TiePoint[]
}

/** What is corrected of each photo, and how far each may be off (one standard deviation). */
const CORRECTIONS = [
  { what: 'north', sigma: 1.5 },
  { what: 'east', sigma: 1.5 },
  { what: 'yawDeg', sigma: 3 },
  { what: 'pitchDeg', sigma: 1 },
  { what: 'rollDeg', sigma: 1 },
] as const
const PER_PHOTO = CORRECTIONS.length
/** Of the height that all photos share: of the water, or the ground, under the point of take-off. */
const HEIGHT_SIGMA_M = 3
/** Of a tie point on the ground. */
const TIE_SIGMA_M = 0.25
/** A receiver drifts: how far the errors of two places may differ that it gave a second apart, and how that grows. */
const DRIFT_M_PER_ROOT_S = 0.15
const DRIFT_SEEN_S = 20
const STEPS = 8
/** For derivatives, as a share of the standard deviation. */
const NUDGE = 0.05

/**
 * Bundle block adjustment on level ground: the small corrections of places, angles and of the common height that make
 * tie points meet, weighed against how well each of them is known. Gauss-Newton with weights that let go of outliers
 * (Cauchy). Photos without tie points stay as they are, but for the height. Never moves a photo by more than the tie
 * points ask for.
 */
export function adjustBlock(photos: readonly Photo[], ties: readonly Ties[]): Photo[] {
  const origin = photos[0]!.position
  const nadirs = photos.map(({ position }) => offsetBetween(origin, position))
  const count = photos.length * PER_PHOTO + 1
  let state = new Float64Array(count)
  for (let step = 0; step < STEPS; step++) {
    const cameras = photos.map((photo, at) => wobbled(photo, nadirs[at]!, at, state))
    const normal = Array.from({ length: count }, (_, at) => {
      const row = new Float64Array(count)
      row[at] = 1
      return row
    })
    const right = state.map((value) => -value)
    for (const tie of ties) addDrift(normal, right, photos, tie, state)
    for (const { a, b, points } of ties) for (const point of points) addTie(normal, right, cameras, { a, b, point })
    const change = solveSymmetric(normal, right)
    if (!change) break
    state = state.map((value, at) => value + change[at]!)
  }
  return photos.map((photo, at) => corrected(photo, at, state))
}

/** Where a photo puts pixels: as it stands, and with each of its unknowns nudged. */
interface Wobbled {
  toGround(pixel: Pixel): { at: GroundOffset; derivatives: { index: number; north: number; east: number }[] } | null
}

function wobbled(photo: Photo, nadir: GroundOffset, at: number, state: Float64Array): Wobbled {
  const place = (values: Float64Array) => ({
    camera: createCamera(viewWith(photo, at, values)),
    nadir: moved(nadir, at, values),
  })
  const base = place(state)
  const indices = [...CORRECTIONS.map((_, i) => at * PER_PHOTO + i), state.length - 1]
  const nudged = indices.map((index) => {
    const values = state.slice()
    values[index]! += NUDGE
    return { index, ...place(values) }
  })
  return {
    toGround(pixel) {
      const from = locate(base, pixel)
      const near = nudged.map((one) => ({ index: one.index, point: locate(one, pixel) }))
      if (!from || near.some(({ point }) => !point)) return null
      return {
        at: from,
        derivatives: near.map(({ index, point }) => ({
          index,
          north: (point!.north - from.north) / NUDGE,
          east: (point!.east - from.east) / NUDGE,
        })),
      }
    },
  }
}

function locate({ camera, nadir }: { camera: Camera; nadir: GroundOffset }, pixel: Pixel): GroundOffset | null {
  const offset = camera.toGround(pixel)
  return offset && { north: nadir.north + offset.north, east: nadir.east + offset.east }
}

function addTie(
  normal: Float64Array[],
  right: Float64Array,
  cameras: readonly Wobbled[],
  { a, b, point }: { a: number; b: number; point: TiePoint },
): void {
  const first = cameras[a]!.toGround(point.a)
  const second = cameras[b]!.toGround(point.b)
  if (!first || !second) return
  const apart = { north: first.at.north - second.at.north, east: first.at.east - second.at.east }
  const square = (apart.north ** 2 + apart.east ** 2) / TIE_SIGMA_M ** 2
  const weight = 1 / (1 + square) / TIE_SIGMA_M ** 2
  const gradient = new Map<number, GroundOffset>()
  for (const [sign, { derivatives }] of [
    [1, first],
    [-1, second],
  ] as const) {
    for (const { index, north, east } of derivatives) {
      const sum = gradient.get(index) ?? { north: 0, east: 0 }
      gradient.set(index, { north: sum.north + sign * north, east: sum.east + sign * east })
    }
  }
  for (const [i, gi] of gradient) {
    right[i]! -= weight * (gi.north * apart.north + gi.east * apart.east)
    for (const [j, gj] of gradient) normal[i]![j]! += weight * (gi.north * gj.north + gi.east * gj.east)
  }
}

/** Two places that one receiver gave shortly after one another are off by nearly the same. */
function addDrift(
  normal: Float64Array[],
  right: Float64Array,
  photos: readonly Photo[],
  { a, b }: Ties,
  state: Float64Array,
): void {
  const apartS = Math.abs((photos[a]!.atMs ?? 0) - (photos[b]!.atMs ?? Number.POSITIVE_INFINITY)) / 1000
  if (!(apartS <= DRIFT_SEEN_S)) return
  for (const [axis, { what, sigma }] of CORRECTIONS.entries()) {
    if (what !== 'north' && what !== 'east') continue
    const weight = (sigma / DRIFT_M_PER_ROOT_S) ** 2 / Math.max(1, apartS)
    const [i, j] = [a * PER_PHOTO + axis, b * PER_PHOTO + axis]
    const apart = state[i]! - state[j]!
    normal[i]![i]! += weight
    normal[j]![j]! += weight
    normal[i]![j]! -= weight
    normal[j]![i]! -= weight
    right[i]! -= weight * apart
    right[j]! += weight * apart
  }
}

/** The correction called `what` of photo `at`, in its unit. */
function correction(what: (typeof CORRECTIONS)[number]['what'], at: number, state: Float64Array): number {
  const index = CORRECTIONS.findIndex((one) => one.what === what)
  return state[at * PER_PHOTO + index]! * CORRECTIONS[index]!.sigma
}

function moved(nadir: GroundOffset, at: number, state: Float64Array): GroundOffset {
  return { north: nadir.north + correction('north', at, state), east: nadir.east + correction('east', at, state) }
}

function viewWith({ view }: Photo, at: number, state: Float64Array): CameraView {
  return {
    ...view,
    yawDeg: view.yawDeg + correction('yawDeg', at, state),
    pitchDeg: view.pitchDeg + correction('pitchDeg', at, state),
    rollDeg: view.rollDeg + correction('rollDeg', at, state),
    heightM: Math.max(1, view.heightM + state[state.length - 1]! * HEIGHT_SIGMA_M),
  }
}

function corrected(photo: Photo, at: number, state: Float64Array): Photo {
  const position = positionAt(photo.position, moved({ north: 0, east: 0 }, at, state))
  return { ...photo, position, view: viewWith(photo, at, state) }
}
