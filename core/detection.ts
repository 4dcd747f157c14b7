import type { Position } from './place.ts'

/** [x, y, width, height] in pixels of the picture as it was sent. */
export type PixelBox = [number, number, number, number]

/** One object that a model saw in a frame. */
export interface Detection {
  label: string
  /** 0…1 */
  score: number
  box: PixelBox
  /** Of the box's centre on the water or the ground. */
  position?: Position
  /** Metres around `position` within which the thing is, two times out of three. */
  radiusM?: number
  /** Ground under the box, square metres. */
  areaM2?: number
  /** Longer and shorter side of the box on the ground, metres. */
  sizeM?: [number, number]
  /** What it looks like, as small numbers (0…255) whose distance says how alike two things are. */
  look?: number[]
}

/** What is known of the camera when the frame was taken; every field is optional because drones differ. */
export interface Pose {
  position?: Position
  /** Metres above the take-off point. */
  relativeAltitudeM?: number
  /** Metres above the ellipsoid or sea level, as the drone says. */
  absoluteAltitudeM?: number
  gimbalYawDeg?: number
  gimbalPitchDeg?: number
  gimbalRollDeg?: number
  /** Focal length in pixels of the picture as it was sent. */
  focalPx?: number
  /** Standard deviation of `focalPx` as a share of it: a calibrated length is known better than one from a table. */
  focalSigma?: number
  /** Where the optical axis meets the picture, pixels; absent: its middle. */
  opticalCentrePx?: [number, number]
  /** k1, k2, p1, p2, k3 of the lens (Brown-Conrady), where the camera tells them and has not straightened the picture. */
  distortion?: [number, number, number, number, number]
  /** The picture is stored turned by half a turn against what its tags say. */
  turned?: true
  /** Standard deviation of `position`, metres, where the drone tells it (RTK). */
  positionSigmaM?: number
  /** Where position and angles come from; absent: nowhere. */
  from?: 'picture' | 'telemetry' | 'both'
}

/** How good a picture is to look at. */
export interface FrameQuality {
  /** Variance of the Laplacian of the grey picture, shrunk to 1,280 pixels on its longer side: 0 is featureless or blurred. */
  sharpness: number
  /** Mean brightness, 0…1. */
  brightness: number
  /** Share of pixels that are black or white beyond what the camera can tell, 0…1. */
  clipped: number
}

/** What a frame shows of the ground. */
export interface FrameGround {
  /** Corners of the picture on the water's plane: upper left, upper right, lower right, lower left. */
  footprint: [Position, Position, Position, Position]
  /** Ground sampling distance in the middle of the picture, centimetres per pixel of the picture as it was sent. */
  gsdCm: number
}
