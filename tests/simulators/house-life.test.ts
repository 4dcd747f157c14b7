import { describe, expect, test } from 'vitest'
import { createFleet, type SimulatedDevice } from '../../simulators/fleet.ts'
import { parseScenario } from '../../simulators/scenario.ts'
import { measure } from '../../simulators/signals/measure.ts'
import { hourOfDay } from '../../simulators/signals/weather.ts'
import { createTimeline } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { type Series, toSeries } from './support/decode.ts'

const SEED = 7
const world = loadWorld()
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Monday, midnight in the quarter. */
const MONDAY_MS = Date.UTC(2026, 2, 1, 16)
const fleet = createFleet(world, SEED)
const ofType = (type: string) => fleet.filter((device) => device.type === type)

function valueAt(device: SimulatedDevice, metric: string, atMs: number): number {
  return measure({ device, seed: SEED, atMs, seq: 1, effects: [], faults: [] })[metric]!
}

/** Values of a week at the device's own interval, with their times. */
function weekOf(device: SimulatedDevice, metric: string): { atMs: number; value: number }[] {
  const everyMs = device.reportEveryS * 1000
  return Array.from({ length: (7 * 24 * HOUR_MS) / everyMs }, (_, i) => {
    const atMs = MONDAY_MS + i * everyMs
    return { atMs, value: valueAt(device, metric, atMs) }
  })
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('an ordinary week in a watched house', () => {
  test.each(ofType('occupancy-sensor').map((device) => [device.id, device] as const))(
    'has somebody there at night and doors that move when people do (%s)',
    (id, occupancy) => {
      const doors = fleet.find(({ type, place }) => type === 'door-counter' && place === occupancy.place)!
      const isNight = ({ atMs }: { atMs: number }) => hourOfDay(atMs) < 5
      expect(
        mean(
          weekOf(occupancy, 'occupied')
            .filter(isNight)
            .map(({ value }) => value),
        ),
        id,
      ).toBe(1)
      const openings = weekOf(doors, 'door_count')
      const total = openings.reduce((sum, { value }) => sum + value, 0)
      expect(total / 7).toBeGreaterThan(5)
      expect(total / 7).toBeLessThan(80)
      expect(openings.filter(isNight).reduce((sum, { value }) => sum + value, 0)).toBe(0)
    },
  )

  test('draws more power and is louder while people are awake at home than while they are out or asleep', () => {
    for (const meter of ofType('power-meter')) {
      const at = (type: string) => fleet.find((device) => device.type === type && device.place === meter.place)!
      const times = weekOf({ ...meter, reportEveryS: 600 }, 'power_kw').map(({ atMs }) => atMs)
      const isUp = (atMs: number) =>
        valueAt(at('occupancy-sensor'), 'occupied', atMs) === 1 && hourOfDay(atMs) > 7 && hourOfDay(atMs) < 22
      const split = (device: SimulatedDevice, metric: string, up: boolean) =>
        mean(times.filter((atMs) => isUp(atMs) === up).map((atMs) => valueAt(device, metric, atMs)))
      expect(split(meter, 'power_kw', true)).toBeGreaterThan(1.5 * split(meter, 'power_kw', false))
      expect(split(at('noise-meter'), 'noise_db', true)).toBeGreaterThan(
        4 + split(at('noise-meter'), 'noise_db', false),
      )
    }
  })

  test('stays within what such houses know: no flame, sound below a shout, the air of a city', () => {
    for (const device of ofType('noise-meter'))
      for (const { value } of weekOf({ ...device, reportEveryS: 600 }, 'noise_db')) {
        expect(value).toBeGreaterThan(25)
        expect(value).toBeLessThan(70)
      }
    for (const device of ofType('dust-sensor'))
      for (const { value } of weekOf({ ...device, reportEveryS: 600 }, 'pm10_ug_m3')) {
        expect(value).toBeGreaterThanOrEqual(5)
        expect(value).toBeLessThan(200)
      }
    for (const device of ofType('flame-detector')) expect(valueAt(device, 'flame', MONDAY_MS)).toBe(0)
  })
})

describe('somebody drills in a watched house', () => {
  const noise = ofType('noise-meter')[0]!
  const vibration = fleet.find(({ type, place }) => type === 'vibration-sensor' && place === noise.place)!
  const drilled = parseScenario(
    [
      'name: drilled\ntitle: { zh: 钻, en: drilled }\nloopS: 3600',
      'reportEveryS: { vibration-sensor: 5, noise-meter: 5, dust-sensor: 10, door-counter: 60, power-meter: 5 }',
      `incidents:\n  - { kind: drilling, atS: 600, forS: 1200, device: ${vibration.id} }`,
    ].join('\n'),
    'drilled.yaml',
  )
  const startMs = MONDAY_MS + 10 * HOUR_MS
  const series: Series = toSeries(
    createTimeline({
      scenario: drilled,
      fleet: createFleet(world, SEED, drilled),
      world,
      seed: SEED,
      startMs,
    }).between(startMs, startMs + HOUR_MS),
  )
  const within = (device: SimulatedDevice, metric: string, fromMin: number, toMin: number) =>
    (series.get(`${device.id} ${metric}`) ?? [])
      .filter(({ atMs }) => atMs >= startMs + fromMin * MINUTE_MS && atMs < startMs + toMin * MINUTE_MS)
      .map(({ value }) => value)
  const inHouse = (type: string) => fleet.find((device) => device.type === type && device.place === noise.place)!

  test('vibration, noise, dust, power and doors of that house rise together, and somebody is there', () => {
    const ordinary = (device: SimulatedDevice, metric: string) => mean(within(device, metric, 0, 10))
    const during = (device: SimulatedDevice, metric: string) => mean(within(device, metric, 18, 30))
    expect(during(vibration, 'ppv_mm_s')).toBeGreaterThan(20 * ordinary(vibration, 'ppv_mm_s'))
    expect(during(noise, 'noise_db')).toBeGreaterThan(30 + ordinary(noise, 'noise_db'))
    expect(during(inHouse('dust-sensor'), 'pm10_ug_m3')).toBeGreaterThan(1000)
    expect(during(inHouse('power-meter'), 'power_kw')).toBeGreaterThan(
      0.6 + ordinary(inHouse('power-meter'), 'power_kw'),
    )
    expect(during(inHouse('door-counter'), 'door_count')).toBeGreaterThan(0.4)
    expect(during(inHouse('occupancy-sensor'), 'occupied')).toBe(1)
  })

  test('dust settles when it is over; noise ends with it', () => {
    expect(mean(within(noise, 'noise_db', 31, 60))).toBeLessThan(70)
    const dust = within(inHouse('dust-sensor'), 'pm10_ug_m3', 30, 60)
    expect(dust[0]).toBeGreaterThan(1000)
    expect(dust.at(-1)).toBeLessThan(200)
  })
})

test('a fire is seen by the flame detector of its house, in time for an alert of its own', () => {
  const flame = ofType('flame-detector').find(({ place }) =>
    fleet.some((device) => device.type === 'smoke-detector' && device.place === place),
  )!
  const smoke = fleet.find(({ type, place }) => type === 'smoke-detector' && place === flame.place)!
  const burns = parseScenario(
    [
      'name: burns\ntitle: { zh: 火, en: burns }\nloopS: 600',
      `incidents:\n  - { kind: fire, atS: 60, forS: 120, growthS: 100, device: ${smoke.id} }`,
    ].join('\n'),
    'burns.yaml',
  )
  const timeline = createTimeline({ scenario: burns, fleet, world, seed: SEED, startMs: MONDAY_MS })
  const said = toSeries(timeline.between(MONDAY_MS, MONDAY_MS + 600_000)).get(`${flame.id} flame`) ?? []
  const [truth] = timeline.truth(MONDAY_MS, MONDAY_MS + 600_000)
  const [, alert] = truth!.alerts
  expect(alert).toMatchObject({ device: flame.id, category: 'fire', byMs: MONDAY_MS + 180_000 })
  expect(said.filter(({ value }) => value === 1).map(({ atMs }) => atMs)).toEqual(
    said.filter(({ atMs }) => atMs >= alert!.fromMs && atMs < alert!.byMs).map(({ atMs }) => atMs),
  )
  expect(said.some(({ value }) => value === 1)).toBe(true)
})
