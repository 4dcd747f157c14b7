import type { Pose } from '../../core/detection.ts'
import type { Size } from './letterbox.ts'

/** Pixels of the picture as it was sent, (0, 0) = upper left corner, x to the right, y down. */
export interface Pixel {
  x: number
  y: number
}

/** Metres north and east of the point under the camera. */
export interface GroundOffset {
  north: number
  east: number
}

/** A camera over a level plane: from the picture to the plane and back. */
export interface Camera {
  /** Null above the horizon and more than 75° off straight down. */
  toGround(pixel: Pixel): GroundOffset | null
  /** Null behind the camera. It may lie outside the picture. */
  toPixel(offset: GroundOffset): Pixel | null
  /** The same for many points: writes x and y into `pixel`; false behind the camera. */
  project(north: number, east: number, pixel: Float64Array): boolean
}

/** What a camera needs to know; angles in degrees, lengths in pixels or metres. */
export interface CameraView {
  heightM: number
  yawDeg: number
  pitchDeg: number
  rollDeg: number
  focalPx: number
  centrePx: Pixel
  /** k1, k2, p1, p2, k3 of the Brown-Conrady model; absent for a picture that the camera has straightened. */
  distortion?: Pose['distortion']
  /** The picture lies upside down against its angles. */
  turned: boolean
}

/** Where the focal length is not known: horizontal angle of view of a 24 mm-equivalent drone camera. */
export const DEFAULT_HFOV_DEG = 73.7
/** Farther from straight down, one degree of pitch is worth more than a quarter of the distance. */
const LEAST_DOWN = Math.cos((75 * Math.PI) / 180)
const DEG = Math.PI / 180
const UNDISTORT_STEPS = 8

type Vector = readonly [number, number, number]

/** Null when the pose lacks the height or the gimbal's angles, or the camera is not above the plane. */
export function viewOf(pose: Pose, picture: Size, takeOffOverWaterM = 0): CameraView | null {
  const { relativeAltitudeM, gimbalYawDeg: yawDeg, gimbalPitchDeg: pitchDeg, gimbalRollDeg: rollDeg = 0 } = pose
  if (relativeAltitudeM === undefined || yawDeg === undefined || pitchDeg === undefined) return null
  const heightM = relativeAltitudeM + takeOffOverWaterM
  if (!(heightM > 0)) return null
  const [x, y] = pose.opticalCentrePx ?? [picture.width / 2, picture.height / 2]
  const focalPx = pose.focalPx ?? picture.width / 2 / Math.tan((DEFAULT_HFOV_DEG * DEG) / 2)
  const lens = pose.distortion && { distortion: pose.distortion }
  return { heightM, yawDeg, pitchDeg, rollDeg, focalPx, centrePx: { x, y }, turned: pose.turned === true, ...lens }
}

/**
 * A pinhole camera, angles in the order yaw, pitch, roll (pitch −90 = straight down, yaw clockwise from north).
 * Source: DJI's manuals of Zenmuse P1 and Mavic 3E for angles and distortion.
 */
export function createCamera(view: CameraView): Camera {
  const { heightM, focalPx, centrePx } = view
  const sign = view.turned ? -1 : 1
  const [right, down, forward] = axesOf(view)

  function project(north: number, east: number, pixel: Float64Array): boolean {
    const depth = north * forward[0] + east * forward[1] + heightM * forward[2]
    if (!(depth > 0)) return false
    const x = (sign * (north * right[0] + east * right[1] + heightM * right[2])) / depth
    const y = (sign * (north * down[0] + east * down[1] + heightM * down[2])) / depth
    const bent = view.distortion ? distorted(x, y, view.distortion) : null
    pixel[0] = centrePx.x + (bent ? bent.x : x) * focalPx
    pixel[1] = centrePx.y + (bent ? bent.y : y) * focalPx
    return true
  }

  return {
    project,
    toGround(pixel) {
      const plane = undistorted((pixel.x - centrePx.x) / focalPx, (pixel.y - centrePx.y) / focalPx, view.distortion)
      const [x, y] = [plane.x * sign, plane.y * sign]
      const [n, e, d] = [0, 1, 2].map((axis) => x * right[axis]! + y * down[axis]! + forward[axis]!) as [
        number,
        number,
        number,
      ]
      if (!(d >= Math.hypot(n, e, d) * LEAST_DOWN)) return null
      return { north: (heightM * n) / d, east: (heightM * e) / d }
    },
    toPixel({ north, east }) {
      const pixel = new Float64Array(2)
      return project(north, east, pixel) ? { x: pixel[0]!, y: pixel[1]! } : null
    },
  }
}

/** Right, down and viewing axis of the picture, each in north, east, down. */
function axesOf({ yawDeg, pitchDeg, rollDeg }: CameraView): [Vector, Vector, Vector] {
  const [p, t, r] = [yawDeg * DEG, pitchDeg * DEG, rollDeg * DEG]
  const forward: Vector = [Math.cos(t) * Math.cos(p), Math.cos(t) * Math.sin(p), -Math.sin(t)]
  const right: Vector = [-Math.sin(p), Math.cos(p), 0]
  const down: Vector = [Math.sin(t) * Math.cos(p), Math.sin(t) * Math.sin(p), Math.cos(t)]
  const mix = (a: number, b: number): Vector => [0, 1, 2].map((i) => a * right[i]! + b * down[i]!) as unknown as Vector
  return [mix(Math.cos(r), Math.sin(r)), mix(-Math.sin(r), Math.cos(r)), forward]
}

/** Where a straight ray at (x, y), in focal lengths off the axis, meets the picture. */
function distorted(x: number, y: number, lens: Pose['distortion']): Pixel {
  if (!lens) return { x, y }
  const [k1, k2, p1, p2, k3] = lens
  const r2 = x * x + y * y
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
  return {
    x: x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
    y: y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
  }
}

/** The way back, by fixed point: drone lenses bend little, so it settles within a few steps. */
function undistorted(u: number, v: number, lens: Pose['distortion']): Pixel {
  if (!lens) return { x: u, y: v }
  let [x, y] = [u, v]
  for (let step = 0; step < UNDISTORT_STEPS; step++) {
    const seen = distorted(x, y, lens)
    ;[x, y] = [x + u - seen.x, y + v - seen.y]
  }
  return { x, y }
}
