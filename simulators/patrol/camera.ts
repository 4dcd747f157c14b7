import type { Ground } from './plane.ts'

/** A camera without distortion; its optical axis meets the middle of the picture. */
export interface Camera {
  widthPx: number
  heightPx: number
  focalPx: number
}

/** Where it is and where it looks. Degrees: yaw clockwise from north, pitch −90 straight down. */
export interface CameraPose extends Ground {
  /** Above the water. */
  heightM: number
  yawDeg: number
  pitchDeg: number
  rollDeg: number
}

export interface Pixel {
  x: number
  y: number
}

/** Row by row. */
type Matrix = readonly [number, number, number, number, number, number, number, number, number]

const DEG = Math.PI / 180

/** The full frame is 36 mm wide. */
export function cameraOf(widthPx: number, heightPx: number, focal35mm: number): Camera {
  return { widthPx, heightPx, focalPx: (focal35mm / 36) * widthPx }
}

/** Body axes (forward, right, down) in north, east, down: turned by yaw, then pitch, then roll. */
function attitude({ yawDeg, pitchDeg, rollDeg }: CameraPose): Matrix {
  const [cy, sy] = [Math.cos(yawDeg * DEG), Math.sin(yawDeg * DEG)]
  const [cp, sp] = [Math.cos(pitchDeg * DEG), Math.sin(pitchDeg * DEG)]
  const [cr, sr] = [Math.cos(rollDeg * DEG), Math.sin(rollDeg * DEG)]
  const yaw: Matrix = [cy, -sy, 0, sy, cy, 0, 0, 0, 1]
  const pitch: Matrix = [cp, 0, sp, 0, 1, 0, -sp, 0, cp]
  const roll: Matrix = [1, 0, 0, 0, cr, -sr, 0, sr, cr]
  return times(times(yaw, pitch), roll)
}

function times(a: Matrix, b: Matrix): Matrix {
  const cell = (row: number, column: number) =>
    a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[3 + column]! + a[row * 3 + 2]! * b[6 + column]!
  return [cell(0, 0), cell(0, 1), cell(0, 2), cell(1, 0), cell(1, 1), cell(1, 2), cell(2, 0), cell(2, 1), cell(2, 2)]
}

/**
 * Pixel to ground as nine numbers h: east = (h0·x + h1·y + h2) / (h6·x + h7·y + h8), north with h3…h5; x, y in pixels
 * from the upper left corner. Below the horizon the divisor is positive.
 */
export function pixelToGround(camera: Camera, pose: CameraPose): Matrix {
  const m = attitude(pose)
  const cx = camera.widthPx / 2
  const cy = camera.heightPx / 2
  // A ray is forward·f + right·(x − cx) + down·(y − cy); columns of the attitude are those three axes.
  const row = (axis: number) => {
    const [forward, right, down] = [m[axis * 3]!, m[axis * 3 + 1]!, m[axis * 3 + 2]!]
    return [right, down, forward * camera.focalPx - right * cx - down * cy] as const
  }
  const [north, east, below] = [row(0), row(1), row(2)]
  const join = (direction: readonly number[], originM: number, i: 0 | 1 | 2) =>
    pose.heightM * direction[i]! + originM * below[i]!
  return [
    ...([join(east, pose.eastM, 0), join(east, pose.eastM, 1), join(east, pose.eastM, 2)] as const),
    ...([join(north, pose.northM, 0), join(north, pose.northM, 1), join(north, pose.northM, 2)] as const),
    ...below,
  ]
}

/** Null at and above the horizon. */
export function groundAt(h: Matrix, { x, y }: Pixel): Ground | null {
  const below = h[6] * x + h[7] * y + h[8]
  if (below <= 0) return null
  return { eastM: (h[0] * x + h[1] * y + h[2]) / below, northM: (h[3] * x + h[4] * y + h[5]) / below }
}

/** Where a point of the ground lies in the picture, also beyond its edges; null behind the camera. */
export function pixelAt(camera: Camera, pose: CameraPose, point: Ground): Pixel | null {
  const m = attitude(pose)
  const ray = [point.northM - pose.northM, point.eastM - pose.eastM, pose.heightM] as const
  const on = (axis: number) => ray[0] * m[axis]! + ray[1] * m[3 + axis]! + ray[2] * m[6 + axis]!
  const forward = on(0)
  if (forward <= 0) return null
  return {
    x: camera.widthPx / 2 + (camera.focalPx * on(1)) / forward,
    y: camera.heightPx / 2 + (camera.focalPx * on(2)) / forward,
  }
}

/** Upper left, upper right, lower right, lower left. Null when the horizon is in the picture. */
export function footprintOf(camera: Camera, pose: CameraPose): Ground[] | null {
  const h = pixelToGround(camera, pose)
  const { widthPx: x, heightPx: y } = camera
  const corners = [
    { x: 0, y: 0 },
    { x, y: 0 },
    { x, y },
    { x: 0, y },
  ].map((pixel) => groundAt(h, pixel))
  return corners.every((corner) => corner !== null) ? corners : null
}

/** Metres of ground per pixel in the middle of a picture that looks straight down. */
export function gsdM(camera: Camera, heightM: number): number {
  return heightM / camera.focalPx
}
