import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../core/refusal.ts'
import { createCaptures } from '../../ingest/captures.ts'
import { decodeCameraCaptured } from '../../ingest/codecs/camera-captured.ts'
import { createRig, JPEG } from './rig.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 8)
const UTC_US = Date.UTC(2026, 10, 22, 7, 59, 58) * 1000
const decode = (message: unknown) => decodeCameraCaptured(Buffer.from(JSON.stringify(message)), NOW_MS, 86_400_000)
const CAPTURE = {
  ...{ time_boot_ms: 512_000, time_utc: UTC_US, camera_id: 1, image_index: 12, capture_result: 1 },
  ...{ lat: 299_000_000, lon: 1_215_000_000, alt: 88_100, relative_alt: 60_500 },
  q: [1, 0, 0, 0],
  file_url: 'mftp://DCIM/IMG_0012.jpg?x=1',
}

const DEG = Math.PI / 180
/** Turned by yaw, then pitch, then roll. */
function quaternion(yawDeg: number, pitchDeg: number, rollDeg: number): number[] {
  const [y, p, r] = [yawDeg, pitchDeg, rollDeg].map((deg) => (deg * DEG) / 2) as [number, number, number]
  const [cy, sy, cp, sp, cr, sr] = [Math.cos(y), Math.sin(y), Math.cos(p), Math.sin(p), Math.cos(r), Math.sin(r)]
  return [
    cr * cp * cy + sr * sp * sy,
    sr * cp * cy - cr * sp * sy,
    cr * sp * cy + sr * cp * sy,
    cr * cp * sy - sr * sp * cy,
  ]
}

describe('CAMERA_IMAGE_CAPTURED', () => {
  it('has 10⁻⁷ degrees, millimetres, microseconds and a quaternion', () => {
    expect(decode(CAPTURE)).toMatchObject({
      atMs: UTC_US / 1000,
      name: 'IMG_0012.jpg',
      isTaken: true,
      pose: {
        position: { lat: 29.9, lon: 121.5 },
        ...{ absoluteAltitudeM: 88.1, relativeAltitudeM: 60.5 },
        ...{ gimbalYawDeg: 0, gimbalPitchDeg: 0, gimbalRollDeg: 0 },
      },
    })
  })

  it('without a time (0) is of its arrival', () => {
    expect(decode({ ...CAPTURE, time_utc: 0 })).toMatchObject({ atMs: NOW_MS })
    expect(decode({ ...CAPTURE, time_utc: undefined })).toMatchObject({ atMs: NOW_MS })
    expect(decode({ ...CAPTURE, time_utc: String(UTC_US) })).toMatchObject({ atMs: UTC_US / 1000 })
  })

  it('at 0, 0 or with the greatest number knows no place', () => {
    expect(decode({ ...CAPTURE, lat: 0, lon: 0 })).not.toMatchObject({ pose: { position: {} } })
    expect(decode({ ...CAPTURE, lat: 2_147_483_647 })).not.toMatchObject({ pose: { position: {} } })
  })

  it.each([
    [0, -90, 0],
    [135, -90, 0],
    [-35, -60, 0],
    [170, -45, 10],
  ])('gives back the angles that made its quaternion: yaw %d°, pitch %d°, roll %d°', (yaw, pitch, roll) => {
    const captured = decode({ ...CAPTURE, q: quaternion(yaw, pitch, roll) })
    if (isRefusal(captured)) throw new Error(captured.detail)
    const { gimbalYawDeg = Number.NaN, gimbalPitchDeg, gimbalRollDeg } = captured.pose

    expect(gimbalPitchDeg).toBeCloseTo(pitch, 4)
    expect(gimbalYawDeg).toBeCloseTo(yaw, 4)
    expect(gimbalRollDeg).toBeCloseTo(roll, 4)
  })

  it.each([
    ['a latitude beyond the pole', { lat: 910_000_000 }],
    ['a latitude in degrees', { lat: 29.9 }],
    ['a text for a number', { alt: '88' }],
    ['a quaternion of length 0', { q: [0, 0, 0, 0] }],
    ['a quaternion of three', { q: [1, 0, 0] }],
    ['a long name', { file_url: 'x'.repeat(206) }],
    ['a time that is none', { time_utc: 'now' }],
    ['a field that the message has not', { latitude: 29.9 }],
  ])('is refused for %s', (_what, wrong) => {
    expect(decode({ ...CAPTURE, ...wrong })).toMatchObject({ refused: 'bad_payload' })
  })

  it('never throws, whatever the JSON', () => {
    const message = fc.dictionary(fc.constantFrom(...Object.keys(CAPTURE)), fc.jsonValue())
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), message), (value) => void decode(value)))
  })
})

describe('a picture and the camera’s own word of it', () => {
  const pose = (relativeAltitudeM: number) => ({ relativeAltitudeM })

  it('meet by file name, else by the nearest second', () => {
    const captures = createCaptures()
    captures.note('d', { atMs: NOW_MS, name: 'A.JPG', pose: pose(1) })
    captures.note('d', { atMs: NOW_MS + 1000, pose: pose(2) })
    const find = (name: string | undefined, takenMs: number | null) => captures.find('d', { name, takenMs })?.pose

    expect(find('a.jpg', NOW_MS + 9000)).toEqual(pose(1))
    expect(find('b.jpg', NOW_MS + 900)).toEqual(pose(2))
    expect(find(undefined, NOW_MS + 3000)).toBeUndefined()
    expect(find(undefined, null)).toBeUndefined()
    expect(captures.find('other', { name: 'A.JPG', takenMs: NOW_MS })).toBeUndefined()
  })

  it('give one frame, with the pose of that moment', async () => {
    const rig = createRig({ clock: { nowMs: () => NOW_MS } })
    await rig.registry.register({ id: 'drone-1', type: 'drone' }, 'test')
    rig.frontDoor.camera('drone-1', Buffer.from(JSON.stringify(CAPTURE)), () => {})
    const frame = await rig.frontDoor.frame('drone-1', JPEG, { name: 'IMG_0012.jpg', flightId: 'f-1' })

    expect(frame).toMatchObject({
      flightId: 'f-1',
      atMs: UTC_US / 1000,
      pose: { position: { lat: 29.9, lon: 121.5 }, relativeAltitudeM: 60.5 },
    })
    expect(rig.arrived[0]).toMatchObject({
      kind: 'readings',
      samples: expect.arrayContaining([{ metric: 'lat', value: 29.9, atMs: UTC_US / 1000 }]),
    })
  })
})
