import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Severity } from '../../core/severity.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { toFloodBrief } from '../../dashboards/api/to-load-view.ts'
import type { AlertStatisticsView, FloodStateView } from '../../dashboards/contract.ts'
import { alertOf } from './alert-of.ts'
import { createMemoryPorts, type MemoryPorts, VIEWER } from './memory-ports.ts'

const T0 = Date.UTC(2026, 10, 22, 9, 30)
let nowMs = T0
let ports: MemoryPorts
let api: FastifyInstance

beforeEach(async () => {
  nowMs = T0
  ports = createMemoryPorts({ nowMs: () => nowMs })
  api = await createApi(ports)
})
afterEach(() => api.close())

async function get<T>(path: string): Promise<{ status: number; body: T }> {
  const response = await api.inject({ url: path, headers: { authorization: `Bearer ${VIEWER}` } })
  return { status: response.statusCode, body: response.json() as T }
}

/** One alert a second from as many devices. */
function raise(count: number, severity: Severity = 'minor'): void {
  for (let n = 1; n <= count; n++, nowMs += 1000)
    ports.change(alertOf({ id: `A-${n}`, subject: { device: `SN-${n}` }, severity, raisedAtMs: nowMs }))
}

it('tells that there is no flood, and what would be one', async () => {
  raise(10)
  expect((await get('/api/v1/alerts/flood')).body).toEqual({
    limits: { windowS: 600, enterAbove: 10, leaveBelow: 5 },
    newInWindow: 10,
    flood: null,
    over: [],
  })
})

it('tells a flood with its first-out order and groups; level 1 stands apart', async () => {
  raise(11)
  ports.change(alertOf({ id: 'B', subject: { building: 'house-9' }, severity: 'critical' }))

  const { body } = await get<FloodStateView>('/api/v1/alerts/flood?limit=3')

  expect(body.flood).toMatchObject({
    firstAt: '2026-11-22T09:30:00.000Z',
    beganAt: '2026-11-22T09:30:10.000Z',
    first: { alertId: 'A-1', ordinal: 1, subject: { device: 'SN-1' }, open: true, apart: false },
    raised: 12,
    alerts: 12,
    groups: [
      {
        cause: { kind: 'building', name: '东园路45号' },
        category: 'fire',
        worst: 'minor',
        count: 11,
        open: 11,
        firstOrdinal: 1,
        newest: { alertId: 'A-11', at: '2026-11-22T09:30:10.000Z' },
      },
    ],
    groupsTotal: 1,
    apart: [{ alertId: 'B', ordinal: 12, subject: { building: 'house-9' }, apart: true }],
    apartTotal: 1,
  })
  expect(body.flood?.order.map(({ alertId }) => alertId)).toEqual(['A-1', 'A-2', 'A-3'])
})

it('puts no more groups into a banner than can be read', () => {
  for (let n = 1; n <= 30; n++)
    ports.change(alertOf({ id: `A-${n}`, subject: { device: `SN-${n}` }, severity: 'minor', place: `东园路${n}号` }))
  const brief = toFloodBrief(ports.load.floods().flood!)
  expect([brief.groups.length, brief.groupsTotal]).toEqual([20, 30])
})

it('tells the figures of the day', async () => {
  raise(4, 'warning')
  const acknowledged = alertOf({ id: 'A-1', subject: { device: 'SN-1' }, severity: 'warning', acknowledged: true })
  ports.change(acknowledged, 'alert.acknowledged', 'zhang')

  const { body } = await get<AlertStatisticsView>('/api/v1/alerts/statistics')

  expect(body).toMatchObject({
    from: '2026-11-22T09:30:00.000Z',
    to: '2026-11-22T09:30:04.000Z',
    raised: 4,
    per10Min: { now: 4, mean: 4, max: 4 },
    floodShare: 0,
    severities: { warning: { count: 4, share: 1 }, critical: { count: 0, share: 0 } },
    chattering: { count: 0, items: [] },
    stale: { count: 0, items: [] },
    topSources: [{ rule: 'smoke-high', count: 1, share: 0.25 }, {}, {}, {}],
    topSourcesShare: 1,
    rules: [
      { rule: 'smoke-high', raised: 4, acknowledged: { count: 1, meanS: 4 }, cleared: { count: 0, meanS: null } },
    ],
  })
})

it('refuses a limit that is none', async () => {
  expect((await get('/api/v1/alerts/flood?limit=0')).status).toBe(400)
})
