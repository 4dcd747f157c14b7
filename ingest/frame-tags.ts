import type { Pose } from '../core/detection.ts'
import type { Position } from '../core/place.ts'
import type { FrameExif } from './frame-exif.ts'
import { SENSOR_WIDTHS_MM } from './sensor-widths.ts'

type Tags = ReadonlyMap<string, string>
interface Size {
  width: number
  height: number
}
type Optics = Pick<Pose, 'focalPx' | 'focalSigma' | 'opticalCentrePx' | 'distortion'>

/** How well each source knows a focal length, as a share of it. */
const SIGMA = { calibrated: 0.005, sensor: 0.02, equivalent: 0.04 }
/** A stated length that the 35 mm equivalent contradicts by more is of another size of the picture. */
const BELIEVED_WITHIN = 0.25
/** Millimetres of 35 mm film along a picture's longer side. */
const FILM_WIDTH_MM = 36
/**
 * Programs that can do nothing to a picture but turn it by quarters, and say so in EXIF while they leave the drone's
 * angles as they were. One that lies as it was taken, broader than high, has been turned by two.
 */
const TURNS_PICTURES = /^Microsoft Windows Photo Viewer/

/** What the tags say of the camera: the gimbal's first, EXIF second; XMP has more digits. */
export function poseOfTags(exif: FrameExif, tags: Tags, picture: Size): Pose {
  const number = (name: string) => toNumber(tags.get(name))
  const position = djiPosition(tags) ?? toPosition(exif.latitudeDeg, exif.longitudeDeg)
  const numbers = {
    relativeAltitudeM: number('RelativeAltitude'),
    absoluteAltitudeM: number('AbsoluteAltitude') ?? exif.altitudeM,
    gimbalYawDeg: number('GimbalYawDegree'),
    gimbalPitchDeg: number('GimbalPitchDegree'),
    gimbalRollDeg: number('GimbalRollDegree'),
    positionSigmaM: position ? rtkSigmaM(tags) : undefined,
  }
  const known = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined))
  const isTurned =
    number('GimbalReverse') === 1 || (TURNS_PICTURES.test(exif.software ?? '') && picture.width > picture.height)
  return {
    ...(position && { position }),
    ...known,
    ...opticsOf(exif, tags, picture),
    ...(isTurned && { turned: true as const }),
  }
}

/** Older firmware writes `GpsLongtitude`; newer leaves out `Gps`. */
function djiPosition(tags: Tags): Position | null {
  const lat = tags.get('GpsLatitude') ?? tags.get('Latitude')
  const lon = tags.get('GpsLongitude') ?? tags.get('GpsLongtitude') ?? tags.get('Longitude')
  return toPosition(toNumber(lat), toNumber(lon))
}

/** Null outside the globe, and at 0, 0, which is what a receiver without a fix says. */
function toPosition(lat: number | undefined, lon: number | undefined): Position | null {
  if (lat === undefined || lon === undefined) return null
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180 || (lat === 0 && lon === 0)) return null
  return { lat, lon }
}

/** The larger of both axes; 50 is a fixed solution, 32…49 a float one. */
function rtkSigmaM(tags: Tags): number | undefined {
  const flag = toNumber(tags.get('RtkFlag'))
  if (flag === undefined || flag < 32 || flag > 50) return undefined
  const told = ['RtkStdLat', 'RtkStdLon'].map((name) => toNumber(tags.get(name)) ?? 0)
  return Math.max(...told, flag === 50 ? 0.02 : 0.4)
}

/** Best first: calibrated, from the width of the sensor, from the 35 mm equivalent over the width of the film. */
function opticsOf(exif: FrameExif, tags: Tags, picture: Size): Optics {
  const { focal35mm, focalMm, model } = exif
  const longer = Math.max(picture.width, picture.height)
  const equivalentPx = focal35mm === undefined ? undefined : (focal35mm / FILM_WIDTH_MM) * longer
  const isBelieved = (px: number) => equivalentPx === undefined || Math.abs(px / equivalentPx - 1) <= BELIEVED_WITHIN
  const calibrated = calibratedOptics(tags, picture)
  if (calibrated?.focalPx !== undefined && isBelieved(calibrated.focalPx)) return calibrated
  const sensorMm = model === undefined ? undefined : SENSOR_WIDTHS_MM[model]
  if (focalMm !== undefined && sensorMm !== undefined) {
    const focalPx = (focalMm / sensorMm) * longer
    if (isBelieved(focalPx)) return { focalPx, focalSigma: SIGMA.sensor }
  }
  return equivalentPx === undefined ? {} : { focalPx: equivalentPx, focalSigma: SIGMA.equivalent }
}

/**
 * `DewarpData`: a date, then fx, fy, cx, cy, k1, k2, p1, p2, k3; the centre counts from the picture's middle. With
 * `DewarpFlag` 1 the camera has straightened the picture. Else `CalibratedFocalLength` and the optical centre in pixels.
 * Source: DJI's manuals of Zenmuse P1 and Mavic 3E.
 */
function calibratedOptics(tags: Tags, { width, height }: Size): Optics | null {
  const dewarp = (tags.get('DewarpData')?.split(';')[1] ?? '').split(',').map(Number)
  const [fx, , cx, cy, ...lens] = dewarp
  if (dewarp.length === 9 && dewarp.every(Number.isFinite) && fx! > 0) {
    const isStraight = toNumber(tags.get('DewarpFlag')) === 1
    return {
      focalPx: fx!,
      focalSigma: SIGMA.calibrated,
      opticalCentrePx: [width / 2 + cx!, height / 2 + cy!],
      ...(!isStraight && { distortion: lens as NonNullable<Pose['distortion']> }),
    }
  }
  const focalPx = toNumber(tags.get('CalibratedFocalLength'))
  if (focalPx === undefined || !(focalPx > 0)) return null
  return { focalPx, focalSigma: SIGMA.calibrated, ...opticalCentre(tags, { width, height }) }
}

/** Believed near the middle only: that of a full picture says nothing of a reduced or a cut one. */
function opticalCentre(tags: Tags, { width, height }: Size): Optics {
  const x = toNumber(tags.get('CalibratedOpticalCenterX'))
  const y = toNumber(tags.get('CalibratedOpticalCenterY'))
  if (x === undefined || y === undefined) return {}
  if (Math.abs(x / width - 0.5) > 0.1 || Math.abs(y / height - 0.5) > 0.1) return {}
  return { opticalCentrePx: [x, y] }
}

/** `+39.80`; anything but one plain number is none. */
function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^[+-]?\d{1,12}(\.\d{1,12})?$/.test(text)) return undefined
  return Number(text)
}
