import { readFileSync } from 'node:fs'
import exifReader from 'exif-reader'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { type Flight, type FlightState, flightAt } from '../../simulators/drone/flight.ts'
import { loadPicture, PICTURES, QUIET_PICTURES } from '../../simulators/drone/pictures.ts'
import { takePicture } from '../../simulators/drone/take-picture.ts'
import { createFleet } from '../../simulators/fleet.ts'
import { parseScenario } from '../../simulators/scenario.ts'
import { createTimeline } from '../../simulators/timeline.ts'
import { distanceBetweenM, loadWorld } from '../../simulators/world.ts'

const world = loadWorld()
const START_MS = Date.UTC(2026, 2, 1, 2, 3, 4, 567)
const flight: Flight = {
  world,
  seed: 3,
  startMs: START_MS,
  loopMs: 600_000,
  hovers: [{ fromMs: 60_000, toMs: 90_000 }],
}

describe('the patrol', () => {
  test('stays over the water, up the river and down again', () => {
    for (let s = 0; s < 1500; s += 7) {
      const state = flightAt(flight, START_MS + s * 1000)
      const ends = state.alongM < 10 || state.alongM > world.river.lengthM - 10
      expect(ends || world.river.isWater(state.position), `${s} s`).toBe(true)
    }
  })

  test('flies about six metres a second, and stops where there is something to see', () => {
    const at = (s: number) => flightAt(flight, START_MS + s * 1000)
    expect(at(50).alongM - at(40).alongM).toBeCloseTo(60, 5)
    expect(at(89).alongM).toBe(at(61).alongM)
    expect(distanceBetweenM(at(89).position, at(61).position)).toBeLessThan(5)
    expect(at(100).alongM - at(90).alongM).toBeCloseTo(60, 5)
    expect(at(661).alongM).toBe(at(689).alongM)
  })

  test('looks straight down, along its heading, from 30 m', () => {
    for (let s = 0; s < 1500; s += 11) {
      const state = flightAt(flight, START_MS + s * 1000)
      expect(state.gimbalPitchDeg).toBeGreaterThanOrEqual(-90)
      expect(state.gimbalPitchDeg).toBeLessThan(-88)
      expect(Math.abs(state.relativeAltitudeM - 30)).toBeLessThan(1)
      expect(state.batteryPct).toBeGreaterThan(20)
    }
  })
})

describe('a picture', () => {
  const pose: FlightState = {
    position: { lat: 31.3170123, lon: 120.6280456 },
    alongM: 0,
    relativeAltitudeM: 30.12,
    absoluteAltitudeM: 34.32,
    yawDeg: 250,
    gimbalPitchDeg: -89.5,
    gimbalYawDeg: 251.5,
    gimbalRollDeg: 0.2,
    batteryPct: 80,
  }
  const jpeg = takePicture(loadPicture('river-boat.jpg'), pose, START_MS)

  test('carries time and place as EXIF', async () => {
    const { exif } = await sharp(jpeg).metadata()
    const { Image, Photo, GPSInfo } = exifReader(exif!)
    expect(Image).toMatchObject({ Make: 'huying', Model: 'simulated-drone' })
    expect(Photo).toMatchObject({ OffsetTimeOriginal: '+08:00', SubSecTimeOriginal: '567', FocalLengthIn35mmFilm: 24 })
    // exif-reader reads the local time as if it were UTC.
    expect(Photo!.DateTimeOriginal).toEqual(new Date('2026-03-01T10:03:04Z'))
    const degrees = ([d = 0, m = 0, s = 0]: number[]) => d + m / 60 + s / 3600
    expect(GPSInfo).toMatchObject({ GPSLatitudeRef: 'N', GPSLongitudeRef: 'E', GPSDateStamp: '2026:03:01' })
    expect(degrees(GPSInfo!.GPSLatitude!)).toBeCloseTo(31.3170123, 7)
    expect(degrees(GPSInfo!.GPSLongitude!)).toBeCloseTo(120.6280456, 7)
    expect(GPSInfo!.GPSAltitude).toBeCloseTo(34.32, 3)
    expect(GPSInfo!.GPSTimeStamp).toEqual([2, 3, 4.567])
  })

  test('carries the pose as XMP, as DJI cameras write it', async () => {
    const { xmpAsString } = await sharp(jpeg).metadata()
    const tags = Object.fromEntries([...xmpAsString!.matchAll(/drone-dji:(\w+)="([^"]*)"/g)].map((m) => [m[1], m[2]]))
    expect(tags).toMatchInlineSnapshot(`
      {
        "AbsoluteAltitude": "+34.32",
        "CalibratedFocalLength": "426.6667",
        "FlightPitchDegree": "+0.00",
        "FlightRollDegree": "+0.00",
        "FlightYawDegree": "-110.00",
        "GimbalPitchDegree": "-89.50",
        "GimbalRollDegree": "+0.20",
        "GimbalYawDegree": "-108.50",
        "GpsLatitude": "+31.31701230",
        "GpsLongitude": "+120.62804560",
        "RelativeAltitude": "+30.12",
      }
    `)
  })

  test('keeps the pixels as they were', async () => {
    const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer()
    expect((await pixels(jpeg)).equals(await pixels(loadPicture('river-boat.jpg')))).toBe(true)
  })

  test('is stamped anew when it is sent again, not twice', () => {
    const again = takePicture(jpeg, pose, START_MS)
    expect(again.equals(jpeg)).toBe(true)
  })
})

describe('what the drone sends', () => {
  const scenario = parseScenario(
    [
      'name: x',
      'title: { zh: 甲, en: x }',
      'loopS: 120',
      'counts: { smoke-detector: 1 }',
      'reportEveryS: { drone: 1 }',
      'incidents:',
      '  - { kind: sighting, atS: 40, forS: 24, picture: river-debris.jpg }',
    ].join('\n'),
    'x.yaml',
  )
  const fleet = createFleet(world, 3, scenario)
  const timeline = createTimeline({ scenario, fleet, world, seed: 3, startMs: START_MS })
  const events = timeline.between(START_MS, START_MS + 120_000).filter(({ deviceId }) => deviceId === 'drone-001')

  test('is a picture every eight seconds, quiet water except for what there is to see', () => {
    const pictures = events.filter((event) => event.kind === 'frame')
    expect(pictures).toHaveLength(15)
    const loud = pictures.filter(({ picture }) => !QUIET_PICTURES.includes(picture))
    expect(loud.map(({ atMs, picture }) => [(atMs - START_MS) / 1000, picture])).toEqual([
      [42, 'river-debris.jpg'],
      [50, 'river-debris.jpg'],
      [58, 'river-debris.jpg'],
    ])
  })

  test('is its telemetry every second', () => {
    const telemetry = events.filter((event) => event.kind === 'readings')
    expect(telemetry).toHaveLength(120)
    expect(Object.keys((JSON.parse(telemetry[0]!.payload.toString()) as { values: object }).values)).toEqual([
      'lat',
      'lon',
      'rel_alt_m',
      'abs_alt_m',
      'gimbal_pitch_deg',
      'gimbal_yaw_deg',
      'gimbal_roll_deg',
      'battery_pct',
    ])
  })

  test('lies where the truth says', () => {
    const [truth] = timeline.truth(START_MS, START_MS + 120_000)
    const { position } = flightAt(
      { ...flight, loopMs: 120_000, hovers: [{ fromMs: 40_000, toMs: 64_000 }] },
      START_MS + 50_000,
    )
    expect(truth!.alerts.map(({ label }) => label)).toEqual(['boat', 'debris'])
    expect(distanceBetweenM(truth!.position, position)).toBeLessThan(5)
    expect(truth!.place).toMatch(/^文津河 K0\+2\d\d$/)
  })
})

test('every shipped picture is a JPEG of 640 by 640 and is credited', async () => {
  const credits = readFileSync(assetPath('simulators/frames/CREDITS.md'), 'utf8')
  for (const name of Object.keys(PICTURES)) {
    expect(credits).toContain(name)
    expect(credits.split('## Licences')[1]).toContain(`\`${name.replace('.jpg', '')}\``)
    const { format, width, height } = await sharp(loadPicture(name)).metadata()
    expect({ format, width, height }, name).toEqual({ format: 'jpeg', width: 640, height: 640 })
  }
})
