import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTrendDesk } from '../../app/trend-desk.ts'
import type { Device } from '../../core/device.ts'
import type { HourQuery } from '../../core/hour-history.ts'
import { dayOf, startOfDayMs, type TrendDay } from '../../core/trend/trend-day.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import type { KnownTrendView, TrendView } from '../../dashboards/trend-contract.ts'
import { aWall } from '../core/trend/a-wall.ts'
import { aDevice } from '../detectors/rules/play.ts'
import { ADMIN, createMemoryPorts } from './memory-ports.ts'

const FIRST_DAY = 20_400
const DAYS = 300
/** At noon of the day after the last. */
const NOW = startOfDayMs(FIRST_DAY + DAYS) + 43_200_000
const HOUR_MS = 3_600_000

/** Hourly means: device, metric, hour. */
const stored = new Map<string, { hourMs: number; mean: number }[]>()
const devices: Device[] = []
let api: FastifyInstance

beforeEach(async () => {
  stored.clear()
  devices.length = 0
  const trends = createTrendDesk({
    history: { hours: async (query) => hours(query) },
    device: (id) => devices.find((device) => device.id === id),
    devices: () => devices,
    clock: { nowMs: () => NOW },
  })
  api = await createApi({ ...createMemoryPorts({ nowMs: () => NOW }), trends })
})
afterEach(() => api.close())

function hours({ device, metrics, fromMs, toMs }: HourQuery) {
  return metrics.flatMap((metric) => {
    const rows = (stored.get(`${device} ${metric}`) ?? []).filter(({ hourMs }) => fromMs <= hourMs && hourMs < toMs)
    if (rows.length === 0) return []
    const [hourMs, mean] = [rows.map((row) => row.hourMs), rows.map((row) => row.mean)]
    return [{ metric, hourMs, readings: mean.map(() => 1), min: mean, max: mean, mean }]
  })
}

function store(device: string, metric: string, days: readonly TrendDay[], of: (day: TrendDay) => number) {
  const rows = days.flatMap((day) =>
    [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => ({ hourMs: startOfDayMs(day.day) + hour * HOUR_MS, mean: of(day) })),
  )
  stored.set(`${device} ${metric}`, rows)
}

function addGauge(device: Partial<Device>, wall: Parameters<typeof aWall>[0], hasTemperature = true): TrendDay[] {
  const days = aWall({ days: DAYS, firstDay: FIRST_DAY, ...wall })
  const made = aDevice({ id: 'crack-1', type: 'crack-gauge', ...device })
  devices.push(made)
  store(made.id, 'crack_mm', days, ({ value }) => value)
  if (hasTemperature) store(made.id, 'temp_c', days, ({ tempC }) => tempC!)
  return days
}

async function ask(query: string, device = 'crack-1') {
  const response = await api.inject({
    method: 'GET',
    url: `/api/v1/devices/${device}/trend?${query}`,
    headers: { authorization: `Bearer ${ADMIN}` },
  })
  return { status: response.statusCode, body: response.json() as TrendView & KnownTrendView }
}

describe('the trend of a device', () => {
  it('is that of the last half year, with every day compensated', async () => {
    addGauge({}, { speed: 0.2 })
    const { status, body } = await ask('metric=crack_mm')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...{ state: 'known', device: 'crack-1', unit: 'mm', temperatureFrom: 'crack-1', days: 180 },
      ...{ from: '2026-03-08', to: '2026-09-04', base: '2026-03-08', compensation: 'temperature', limit: null },
    })
    expect(body.speed.low).toBeLessThan(0.2)
    expect(body.speed.high).toBeGreaterThan(0.2)
    expect(body.points).toHaveLength(180)
    expect(body.points[0]?.on).toBe('2026-03-08')
  })

  it('takes the span that one asks for, in whole local days', async () => {
    addGauge({}, {})
    const { body } = await ask('metric=crack_mm&from=2026-07-01&to=2026-09-01T03:00:00Z')
    expect(body).toMatchObject({ from: '2026-07-01', to: '2026-09-01', days: 62 })
  })

  it('counts the total from the zero date that the device names, or the question', async () => {
    addGauge({ attributes: { zeroOn: '2025-12-01' } }, { speed: 0.1 })
    const byDevice = await ask('metric=crack_mm')
    expect(byDevice.body.base).toBe('2025-12-01')
    const truth = (0.1 * (DAYS - 21)) / 30.44
    expect(byDevice.body.total?.low).toBeLessThan(truth)
    expect(byDevice.body.total?.high).toBeGreaterThan(truth)
    expect((await ask('metric=crack_mm&zero=2026-08-01')).body.base).toBe('2026-08-01')
  })

  it('says when a limit will be reached: the one asked for, or that of the house', async () => {
    addGauge({ attributes: { limit_crack_mm: 5 } }, { speed: 0.3 })
    const asked = (await ask('metric=crack_mm&limit=4')).body.limit
    expect(asked).toMatchObject({ value: 4, until: { state: 'expected' } })
    const ofHouse = (await ask('metric=crack_mm')).body.limit
    expect(ofHouse?.value).toBe(5)
    if (ofHouse?.until.state !== 'expected') throw new Error('not expected')
    expect(ofHouse.until.low).toBeLessThan(ofHouse.until.days)
  })

  it('takes the temperature of the same house where the device has none, and says whose', async () => {
    const days = addGauge({ attributes: { building: 'b-1' } }, {}, false)
    devices.push(
      aDevice({ id: 'hygro-9', attributes: { building: 'b-2' } }),
      aDevice({ id: 'hygro-1', attributes: { building: 'b-1' } }),
    )
    for (const id of ['hygro-9', 'hygro-1']) store(id, 'temp_c', days, ({ tempC }) => tempC!)
    expect((await ask('metric=crack_mm')).body).toMatchObject({
      temperatureFrom: 'hygro-1',
      compensation: 'temperature',
    })
  })

  it('leaves out what a person explained', async () => {
    const days = addGauge({ attributes: { stepsOn: '2026-08-01' } }, {})
    store('crack-1', 'crack_mm', days, ({ day, value }) => value + (day > dayOf(Date.UTC(2026, 7, 1)) ? 3 : 0))
    const { body } = await ask('metric=crack_mm')
    expect(body.steps).toMatchObject([{ on: '2026-08-01', by: 'hand' }])
    expect(body.total?.low).toBeLessThan(0)
    expect(body.total?.high).toBeGreaterThan(0)
  })
})

describe('a trend that is not known', () => {
  it('says why', async () => {
    addGauge({}, {})
    const short = await ask('metric=crack_mm&from=2026-08-22')
    expect(short.body).toMatchObject({ state: 'not_enough_data', reason: 'too_few_days', days: 13, needed: 30 })
    expect((await ask('metric=tilt_mm_m')).body).toMatchObject({ state: 'not_enough_data', days: 0 })
  })

  it.each([
    ['an unknown device', 'metric=crack_mm', 'crack-9', 404],
    ['no metric', '', 'crack-1', 400],
    ['a span of ten years', 'metric=crack_mm&from=2016-01-01', 'crack-1', 400],
    ['a span that ends before it begins', 'metric=crack_mm&from=2026-08-01&to=2026-07-01', 'crack-1', 400],
  ])('%s is answered with %s', async (_what, query, device, status) => {
    addGauge({}, {})
    expect((await ask(query, device)).status).toBe(status)
  })
})
