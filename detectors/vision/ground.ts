import type { Pose } from '../../core/detection.ts'
import type { Position } from '../../core/place.ts'
import type { Size } from './letterbox.ts'

/** Where the focal length is not known: horizontal angle of view of a 24 mm-equivalent drone camera. */
export const DEFAULT_HFOV_DEG = 73.7

/** WGS-84. */
const SEMI_MAJOR_M = 6_378_137
const ECCENTRICITY_SQUARED = 0.00669437999014
/** Farther from straight down, one degree of pitch is worth more than a quarter of the distance. */
const MAX_OFF_NADIR_DEG = 75
const DEG = Math.PI / 180

/** North, east, down. */
type Direction = readonly [number, number, number]

/**
 * Where a pixel lies on flat ground at the height of take-off: a pinhole camera without distortion, angles in the order
 * yaw, pitch, roll (pitch −90 = straight down, yaw clockwise from north). Null when the pose lacks position, height or
 * gimbal angles, or the ray is more than 75° off straight down. Pixel in the picture's own axes, (0, 0) = upper left
 * corner. Height over take-off stands in for height over water: an offset of 3 m moves a point seen at 45° by 3 m.
 */
export function groundPosition(
  pixel: { x: number; y: number },
  picture: Size,
  pose: Pose,
  hfovDeg = DEFAULT_HFOV_DEG,
): Position | null {
  const { position, relativeAltitudeM: heightM, gimbalYawDeg, gimbalPitchDeg } = pose
  if (!position || heightM === undefined || !(heightM > 0)) return null
  if (gimbalYawDeg === undefined || gimbalPitchDeg === undefined) return null
  const focalPx = pose.focalPx ?? picture.width / 2 / Math.tan((hfovDeg * DEG) / 2)
  const right = (pixel.x - picture.width / 2) / focalPx
  const down = (pixel.y - picture.height / 2) / focalPx
  const [n, e, d] = ray(right, down, gimbalYawDeg, gimbalPitchDeg, pose.gimbalRollDeg ?? 0)
  if (d < Math.hypot(n, e, d) * Math.cos(MAX_OFF_NADIR_DEG * DEG)) return null
  return offset(position, (heightM * n) / d, (heightM * e) / d)
}

/** The direction of a point at (`x`, `y`) on the plane one focal length before the camera. */
function ray(x: number, y: number, yawDeg: number, pitchDeg: number, rollDeg: number): Direction {
  const [t, p, r] = [pitchDeg * DEG, yawDeg * DEG, rollDeg * DEG]
  const forward: Direction = [Math.cos(t) * Math.cos(p), Math.cos(t) * Math.sin(p), -Math.sin(t)]
  const right: Direction = [-Math.sin(p), Math.cos(p), 0]
  const down: Direction = [Math.sin(t) * Math.cos(p), Math.sin(t) * Math.sin(p), Math.cos(t)]
  const alongRight = x * Math.cos(r) - y * Math.sin(r)
  const alongDown = x * Math.sin(r) + y * Math.cos(r)
  const sum = (axis: 0 | 1 | 2) => alongRight * right[axis] + alongDown * down[axis] + forward[axis]
  return [sum(0), sum(1), sum(2)]
}

function offset({ lat, lon }: Position, northM: number, eastM: number): Position {
  const s = 1 - ECCENTRICITY_SQUARED * Math.sin(lat * DEG) ** 2
  const meridianM = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / s ** 1.5
  const normalM = SEMI_MAJOR_M / Math.sqrt(s)
  const east = lon + eastM / (normalM * Math.cos(lat * DEG)) / DEG
  return { lat: lat + northM / meridianM / DEG, lon: ((((east + 180) % 360) + 360) % 360) - 180 }
}
