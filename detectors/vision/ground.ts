import type { FrameGround, Pose } from '../../core/detection.ts'
import type { Position } from '../../core/place.ts'
import type { Box } from './box.ts'
import { type Camera, type CameraView, createCamera, type GroundOffset, type Pixel, viewOf } from './camera.ts'
import { positionAt } from './earth.ts'
import type { Size } from './letterbox.ts'

/** A point of a picture on the ground. */
export interface GroundPoint {
  position: Position
  /** Metres around it within which the point is, two times out of three. */
  radiusM: number
}

/** What a picture's pose says of the ground that it shows. */
export interface Ground {
  /** Null above the horizon and more than 75° off straight down. */
  locate(pixel: Pixel): GroundPoint | null
  /** Square metres under a box, its longer and shorter side in metres; null where a corner can't be located. */
  measure(box: Box): { areaM2: number; sizeM: [number, number] } | null
  /** Corners and resolution; null when the middle of the picture can't be located. */
  frame(): FrameGround | null
}

export interface GroundOptions {
  /** How far the water lies below the point of take-off, from which drones count their height, metres. */
  takeOffOverWaterM?: number
}

/** Standard deviations where nothing better is told. Position: DJI's stated hovering accuracy and what its clocks add. */
const SIGMA = { pictureM: 2, telemetryM: 4, heightM: 2, yawDeg: 3, pitchDeg: 1, rollDeg: 1 }
/** Of a focal length that nobody states, as a share of it. */
const GUESSED_FOCAL_SIGMA = 0.15
/** Of one that somebody states without saying how well. */
const FOCAL_SIGMA = 0.04
/** Radius of two thirds of a round normal distribution, in standard deviations of one axis. */
const TWO_THIRDS = Math.sqrt(-2 * Math.log(1 / 3))
const BISECTIONS = 20

/**
 * Places pixels on level water at `takeOffOverWaterM` under the take-off point. Null when the pose lacks position,
 * height or gimbal angles. The radius follows from how well each of them is known, to first order.
 */
export function createGround(picture: Size, pose: Pose, options: GroundOptions = {}): Ground | null {
  const view = viewOf(pose, picture, options.takeOffOverWaterM)
  const { position } = pose
  if (!view || !position) return null
  const camera = createCamera(view)
  const wobbles = wobblesOf(view, pose)

  return {
    locate(pixel) {
      const offset = camera.toGround(pixel)
      return offset && { position: positionAt(position, offset), radiusM: radiusAt(pixel, offset, wobbles, pose) }
    },
    measure(box) {
      const corners = cornersOf(box).map((corner) => camera.toGround(corner))
      return isWhole(corners) ? measureQuad(corners) : null
    },
    frame() {
      const gsdCm = resolutionCm(camera, picture)
      const corners = footprint(camera, picture)
      if (gsdCm === null || !corners) return null
      return { footprint: corners.map((corner) => positionAt(position, corner)) as FrameGround['footprint'], gsdCm }
    },
  }
}

/** Where a pixel lies on the ground, for callers with one pixel. */
export function groundPosition(pixel: Pixel, picture: Size, pose: Pose): Position | null {
  return createGround(picture, pose)?.locate(pixel)?.position ?? null
}

/** Cameras that are off by one standard deviation in one thing each. */
function wobblesOf(view: CameraView, pose: Pose): Camera[] {
  const focal = pose.focalPx === undefined ? GUESSED_FOCAL_SIGMA : (pose.focalSigma ?? FOCAL_SIGMA)
  const off: Partial<CameraView>[] = [
    { heightM: view.heightM + Math.min(SIGMA.heightM, view.heightM / 2) },
    { yawDeg: view.yawDeg + SIGMA.yawDeg },
    { pitchDeg: view.pitchDeg + SIGMA.pitchDeg },
    { rollDeg: view.rollDeg + SIGMA.rollDeg },
    { focalPx: view.focalPx * (1 + focal) },
  ]
  return off.map((change) => createCamera({ ...view, ...change }))
}

function radiusAt(pixel: Pixel, offset: GroundOffset, wobbles: Camera[], pose: Pose): number {
  const positionM = pose.positionSigmaM ?? (pose.from === 'telemetry' ? SIGMA.telemetryM : SIGMA.pictureM)
  let variance = 2 * positionM ** 2
  for (const camera of wobbles) {
    const moved = camera.toGround(pixel)
    // Over the edge of what can be located: as wrong as the point is far.
    variance += moved
      ? (moved.north - offset.north) ** 2 + (moved.east - offset.east) ** 2
      : offset.north ** 2 + offset.east ** 2
  }
  return TWO_THIRDS * Math.sqrt(variance / 2)
}

type Quad<T> = [T, T, T, T]

/** Upper left, upper right, lower right, lower left. */
function cornersOf({ x1, y1, x2, y2 }: Box): Quad<Pixel> {
  return [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ]
}

function isWhole(corners: (GroundOffset | null)[]): corners is Quad<GroundOffset> {
  return corners.every((corner) => corner !== null)
}

function measureQuad(corners: Quad<GroundOffset>): { areaM2: number; sizeM: [number, number] } {
  const sides = corners.map((a, at) => {
    const b = corners[(at + 1) % 4]!
    return { lengthM: Math.hypot(b.north - a.north, b.east - a.east), cross: a.north * b.east - a.east * b.north }
  })
  const [top, right, bottom, left] = sides.map(({ lengthM }) => lengthM) as Quad<number>
  const [across, along] = [(top + bottom) / 2, (left + right) / 2]
  return {
    areaM2: Math.abs(sides.reduce((sum, { cross }) => sum + cross, 0)) / 2,
    sizeM: [Math.max(across, along), Math.min(across, along)],
  }
}

/** Side of the square that is as large as the ground under the pixel in the middle. */
function resolutionCm(camera: Camera, { width, height }: Size): number | null {
  const [x, y] = [width / 2, height / 2]
  const pixel = cornersOf({ x1: x - 0.5, y1: y - 0.5, x2: x + 0.5, y2: y + 0.5 }).map((corner) =>
    camera.toGround(corner),
  )
  return isWhole(pixel) ? 100 * Math.sqrt(measureQuad(pixel).areaM2) : null
}

/** The picture's corners; one that can't be located gives way along the picture's upright edge to where it can. */
function footprint(camera: Camera, { width, height }: Size): Quad<GroundOffset> | null {
  const corners = cornersOf({ x1: 0, y1: 0, x2: width, y2: height })
  const located = corners.map((corner) => {
    return camera.toGround(corner) ?? lastLocated(camera, corner, { x: corner.x, y: height - corner.y })
  })
  return isWhole(located) ? located : null
}

/** The located point nearest to `from` on the way from `to`; null when `to` can't be located either. */
function lastLocated(camera: Camera, from: Pixel, to: Pixel): GroundOffset | null {
  let [best, near, far] = [camera.toGround(to), 1, 0]
  if (!best) return null
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (near + far) / 2
    const found = camera.toGround({ x: from.x + (to.x - from.x) * middle, y: from.y + (to.y - from.y) * middle })
    if (found) [best, near] = [found, middle]
    else far = middle
  }
  return best
}
