import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addDevice, eventually, listen, makeDataDir, removeDataDir, type Service, startService } from './service.ts'

const ROUNDS = 20
/** Messages on their way at once; the kill comes somewhere among them. */
const IN_FLIGHT = 40
const RISES = { smoke_dbm: 0.5 }
const CALM = { smoke_dbm: 0.01 }

let dataDir: string
let service: Service

beforeEach(async () => {
  dataDir = await makeDataDir()
})
afterEach(async () => {
  await service?.kill().catch(() => {})
  await removeDataDir(dataDir)
})

/** Publishes at QoS 1, all at once, and notes what is acknowledged until the connection breaks. */
async function publishUntilBroken(token: string, fromSeq: number, acknowledged: Set<number>, killAfterMs: number) {
  const client = await mqtt.connectAsync(service.mqttUrl, {
    username: 'smoke-1',
    password: token,
    clientId: 'smoke-1',
    reconnectPeriod: 0,
  })
  const broken = new Promise<void>((resolve) => client.once('close', () => resolve()))
  let seq = fromSeq
  const publishNext = () => {
    const mine = seq++
    const values = mine % 10 < 5 ? CALM : RISES
    client.publish('huying/v1/smoke-1/readings', message(mine, values), { qos: 1 }, (error) => {
      if (error) return
      acknowledged.add(mine)
      if (client.connected) publishNext()
    })
  }
  for (let i = 0; i < IN_FLIGHT; i++) publishNext()
  await new Promise((resolve) => setTimeout(resolve, killAfterMs))
  await service.kill()
  await broken
  client.end(true)
  return seq
}

const STARTED_MS = Date.now()

/** Device time is a function of `seq`, as it is when a device sends a kept message again; all of it is of the present. */
function message(seq: number, values: object): string {
  return JSON.stringify({ at: STARTED_MS + seq, seq, values })
}

describe('durable before acknowledged', () => {
  it(`loses nothing that was acknowledged, and stores and raises nothing twice, through ${ROUNDS} kills`, async () => {
    const acknowledged = new Set<number>()
    service = await startService({ dataDir })
    const token = await addDevice(service, 'smoke-1', 'smoke-detector')
    let sent = 0
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) service = await startService({ dataDir })
      sent = await publishUntilBroken(token, sent, acknowledged, (round * 37) % 230)
    }

    service = await startService({ dataDir })
    // The device, not having heard of the last ones, sends everything of its last rounds again.
    const client = await mqtt.connectAsync(service.mqttUrl, {
      username: 'smoke-1',
      password: token,
      clientId: 'smoke-1',
    })
    for (let seq = 0; seq < sent; seq++) {
      await client.publishAsync('huying/v1/smoke-1/readings', message(seq, seq % 10 < 5 ? CALM : RISES), { qos: 1 })
    }
    await client.endAsync()

    const count = () => service.call<{ count: number }>('GET', '/api/v1/readings?device=smoke-1&count=true')
    await eventually(count, (seen) => seen.count === sent)
    expect(acknowledged.size).toBeGreaterThan(ROUNDS)

    const dispatch = await listen(service, 'durability', 'earliest')
    const { items } = await service.call<{ items: { id: string }[] }>('GET', '/api/v1/alerts?rule=smoke-high&open=true')
    expect(items).toHaveLength(1)
    const history = await service.call<{ events: unknown[] }>('GET', `/api/v1/alerts/${items[0]?.id}`)
    await eventually(
      async () => dispatch.events.filter(({ event }) => event.alert.id === items[0]?.id).length,
      (seen) => seen >= history.events.length,
    )
    const raises = dispatch.events.filter(
      ({ event }) => event.type === 'alert.raised' && event.alert.rule === 'smoke-high',
    )
    const clears = dispatch.events.filter(
      ({ event }) => event.type === 'alert.cleared' && event.alert.rule === 'smoke-high',
    )
    // A raise never follows a raise: each rise that the device told of is one.
    expect(raises.length - clears.length).toBeLessThanOrEqual(1)
    expect(new Set(dispatch.events.map(({ event }) => event.id)).size).toBe(dispatch.events.length)
    dispatch.close()
  }, 240_000)
})
