import { LOCAL_OFFSET_MS } from '../signals/weather.ts'
import { writeExif } from './exif.ts'
import type { FlightState } from './flight.ts'
import { stampJpeg } from './stamp-jpeg.ts'
import { writeXmp } from './xmp.ts'

/** A wide lens of 24 mm on a full frame of 36 mm width, here on a small sensor. */
const FOCAL_LENGTH_35MM = 24
const FOCAL_LENGTH_MM = 4.5
const FULL_FRAME_MM = 36
/** All shipped pictures are this wide. */
const WIDTH_PX = 640

/** The picture as the camera would have stored it at this moment and pose. */
export function takePicture(jpeg: Buffer, pose: FlightState, atMs: number): Buffer {
  const exif = writeExif({
    make: 'huying',
    model: 'simulated-drone',
    atMs,
    zoneMin: LOCAL_OFFSET_MS / 60_000,
    lat: pose.position.lat,
    lon: pose.position.lon,
    altitudeM: pose.absoluteAltitudeM,
    focalLengthMm: FOCAL_LENGTH_MM,
    focalLength35mm: FOCAL_LENGTH_35MM,
  })
  return stampJpeg(jpeg, exif, writeXmp(pose, (FOCAL_LENGTH_35MM / FULL_FRAME_MM) * WIDTH_PX))
}
