import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHouseWatch } from '../../app/house-watch.ts'
import type { HourStatistics } from '../../core/hour-history.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { sumUp } from '../../dashboards/api/routes/hour-routes.ts'
import type { HouseRankingView } from '../../dashboards/house-contract.ts'
import { createFusionBook } from '../../detectors/fusion/fusion-book.ts'
import { loadEvidenceTable } from '../../detectors/fusion/load-evidence-table.ts'
import { alertOf } from './alert-of.ts'
import { ADMIN, createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
let ports: MemoryPorts
let api: FastifyInstance
/** Device → when it was last heard. */
const heard = new Map<string, number>()
const hours: HourStatistics[] = []

beforeEach(async () => {
  heard.clear()
  hours.length = 0
  ports = createMemoryPorts({ nowMs: () => NOW })
  const { book } = ports.memoryHouses
  const houseWatch = createHouseWatch({
    houses: book,
    works: createFusionBook({ table: loadEvidenceTable(), timeZone: 'Asia/Shanghai', houses: book }),
    devices: ports.registry.all,
    silenceOf: () => null,
    lastSeenMs: (id) => heard.get(id),
    openAlerts: ports.alerts.open,
    history: ports.history,
    rules: () => ({ rules: { rules: [] }, written: [] }) as never,
    communityAt: (position) => (position && position.lat > 31.32 ? '北园社区' : '平桥社区'),
    trends: {
      of: (asked) => ({
        known: new Map(
          asked
            .filter(({ device }) => device === 'crack-1')
            .map((one) => [
              one.device,
              [{ ...one, unit: 'mm', until: { state: 'expected', days: 41, low: 30, high: null } }],
            ]),
        ),
        count: asked.length,
      }),
      stop: () => {},
    },
    clock: { nowMs: () => NOW },
  })
  api = await createApi({ ...ports, houseWatch, hours: { hours: async () => hours } })
})
afterEach(() => api.close())

async function call<T = never>(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, as = ADMIN) {
  const headers = { authorization: `Bearer ${as}` }
  const response = await api.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: response.statusCode, body: response.json() as T }
}
const ranking = async (query = '', as = ADMIN) =>
  (await call<HouseRankingView>('GET', `/api/v1/house-ranking${query}`, undefined, as)).body
const put = (id: string, more: object = {}) =>
  call('PUT', `/api/v1/buildings/${id}`, { address: `平桥街${id.slice(1)}号`, protection: 'historic', ...more })

describe('the ranking of houses', () => {
  it('puts open alerts and limits that come near first, then who is not heard, then who is well, then who is not measured', async () => {
    ports.addDevice({ id: 'smoke-1' })
    ports.addDevice({ id: 'crack-1', type: 'crack-gauge' })
    ports.addDevice({ id: 'hygro-1', type: 'hygrometer', attributes: { building: 'h3' } })
    ports.addDevice({ id: 'hygro-2', type: 'hygrometer', attributes: { building: 'h4' } })
    await put('h1', { sensors: ['smoke-1'] })
    await put('h2', {
      sensors: ['crack-1'],
      limits: [{ metric: 'crack_mm', value: 1.5, unit: 'mm', source: '文保所' }],
    })
    for (const id of ['h3', 'h4', 'h5']) await put(id)
    for (const id of ['smoke-1', 'crack-1', 'hygro-2']) heard.set(id, NOW - HOUR_MS)
    ports.change(alertOf({ id: 'A', subject: { device: 'smoke-1' }, raisedAtMs: NOW - 2 * DAY_MS }))
    const { items, total, trends } = await ranking()
    expect(items.map(({ building }) => building.id)).toEqual(['h1', 'h2', 'h3', 'h4', 'h5'])
    expect(items.map(({ sensors }) => sensors.heard)).toEqual(['heard', 'heard', 'silent', 'heard', 'none'])
    expect(items[0]).toMatchObject({ level: 1, openAlerts: 1, raised: { days30: 1, days7: 1 }, community: '平桥社区' })
    expect(items[1]).toMatchObject({
      ...{ risk: 40, parts: [{ kind: 'trend', share: 0.4 }], level: null },
      trend: { device: 'crack-1', limit: 1.5, until: { state: 'expected', days: 41 } },
    })
    expect([total, trends]).toEqual([5, { known: 1, asked: 1 }])
  })

  it('does not take a silent device for a danger of the house', async () => {
    ports.addDevice({ id: 'smoke-1' })
    await put('h1', { sensors: ['smoke-1'] })
    ports.change(alertOf({ id: 'A', category: 'device', subject: { device: 'smoke-1' } }))
    expect((await ranking()).items[0]).toMatchObject({ risk: 0, level: null, sensors: { silent: 1, heard: 'silent' } })
  })

  it('finds houses by address, name or committee, and pages', async () => {
    await put('h1', { position: { lat: 31.33, lon: 120.6 } })
    await put('h2', { name: '听雨轩', owner: '王小明' })
    await put('h3')
    const ids = async (query: string, as = ADMIN) => (await ranking(query, as)).items.map(({ building }) => building.id)
    expect(await ids(`?text=${encodeURIComponent('平橋街一號')}`)).toEqual(['h1'])
    expect(await ids(`?text=${encodeURIComponent('听雨')}`)).toEqual(['h2'])
    expect(await ids(`?text=${encodeURIComponent('北园')}`)).toEqual(['h1'])
    expect(await ids(`?text=${encodeURIComponent('王小明')}`)).toEqual(['h2'])
    expect(await ids(`?text=${encodeURIComponent('王小明')}`, VIEWER)).toEqual([])
    const { nextCursor } = await ranking('?limit=2')
    expect(await ids(`?limit=2&cursor=${nextCursor}`)).toEqual(['h3'])
  })

  it('is told while the database is away, without what only it knows', async () => {
    await put('h1')
    ports.takeDatabaseAway(true)
    expect((await ranking()).items).toMatchObject([{ raised: null }])
  })
})

describe('a visit that is asked for', () => {
  const ask = (body: object, as = OPERATOR) => call('POST', '/api/v1/buildings/h1/visit-requests', body, as)
  const due = new Date(NOW + DAY_MS).toISOString()

  it('stands with the house and in the ranking until somebody was there', async () => {
    await put('h1')
    expect(await ask({ due, to: '名城保护办', note: '东山墙' })).toMatchObject({
      status: 201,
      body: { building: 'h1', due, to: '名城保护办', note: '东山墙', by: 'operate', at: new Date(NOW).toISOString() },
    })
    expect((await ranking()).items).toMatchObject([{ visitAsked: { due, to: '名城保护办' } }])
    const file = async (as = ADMIN) =>
      (await call<{ visitRequest: object }>('GET', '/api/v1/buildings/h1', undefined, as)).body
    expect((await file()).visitRequest).toMatchObject({ due, note: '东山墙' })
    expect((await file(VIEWER)).visitRequest).not.toHaveProperty('note')
    const before = { result: 'none', at: new Date(NOW - DAY_MS).toISOString() }
    await call('POST', '/api/v1/buildings/h1/visits', before)
    expect((await file()).visitRequest).not.toBeNull()
    await call('POST', '/api/v1/buildings/h1/visits', { result: 'none' })
    expect((await file()).visitRequest).toBeNull()
    expect(ports.memoryHouses.words.map(({ type }) => type)).toContain('building.visit_asked')
  })

  it('is over with the house, and survives a snapshot', async () => {
    await put('h1')
    await ask({ due })
    const { book } = ports.memoryHouses
    expect((book.snapshot() as { requests: object[] }).requests).toMatchObject([{ building: 'h1' }])
    await api.inject({ method: 'DELETE', url: '/api/v1/buildings/h1', headers: { authorization: `Bearer ${ADMIN}` } })
    expect(book.visitRequestOf('h1')).toBeNull()
  })

  it('is refused for a time gone by, an unknown house, and from who may only look', async () => {
    expect((await ask({ due })).status).toBe(404)
    await put('h1')
    expect((await ask({ due: new Date(NOW - 1).toISOString() })).status).toBe(400)
    expect((await ask({ due }, VIEWER)).status).toBe(403)
  })
})

it('tells the limits of a house with where they come from', async () => {
  ports.addDevice({ id: 'crack-1', type: 'crack-gauge' })
  await put('h1', { sensors: ['crack-1'], limits: [{ metric: 'crack_mm', value: 1.5, unit: 'mm', source: '文保所' }] })
  expect((await call('GET', '/api/v1/buildings/h1')).body).toMatchObject({
    limits: [
      {
        device: 'crack-1',
        metric: 'crack_mm',
        high: 1.5,
        warningHigh: 1.125,
        source: { kind: 'house', text: '文保所' },
      },
    ],
  })
})

describe('readings summed up', () => {
  const hour = (n: number) => DAY_MS + n * HOUR_MS
  const given: HourStatistics = {
    ...{ metric: 'crack_mm', hourMs: [hour(0), hour(1), hour(6), hour(30)], readings: [1, 3, 2, 1] },
    ...{ min: [1, 0, 4, 9], max: [1, 6, 5, 9], mean: [1, 3, 4.5, 9] },
  }

  it('keep the least and the greatest, weigh means by readings, and leave out what was not measured', () => {
    expect(sumUp(given, 6 * HOUR_MS)).toEqual({
      ...{ at: [hour(0), hour(6), hour(30)], readings: [4, 2, 1] },
      ...{ min: [0, 4, 9], max: [6, 5, 9], mean: [2.5, 4.5, 9] },
    })
    expect(sumUp(undefined, HOUR_MS)).toEqual({ at: [], readings: [], min: [], max: [], mean: [] })
  })

  it('are asked for by device and metric, in steps of whole hours up to a day', async () => {
    hours.push(given)
    const asked = (query: string) => call('GET', `/api/v1/devices/crack-1/summary?metric=crack_mm&${query}`)
    expect(await asked(`from=0&to=${9 * DAY_MS}&step=21600`)).toMatchObject({
      status: 200,
      body: { device: 'crack-1', unit: 'mm', stepS: 21_600, mean: [2.5, 4.5, 9] },
    })
    for (const bad of ['from=2&to=1', 'from=0', 'from=0&to=1&step=5400', 'from=0&to=1&step=172800'])
      expect((await asked(bad)).status).toBe(400)
  })
})
