import { LOCAL_OFFSET_MS } from '../signals/weather.ts'
import { writeExif } from './exif.ts'
import type { ToldPose } from './flight.ts'
import { stampJpeg } from './stamp-jpeg.ts'
import { writeXmp } from './xmp.ts'

const FULL_FRAME_MM = 36
/** On a small sensor 24 mm of a full frame are 4.5 mm. */
const CROP_FACTOR = 24 / 4.5
/** All shipped pictures are 640 pixels wide, taken with a wide lens of 24 mm on a full frame. */
const SHIPPED = { widthPx: 640, focalPx: (24 / FULL_FRAME_MM) * 640 }

/** The picture as the camera would have stored it at this moment and pose. */
export function takePicture(
  jpeg: Buffer,
  pose: ToldPose,
  atMs: number,
  camera: { widthPx: number; focalPx: number } = SHIPPED,
): Buffer {
  const focalLength35mm = (camera.focalPx / camera.widthPx) * FULL_FRAME_MM
  const exif = writeExif({
    make: 'huying',
    model: 'simulated-drone',
    atMs,
    zoneMin: LOCAL_OFFSET_MS / 60_000,
    lat: pose.position.lat,
    lon: pose.position.lon,
    altitudeM: pose.absoluteAltitudeM,
    focalLengthMm: focalLength35mm / CROP_FACTOR,
    focalLength35mm: Math.round(focalLength35mm),
  })
  return stampJpeg(jpeg, exif, writeXmp(pose, camera.focalPx))
}
