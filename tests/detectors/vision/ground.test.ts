import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pose } from '../../../core/detection.ts'
import { isRefusal } from '../../../core/refusal.ts'
import { DEFAULT_HFOV_DEG } from '../../../detectors/vision/camera.ts'
import { createGround, groundPosition } from '../../../detectors/vision/ground.ts'
import { readFrameHeader } from '../../../ingest/frame-pose.ts'

const FRAME = { width: 4000, height: 2250 }
const CENTRE = { x: 2000, y: 1125 }
const NADIR: Pose = {
  position: { lat: 31.2, lon: 121.5 },
  relativeAltitudeM: 40,
  gimbalYawDeg: 0,
  gimbalPitchDeg: -90,
  gimbalRollDeg: 0,
  focalPx: 2000,
}
/** Length of a degree at 31.2°, from the WGS-84 series of the IOGP guidance note 7-2, metres. */
const LAT_DEGREE_M = 110_871.4
const LON_DEGREE_M = 95_311.6

/** Metres north and east of the drone. */
function offset(pixel: { x: number; y: number }, pose: Pose): { north: number; east: number } {
  const at = groundPosition(pixel, FRAME, pose)!
  return {
    north: (at.lat - pose.position!.lat) * LAT_DEGREE_M,
    east: (at.lon - pose.position!.lon) * LON_DEGREE_M,
  }
}

describe('a camera that looks straight down', () => {
  test('has the drone itself in the middle of the picture', () => {
    const at = groundPosition(CENTRE, FRAME, NADIR)!

    expect(at.lat).toBeCloseTo(31.2, 9)
    expect(at.lon).toBeCloseTo(121.5, 9)
  })

  test('sees one metre per 50 px at 40 m and 2,000 px focal length', () => {
    const { north, east } = offset({ x: 2500, y: 1125 - 250 }, NADIR)

    expect(east).toBeCloseTo(10, 1)
    expect(north).toBeCloseTo(5, 1)
  })

  test('turns with the gimbal: heading east, the top of the picture is east', () => {
    const { north, east } = offset({ x: 2000, y: 1125 - 500 }, { ...NADIR, gimbalYawDeg: 90 })

    expect(east).toBeCloseTo(10, 1)
    expect(north).toBeCloseTo(0, 1)
  })
})

test('looking 45° ahead, the middle of the picture is as far away as the drone is high', () => {
  const { north, east } = offset(CENTRE, { ...NADIR, gimbalPitchDeg: -45, gimbalYawDeg: 180 })

  expect(north).toBeCloseTo(-40, 1)
  expect(east).toBeCloseTo(0, 1)
})

test('a roll turns what lies beside the axis, not the axis', () => {
  const level = { ...NADIR, gimbalPitchDeg: -45 }
  const rolled = { ...level, gimbalRollDeg: 10 }
  const nearEdge = { x: 2000, y: 1625 }

  expect(offset(CENTRE, rolled)).toEqual(offset(CENTRE, level))
  expect(offset(nearEdge, level).east).toBeCloseTo(0, 6)
  expect(offset(nearEdge, rolled).east).toBeLessThan(-1)
})

test('without a known focal length the angle of view of a common drone camera stands in', () => {
  const { focalPx: _, ...pose } = NADIR
  const edge = groundPosition({ x: 4000, y: 1125 }, FRAME, pose)!

  expect((edge.lon - 121.5) * LON_DEGREE_M).toBeCloseTo(40 * Math.tan((DEFAULT_HFOV_DEG / 2 / 180) * Math.PI), 1)
})

test('one point of the ground has one position, whatever the pose it is seen from', () => {
  const angle = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  const pose = fc.record({
    yaw: angle(-180, 180),
    pitch: angle(-90, -50),
    roll: angle(-15, 15),
    height: angle(20, 120),
  })
  const spot = fc.tuple(angle(-15, 15), angle(-15, 15))

  fc.assert(
    fc.property(pose, spot, ({ yaw, pitch, roll, height }, [north, east]) => {
      const full = {
        ...NADIR,
        gimbalYawDeg: yaw,
        gimbalPitchDeg: pitch,
        gimbalRollDeg: roll,
        relativeAltitudeM: height,
      }
      const pixel = project({ north, east, down: height }, yaw, pitch, roll)
      fc.pre(pixel !== null)
      const found = offset(pixel!, full)
      expect(found.north).toBeCloseTo(north, 1)
      expect(found.east).toBeCloseTo(east, 1)
    }),
  )
})

/** Ground to pixel by rotating the world into the camera, independent of the way back. Null behind the camera. */
function project(point: { north: number; east: number; down: number }, yaw: number, pitch: number, roll: number) {
  const [p, t, r] = [yaw, pitch, roll].map((deg) => (deg * Math.PI) / 180) as [number, number, number]
  const ahead = point.north * Math.cos(p) + point.east * Math.sin(p)
  const right = -point.north * Math.sin(p) + point.east * Math.cos(p)
  const depth = ahead * Math.cos(t) - point.down * Math.sin(t)
  const under = ahead * Math.sin(t) + point.down * Math.cos(t)
  if (depth < 1) return null
  const x = (right * Math.cos(r) + under * Math.sin(r)) / depth
  const y = (-right * Math.sin(r) + under * Math.cos(r)) / depth
  return { x: FRAME.width / 2 + 2000 * x, y: FRAME.height / 2 + 2000 * y }
}

test.each([
  ['the horizon', { ...NADIR, gimbalPitchDeg: 0 }],
  ['the sky', { ...NADIR, gimbalPitchDeg: 30 }],
  ['more than 75° off straight down', { ...NADIR, gimbalPitchDeg: -14 }],
  ['a drone on the ground', { ...NADIR, relativeAltitudeM: 0 }],
  ['a height that is no number', { ...NADIR, relativeAltitudeM: Number.NaN }],
  ['no position', { relativeAltitudeM: 40, gimbalYawDeg: 0, gimbalPitchDeg: -90 }],
  ['no height', { position: { lat: 31.2, lon: 121.5 }, gimbalYawDeg: 0, gimbalPitchDeg: -90 }],
  ['no gimbal angles', { position: { lat: 31.2, lon: 121.5 }, relativeAltitudeM: 40 }],
] satisfies [string, Pose][])('gives no position for %s', (_, pose) => {
  expect(groundPosition(CENTRE, FRAME, pose)).toBeNull()
})

test('the limit lies at 75° off straight down', () => {
  expect(groundPosition(CENTRE, FRAME, { ...NADIR, gimbalPitchDeg: -15.1 })).not.toBeNull()
  expect(groundPosition(CENTRE, FRAME, { ...NADIR, gimbalPitchDeg: -14.9 })).toBeNull()
})

test('a picture that lies upside down against its tags is read the other way round', () => {
  const found = offset({ x: 2500, y: 1125 - 250 }, { ...NADIR, turned: true })

  expect(found.east).toBeCloseTo(-10, 1)
  expect(found.north).toBeCloseTo(-5, 1)
})

test('water below the point of take-off lies farther away', () => {
  const at = createGround(FRAME, NADIR, { takeOffOverWaterM: 4 })!.locate({ x: 2500, y: 1125 })!

  expect((at.position.lon - 121.5) * LON_DEGREE_M).toBeCloseTo(11, 1)
})

test('the optical centre and a bent lens move the ray', () => {
  const centre = offset({ x: 2100, y: 1125 }, { ...NADIR, opticalCentrePx: [2100, 1125] })
  const straight = offset({ x: 3500, y: 1125 }, NADIR)
  const bent = offset({ x: 3500, y: 1125 }, { ...NADIR, distortion: [-0.1, 0, 0, 0, 0] })

  expect(centre.east).toBeCloseTo(0, 6)
  expect(bent.east).toBeGreaterThan(straight.east)
})

describe('the radius of a position', () => {
  const radius = (pixel: { x: number; y: number }, pose: Pose) => createGround(FRAME, pose)!.locate(pixel)!.radiusM

  test('grows away from straight down', () => {
    expect(radius({ x: 3900, y: 100 }, NADIR)).toBeGreaterThan(radius(CENTRE, NADIR))
    expect(radius(CENTRE, { ...NADIR, gimbalPitchDeg: -30 })).toBeGreaterThan(2 * radius(CENTRE, NADIR))
  })

  test('is smaller where a drone knows its place by RTK, larger where only telemetry tells it', () => {
    expect(radius(CENTRE, { ...NADIR, positionSigmaM: 0.02 })).toBeLessThan(1.5)
    expect(radius(CENTRE, { ...NADIR, from: 'telemetry' })).toBeGreaterThan(
      radius(CENTRE, { ...NADIR, from: 'picture' }),
    )
  })

  test('is at least what an error of one degree in pitch moves the point', () => {
    const pose = { ...NADIR, relativeAltitudeM: 60, gimbalPitchDeg: -45, positionSigmaM: 0.01 }

    expect(radius(CENTRE, pose)).toBeGreaterThan(2.1)
  })
})

describe('a box on the ground', () => {
  test('has an area and sides in metres', () => {
    const found = createGround(FRAME, NADIR)!.measure({ x1: 100, y1: 100, x2: 200, y2: 150 })!

    expect(found.areaM2).toBeCloseTo(2, 6)
    expect(found.sizeM[0]).toBeCloseTo(2, 6)
    expect(found.sizeM[1]).toBeCloseTo(1, 6)
  })

  test('has none where it reaches above the horizon', () => {
    const ground = createGround(FRAME, { ...NADIR, gimbalPitchDeg: -20 })!

    expect(ground.measure({ x1: 1900, y1: 0, x2: 2100, y2: 1200 })).toBeNull()
  })
})

describe('what a picture shows of the ground', () => {
  test('are four corners and centimetres per pixel', () => {
    const { footprint, gsdCm } = createGround(FRAME, NADIR)!.frame()!
    const offsets = footprint.map(({ lat, lon }) => [(lat - 31.2) * LAT_DEGREE_M, (lon - 121.5) * LON_DEGREE_M])

    expect(gsdCm).toBeCloseTo(2, 6)
    expect(offsets.flat().map((value) => Math.round(value * 10) / 10)).toEqual([
      22.5, -40, 22.5, 40, -22.5, 40, -22.5, -40,
    ])
  })

  test('ends before the horizon', () => {
    const { footprint } = createGround(FRAME, { ...NADIR, gimbalPitchDeg: -30 })!.frame()!
    const far = (footprint[0].lat - 31.2) * LAT_DEGREE_M

    expect(far).toBeGreaterThan(100)
    expect(far).toBeLessThan(40 * Math.tan((75 / 180) * Math.PI))
  })

  test('is nothing when its middle looks at the sky', () => {
    expect(createGround(FRAME, { ...NADIR, gimbalPitchDeg: -5 })!.frame()).toBeNull()
  })
})

test('one point in two real photographs has one position to within two metres', async () => {
  const folder = new URL('../../fixtures/frames/', import.meta.url)
  const pairs = JSON.parse(await readFile(new URL('beach-pairs.json', folder), 'utf8')) as [number, number][][]
  const headers = await Promise.all(
    ['beach-dji-0020.jpg', 'beach-dji-0021.jpg'].map(async (name) =>
      readFrameHeader(await readFile(new URL(name, folder))),
    ),
  )

  const errorsM = pairs.map((points) => {
    const [a, b] = points.map(([x, y], photo) => {
      const header = headers[photo]!
      if (isRefusal(header)) throw new Error(header.detail)
      return groundPosition({ x: x!, y: y! }, { width: header.widthPx, height: header.heightPx }, header.pose)!
    })
    // Length of a degree at 46.8°, metres, from the same series.
    return Math.hypot((a!.lat - b!.lat) * 111_167, (a!.lon - b!.lon) * 76_307)
  })

  errorsM.sort((a, b) => a - b)
  expect(errorsM).toHaveLength(40)
  expect(errorsM[20]).toBeLessThan(2)
})
