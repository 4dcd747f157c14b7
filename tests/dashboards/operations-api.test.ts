import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { createLogTail } from '../../app/log-tail.ts'
import { silentLog } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import type { DeviceHealthView, PayloadView } from '../../dashboards/contract.ts'
import { createPayloadDesk } from '../../ingest/payload-desk.ts'
import { createPayloadLog } from '../../ingest/payload-log.ts'
import { ADMIN, createMemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const AT = '2026-11-22T09:30:00.000Z'
const clock = { nowMs: () => NOW }

let api: FastifyInstance
const payloads = createPayloadLog()
beforeAll(async () => {
  const ports = createMemoryPorts(clock)
  const { log, tail } = createLogTail(silentLog, clock)
  log.warn({ deviceId: 'SN-1' }, 'payload refused')
  for (const id of ['SN-1', 'SN-2']) ports.addDevice({ id })
  const health = { messagesPerMin: 6, clockS: -0.4, batteryPct: 80, rssiDbm: null, firmware: '1.4.2' }
  api = await createApi({
    ...ports,
    payloads: createPayloadDesk({ payloads, registry: ports.registry, clock, limits: {} }),
    health: (id) => (id === 'SN-1' ? health : undefined),
    refusals: () => [{ device: 'SN-1', reason: 'bad_payload', count: 3, lastAtMs: NOW, lastDetail: 'not JSON' }],
    pipeline: () => ({ atMs: NOW, stepMs: 5_000, stages: [] }),
    ruleHearings: () => [{ rule: 'smoke', devices: 2, heardMs: NOW, firing: 1 }],
    logTail: tail,
    settings: () => [],
  })
})
afterAll(() => api.close())

async function call(method: 'GET' | 'POST', path: string, token: string = ADMIN, payload?: object) {
  const headers = { authorization: `Bearer ${token}` }
  const response = await api.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
  return { status: response.statusCode, body: response.json() }
}

describe('who may look', () => {
  test.each([
    ['a viewer at the stages', VIEWER, '/pipeline', 200],
    ['a viewer at how devices are doing', VIEWER, '/device-health', 200],
    ['a viewer at what rules hear', VIEWER, '/rule-hearings', 200],
    ['a viewer not at what a device said', VIEWER, '/devices/SN-1/payloads', 403],
    ['an operator at what a device said', OPERATOR, '/devices/SN-1/payloads', 200],
    ['an operator not at the log', OPERATOR, '/log', 403],
    ['an operator not at the settings', OPERATOR, '/settings', 403],
    ['an administrator at the log', ADMIN, '/log', 200],
    ['an administrator at the settings', ADMIN, '/settings', 200],
  ])('%s', async (_, token, path, status) => {
    expect((await call('GET', path, token)).status).toBe(status)
  })
})

describe('what a device said', () => {
  it('is read again by the codecs, and a refusal has its reason', async () => {
    const payload = Buffer.from('{"values":{"smoke_dbm":0.05}}')
    payloads.note('SN-1', { atMs: NOW - 2, channel: 'readings', payload, refusal: null })
    const garbage = Buffer.from([0xff, 0x00])
    const refusal = refuse('bad_payload', 'the payload is not UTF-8')
    payloads.note('SN-1', { atMs: NOW - 1, channel: 'readings', payload: garbage, refusal })
    const { body } = await call('GET', '/devices/SN-1/payloads')
    expect((body as { items: PayloadView[] }).items).toMatchObject([
      { hex: 'ff00', whole: true, verdict: { refused: 'bad_payload', detail: 'the payload is not UTF-8' } },
      { text: payload.toString(), verdict: { messages: [{ messageSeq: null, samples: [{ metric: 'smoke_dbm' }] }] } },
    ])
  })

  test.each([
    [
      'readings',
      '{"values":{"temp_c":20.5}}',
      { messages: [{ samples: [{ metric: 'temp_c', at: AT, value: 20.5 }] }] },
    ],
    ['no JSON', 'smoke 0.05', { refused: 'bad_payload', detail: 'the payload is not JSON' }],
  ])('can be tried: %s', async (_, text, verdict) => {
    const { status, body } = await call('POST', '/devices/SN-1/payloads/check', OPERATOR, { text })
    expect(status).toBe(200)
    expect(body).toMatchObject(verdict)
  })
})

it('tells how devices are doing that were heard of', async () => {
  const { body } = await call('GET', '/device-health', VIEWER)
  expect((body as { items: DeviceHealthView[] }).items).toEqual([
    {
      ...{ device: 'SN-1', messagesPerMin: 6, clockS: -0.4, batteryPct: 80, rssiDbm: null, firmware: '1.4.2' },
      refused: 3,
    },
  ])
})

it('gives times as people read them', async () => {
  expect((await call('GET', '/pipeline')).body).toEqual({ at: AT, stepS: 5, stages: [] })
  expect((await call('GET', '/rule-hearings')).body.items).toEqual([
    { rule: 'smoke', devices: 2, heardAt: AT, firing: 1 },
  ])
  expect((await call('GET', '/log')).body.items).toMatchObject([{ at: AT, level: 'warn', message: 'payload refused' }])
})
