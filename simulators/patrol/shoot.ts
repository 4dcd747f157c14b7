import sharp from 'sharp'
import { takePicture } from '../drone/take-picture.ts'
import type { Camera, CameraPose } from './camera.ts'
import { expose } from './expose.ts'
import type { GroundPicture } from './ground-picture.ts'
import type { Picture } from './patrol-flight.ts'
import type { Plane } from './plane.ts'

const JPEG_QUALITY = 88
/** Height of the water above sea level. */
const WATER_M = 4.2

/** The JPEG of a picture with its EXIF and XMP, as the drone would store it. Same picture, same bytes. */
export async function shoot(ground: GroundPicture, camera: Camera, plane: Plane, picture: Picture): Promise<Buffer> {
  const pixels = expose(ground, camera, picture.pose, picture.exposure)
  const raw = { width: camera.widthPx, height: camera.heightPx, channels: 3 as const }
  const upright = sharp(pixels, { raw })
  const jpeg = await (picture.turned ? upright.rotate(180) : upright).jpeg({ quality: JPEG_QUALITY }).toBuffer()
  return takePicture(jpeg, toFlightState(plane, picture.toldPose), picture.takenMs, camera)
}

/** A pose as the drone tells it. */
export function toFlightState(plane: Plane, pose: CameraPose) {
  return {
    position: plane.toPosition(pose),
    relativeAltitudeM: pose.heightM,
    absoluteAltitudeM: WATER_M + pose.heightM,
    yawDeg: pose.yawDeg,
    gimbalPitchDeg: pose.pitchDeg,
    gimbalYawDeg: pose.yawDeg,
    gimbalRollDeg: pose.rollDeg,
  }
}
