import { connectAsync } from 'mqtt'
import { aWall } from '../core/trend/a-wall.ts'
import { dayOf } from '../fixtures/house-world.ts'

/** Where a real service is reached. */
export interface Reached {
  url: string
  mqttUrl: string
  token: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ZONE_MS = 8 * HOUR_MS
/** A message may hold 200 values. */
const VALUES = 190
/** Nothing was heard of the wall on these days. */
const GAP = { from: 62, to: 71 }
const WALL_DAYS = 100

type Moment = { at: number; values: Record<string, number> }

/**
 * A house `dyt` (德裕堂) whose crack grows towards a limit that somebody set, with a gap, in which unfiled works are likely; one
 * whose sensor never spoke, one without sensors, and a record that could be of two.
 */
export async function furnishHeritage(service: Reached): Promise<void> {
  const at = (lat: number, lon: number) => ({ position: { lat, lon } })
  await put(service, 'dyt', {
    ...{
      address: '平桥街612号',
      name: '德裕堂',
      protection: 'provincial',
      structure: 'brick-timber',
      year: 1868,
      era: '清同治',
    },
    ...{
      storeys: 2,
      owner: '文塘区房管所',
      use: '居住',
      lastRepair: shortDate(WALL_DAYS - 20),
      ...at(31.31625, 120.6262),
    },
    place: '临水市文塘区文津街道',
    footprint: [
      [120.6261, 31.3162],
      [120.6263, 31.3162],
      [120.6263, 31.3163],
      [120.6261, 31.3163],
      [120.6261, 31.3162],
    ],
    sensors: ['crack-d', 'tilt-d', ...['v', 'd', 'n', 'p', 'c'].map((prefix) => `${prefix}-dyt`)],
    limits: [
      { metric: 'crack_mm', value: 1.5, unit: 'mm', source: '文保所 2025-03' },
      { metric: 'ppv_mm_s', pack: 'din-4150-3-2016', line: '3' },
    ],
    notes: '东山墙有旧裂缝，2015 年灌浆。',
  })
  await put(service, 'tyx', {
    ...{ address: '学宫巷712号', name: '听雨轩', protection: 'historic', structure: 'timber', ...at(31.3168, 120.627) },
    sensors: ['hygro-t'],
  })
  await put(service, 'plain', { address: '学宫巷714号', protection: 'traditional', ...at(31.3169, 120.6271) })
  await register(service, 'hygro-t', 'hygrometer', { name: '听雨轩 温湿度计' })
  await sayWall(service)
  await file(service, 'L-1', 'lease.signed', '平橋街612號', 5, { tenant: '王记茶社' })
  await file(service, 'R-1', 'report.noise', '平桥街612号', 2, {})
  await file(service, 'U-1', 'lease.signed', '学宫巷712、714号', 3, { tenant: '李' })
  await sayWorks(service)
}

/** A crack that opens 0.3 mm a month and a lean that stands still, every three hours, with the temperature beside them. */
async function sayWall(service: Reached): Promise<void> {
  const walls = [
    {
      id: 'crack-d',
      type: 'crack-gauge',
      name: '东山墙裂缝计',
      metric: 'crack_mm',
      wall: { speed: 0.3, noise: 0.01 },
      less: 1.6,
    },
    {
      id: 'tilt-d',
      type: 'tilt-sensor',
      name: '前檐柱倾角仪',
      metric: 'tilt_mm_m',
      wall: { speed: 0, noise: 0.03 },
      less: 0,
    },
  ]
  for (const { id, type, name, metric, wall, less } of walls) {
    const days = aWall({ ...wall, days: WALL_DAYS, atOnce: 0.002, slowly: 0.003 })
    const moments = days.flatMap(({ value, tempC = 15 }, i) =>
      i >= GAP.from && i < GAP.to
        ? []
        : [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => ({
            at: midnight(WALL_DAYS - i) + hour * HOUR_MS,
            values: {
              [metric]: Number((value - less + 0.01 * Math.sin(hour)).toFixed(3)),
              temp_c: Number(tempC.toFixed(1)),
            },
          })),
    )
    await say(service, id, type, moments, { name })
  }
}

/** Six days of a house with its sensors: three ordinary ones, three of works. */
async function sayWorks(service: Reached): Promise<void> {
  const types = {
    v: ['vibration-sensor', '厅堂振动传感器'],
    d: ['dust-sensor', '扬尘监测仪'],
    n: ['noise-meter', '噪声监测仪'],
    p: ['power-meter', '电力监测仪'],
    c: ['door-counter', '大门计数器'],
  } as const
  const steps = [6, 5, 4, 3, 2, 1].flatMap((ago) => dayOf('dyt', midnight(ago), { works: ago <= 3 }))
  for (const [prefix, [type, name]] of Object.entries(types)) {
    const id = `${prefix}-dyt`
    const moments = steps.flatMap((step): Moment[] =>
      'arrival' in step && step.arrival.kind === 'readings' && step.arrival.deviceId === id
        ? [{ at: step.atMs, values: Object.fromEntries(step.arrival.samples.map((one) => [one.metric, one.value])) }]
        : [],
    )
    await say(service, id, type, moments, { name })
  }
}

/** Local midnight in Shanghai, so many days ago. */
function midnight(daysAgo: number): number {
  return Math.floor((Date.now() + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS - daysAgo * DAY_MS
}

function shortDate(daysAgo: number): string {
  return new Date(midnight(daysAgo) + ZONE_MS).toISOString().slice(0, 10)
}

async function say(service: Reached, id: string, type: string, moments: Moment[], more: object): Promise<void> {
  const password = await register(service, id, type, more)
  const client = await connectAsync(service.mqttUrl, { username: id, password, clientId: id })
  const size = Math.floor(VALUES / Object.keys(moments[0]?.values ?? { one: 1 }).length)
  for (let from = 0; from < moments.length; from += size)
    await client.publishAsync(`huying/v1/${id}/readings`, JSON.stringify(moments.slice(from, from + size)), { qos: 1 })
  await client.endAsync()
}

async function register(service: Reached, id: string, type: string, more: object): Promise<string> {
  const { token } = await call<{ token: string }>(service, 'POST', '/api/v1/devices', { id, type, ...more })
  return token
}

function put(service: Reached, id: string, building: object): Promise<unknown> {
  return call(service, 'PUT', `/api/v1/buildings/${id}`, building)
}

function file(service: Reached, recordId: string, type: string, address: string, daysAgo: number, body: object) {
  const at = new Date(midnight(daysAgo) + 10 * HOUR_MS).toISOString()
  return call(service, 'POST', '/api/v1/records', { recordId, type, at, address, body })
}

export async function call<T>({ url, token }: Reached, method: string, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
