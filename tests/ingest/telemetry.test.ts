import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTelemetry } from '../../ingest/telemetry.ts'

const T0 = Date.parse('2026-06-01T00:00:00Z')
const S = 1_000

function flown(track: [seconds: number, values: Record<string, number>][], landedS = 0) {
  const telemetry = createTelemetry()
  for (const [seconds, values] of track) {
    const atMs = T0 + seconds * S
    const samples = Object.entries(values).map(([metric, value]) => ({ metric, value, atMs }))
    telemetry.note('drone-1', samples, atMs + landedS * S)
  }
  return (seconds: number) => telemetry.at('drone-1', T0 + seconds * S)
}

describe('the pose of a moment', () => {
  test('lies between what was said before and after it', () => {
    const at = flown([
      [0, { lat: 31.2, lon: 121.4, rel_alt_m: 40, gimbal_pitch_deg: -90 }],
      [2, { lat: 31.202, lon: 121.404, rel_alt_m: 44, gimbal_pitch_deg: -80 }],
    ])

    expect(at(0.5)).toEqual({
      position: { lat: expect.closeTo(31.2005, 9), lon: expect.closeTo(121.401, 9) },
      relativeAltitudeM: 41,
      gimbalPitchDeg: expect.closeTo(-87.5, 9),
    })
  })

  test('turns the short way round', () => {
    const at = flown([
      [0, { gimbal_yaw_deg: 170 }],
      [2, { gimbal_yaw_deg: -170 }],
    ])

    expect(at(0.5)!.gimbalYawDeg).toBeCloseTo(175, 9)
    expect(at(1.5)!.gimbalYawDeg).toBeCloseTo(-175, 9)
  })

  test('is found long after landing', () => {
    const track = Array.from({ length: 3_000 }, (_, second): [number, Record<string, number>] => {
      return [second, { lat: 31 + second / 1e5, lon: 121 }]
    })

    expect(flown(track, 7_200)(17.5)!.position!.lat).toBeCloseTo(31.000175, 9)
  })

  test('is that of the nearest word for a few seconds, and then unknown', () => {
    const at = flown([[0, { lat: 31.2, lon: 121.4 }]])

    expect(at(2.9)).not.toBeNull()
    expect(at(-2.9)).not.toBeNull()
    expect(at(3.1)).toBeNull()
  })

  test('is unknown in the middle of a long silence', () => {
    const at = flown([
      [0, { lat: 31.2, lon: 121.4 }],
      [60, { lat: 31.3, lon: 121.4 }],
    ])

    expect(at(30)).toBeNull()
    expect(at(58)!.position!.lat).toBeCloseTo(31.3, 9)
  })

  test('is put together from partial messages', () => {
    const at = flown([
      [0, { lat: 31.2, lon: 121.4 }],
      [1, { gimbal_yaw_deg: 10 }],
    ])

    expect(at(1)).toEqual({ position: { lat: 31.2, lon: 121.4 }, gimbalYawDeg: 10 })
  })

  test('does not depend on the order in which messages arrive', () => {
    const points = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(points, fc.double({ min: 0, max: 500, noNaN: true }), (seconds, asked) => {
        const track = seconds.map((second): [number, Record<string, number>] => [second, { lat: second / 10, lon: 1 }])
        const inOrder = [...track].sort(([a], [b]) => a - b)
        expect(flown(track)(asked)).toEqual(flown(inOrder)(asked))
      }),
    )
  })
})

test('what is remembered has a bound', () => {
  const telemetry = createTelemetry(2)
  const say = (drone: string) => telemetry.note(drone, [{ metric: 'lat', value: 1, atMs: T0 }], T0)

  for (const drone of ['a', 'b', 'c']) say(drone)

  expect(telemetry.at('a', T0)).toBeNull()
  expect(telemetry.at('c', T0)).not.toBeNull()
})
