import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresServer, findPostgres, type PostgresServer } from '../storage/database/postgres-server.mjs'
import { connectDevice, type Device } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  type Listener,
  listen,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const bin = findPostgres()
if (!bin) process.stderr.write('SKIPPED database-away.test.ts: no PostgreSQL server is installed\n')

const auth = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }

let server: PostgresServer
let dataDir: string
let service: Service
let device: Device
let dispatch: Listener
let seq = 0

interface Ready {
  ready: boolean
  reasons: { code: string }[]
  info: { database: string; intakeLag: number; ledgerLag: number }
}

async function readiness(): Promise<Ready & { status: number }> {
  const answer = await fetch(`${service.httpUrl}/readyz`)
  return { status: answer.status, ...((await answer.json()) as Ready) }
}

const codesOf = ({ reasons }: Ready) => reasons.map(({ code }) => code)

async function send(count: number, smoke: number): Promise<void> {
  const values = { smoke_dbm: smoke }
  await Promise.all(Array.from({ length: count }, () => device.send(values, { seq: ++seq, at: Date.now() + seq })))
}

async function allStored(): Promise<void> {
  await eventually(readiness, ({ status, info }) => status === 200 && info.intakeLag + info.ledgerLag === 0, 60_000)
  const { count } = await service.call<{ count: number }>('GET', '/api/v1/readings?device=smoke-1&count=true')
  expect(count).toBe(seq)
}

describe.skipIf(!bin)('a database server that goes away', () => {
  beforeAll(async () => {
    server = await createPostgresServer(bin as string)
    await server.start()
    dataDir = await makeDataDir()
    const env = { DATABASE_URL: await server.createDatabase() }
    service = await startService({ dataDir, env })
    const token = await addDevice(service, 'smoke-1', 'smoke-detector')
    device = await connectDevice(service, 'smoke-1', token, { reconnect: true })
    dispatch = await listen(service, 'desk', 'earliest')
    await eventually(readiness, ({ status }) => status === 200)
  })
  afterAll(async () => {
    dispatch?.close()
    await device?.close()
    await service?.kill().catch(() => {})
    await server?.remove()
    await removeDataDir(dataDir)
  })

  it('costs no acknowledgement and no alert when it is killed while messages flow', async () => {
    await send(50, 0.01)
    const flowing = send(500, 0.01)
    await server.kill()
    await flowing
    await send(50, 0.01)
    await send(1, 0.9)
    const { alert } = await dispatch.event(({ type, alert }) => type === 'alert.raised' && alert.rule === 'smoke-high')
    expect(alert.subject.device).toBe('smoke-1')

    const { status, info } = await eventually(readiness, (seen) => codesOf(seen).includes('database_away'))
    expect(status).toBe(503)
    expect(info).toMatchObject({ database: 'postgres', intakeLag: expect.any(Number) })
    expect(info.intakeLag).toBeGreaterThan(0)
    const readings = await fetch(`${service.httpUrl}/api/v1/readings?device=smoke-1`, auth)
    expect([readings.status, readings.headers.has('retry-after')]).toEqual([503, true])
    expect(await readings.json()).toMatchObject({ error: { code: 'database_unavailable' } })
    const { items } = await service.call<{ items: { id: string }[] }>('GET', '/api/v1/alerts?open=true&device=smoke-1')
    expect(items.map(({ id }) => id)).toEqual([alert.id])
    const detail = await service.call<{ complete: boolean }>('GET', `/api/v1/alerts/${alert.id}`)
    expect(detail.complete).toBe(false)
    await dispatch.event(({ type, alert }) => type === 'alert.raised' && alert.rule === 'huying.database_away')
  }, 60_000)

  it('catches up by itself when it is back: no lag, and every row is there', async () => {
    await server.start()
    await allStored()
    await dispatch.event(({ type, alert }) => type === 'alert.cleared' && alert.rule === 'huying.database_away')
    const { items } = await service.call<{ items: { rule: string }[] }>('GET', '/api/v1/alerts')
    expect(items.map(({ rule }) => rule).sort()).toEqual(['huying.database_away', 'smoke-high'])
  }, 90_000)

  it('need not be there when the service starts', async () => {
    await server.kill()
    await service.kill()
    const env = { DATABASE_URL: `postgres://huying@127.0.0.1:${server.port}/huying_1` }
    const port = new URL(service.httpUrl).port
    const mqttPort = new URL(service.mqttUrl).port
    service = await startService({ dataDir, env: { ...env, HUYING_HTTP_PORT: port, HUYING_MQTT_PORT: mqttPort } })
    await send(20, 0.9)
    expect(codesOf(await readiness())).toEqual(['database_away'])
    const { items } = await service.call<{ items: { rule: string }[] }>('GET', '/api/v1/alerts?open=true')
    expect(items.map(({ rule }) => rule)).toContain('smoke-high')

    await server.start()
    await allStored()
    // Nothing was acknowledged, so the past came again: the same events by the same ids.
    const raises = dispatch.events.filter(
      ({ event }) => event.type === 'alert.raised' && event.alert.rule === 'smoke-high',
    )
    expect(new Set(raises.map(({ event }) => event.id)).size).toBe(1)
  }, 90_000)
})
