import type { Position } from './place.ts'

/** One object that a model saw in a frame. */
export interface Detection {
  label: string
  /** 0…1 */
  score: number
  /** [x, y, width, height] in pixels of the picture as it was sent. */
  box: [number, number, number, number]
  position?: Position
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
}
