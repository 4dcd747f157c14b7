import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectDevice } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const GARBAGE = 300
const auth = { authorization: `Bearer ${ADMIN_TOKEN}` }

interface RefusalView {
  device: string
  reason: string
  count: number
  lastDetail: string
}

const folders: string[] = []
const services: Service[] = []

async function start(env: Record<string, string> = {}): Promise<Service> {
  const dataDir = await makeDataDir()
  folders.push(dataDir)
  const service = await startService({ dataDir, env })
  services.push(service)
  return service
}

afterAll(async () => {
  for (const service of services) await service.kill().catch(() => {})
  for (const dir of folders) await removeDataDir(dir)
})

describe('with enrolment closed', () => {
  let service: Service
  let token: string

  beforeAll(async () => {
    service = await start()
    token = await addDevice(service, 'meter-1', 'meter')
    await addDevice(service, 'meter-2', 'meter')
  })

  async function refusalsOf(device: string): Promise<Record<string, number>> {
    const path = `/api/v1/refusals?device=${encodeURIComponent(device)}`
    const { items } = await service.call<{ items: RefusalView[] }>('GET', path)
    for (const { lastDetail } of items) expect(lastDetail).not.toBe('')
    return Object.fromEntries(items.map(({ reason, count }) => [reason, count]))
  }

  async function isReady(): Promise<void> {
    expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200)
  }

  /** A connection that is expected to be cut by the other side. */
  async function cutOff(act: (client: MqttClient) => void): Promise<void> {
    const { client } = await connectDevice(service, 'meter-1', token)
    const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)))
    act(client)
    await closed
    client.end(true)
  }

  function post(path: string, body: string | Buffer, type: string) {
    return fetch(`${service.httpUrl}${path}`, { method: 'POST', headers: { ...auth, 'content-type': type }, body })
  }

  it('a flood of garbage is acknowledged, refused and counted, and a good message among it is stored', async () => {
    const device = await connectDevice(service, 'meter-1', token)
    const topic = 'huying/v1/meter-1/readings'
    const garbage = [
      randomBytes(200),
      Buffer.from('{"values":'),
      Buffer.from('[[]]'),
      Buffer.from('{"values":{"t":"x"}}'),
    ]
    const sent = Array.from({ length: GARBAGE }, (_, i) =>
      device.client.publishAsync(topic, garbage[i % garbage.length] as Buffer, { qos: 1 }),
    )
    await device.send({ level_m: 1 }, { seq: 1 })
    await Promise.all(sent)
    expect(await refusalsOf('meter-1')).toEqual({ bad_payload: GARBAGE })
    const count = () => service.call<{ count: number }>('GET', '/api/v1/readings?device=meter-1&count=true')
    await eventually(count, (seen) => seen.count === 1)
    await device.close()
    await isReady()
  })

  it('a message over its size, a time that cannot be, and a frame that is none have reasons of their own', async () => {
    const device = await connectDevice(service, 'meter-1', token)
    const big = JSON.stringify({ values: Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`m${i}`, 1])) })
    await device.client.publishAsync('huying/v1/meter-1/readings', big, { qos: 1 })
    await device.send({ level_m: 1 }, { at: '1999-12-31T23:59:59Z' })
    await device.send({ level_m: 1 }, { at: Date.now() + 25 * 3600_000 })
    await device.client.publishAsync('huying/v1/meter-1/frames', Buffer.from('GIF89a'), { qos: 1 })
    expect(await refusalsOf('meter-1')).toMatchObject({ too_large: 1, time_out_of_range: 2, not_a_jpeg: 1 })
    await device.close()
  })

  it('who is not known, or has the wrong token, does not come in', async () => {
    for (const [username, password] of [
      ['stranger', 'x'],
      ['meter-1', 'x'],
      ['meter-2', token],
    ] as const)
      await expect(mqtt.connectAsync(service.mqttUrl, { username, password, reconnectPeriod: 0 })).rejects.toThrow()
    await expect(mqtt.connectAsync(service.mqttUrl, { reconnectPeriod: 0 })).rejects.toThrow()
    expect(await refusalsOf('stranger')).toEqual({ unknown_device: 1 })
    expect(await refusalsOf('meter-2')).toEqual({ bad_token: 1 })
    expect(await refusalsOf('meter-1')).toMatchObject({ bad_token: 1 })
    expect(await refusalsOf('?')).toMatchObject({ unknown_device: 1 })
  })

  it('a topic of another device costs the connection, a foreign subscription is denied', async () => {
    await cutOff((client) => client.publish('huying/v1/meter-2/readings', '{"values":{"t":1}}', { qos: 1 }, () => {}))
    await cutOff((client) => client.publish('huying/v1/meter-1/commands', '{}', { qos: 1 }, () => {}))
    const { client } = await connectDevice(service, 'meter-1', token)
    for (const topic of ['huying/v1/meter-2/commands', 'huying/v1/+/commands', '#'])
      await expect(client.subscribeAsync(topic, { qos: 1 })).rejects.toThrow()
    await client.subscribeAsync('huying/v1/meter-1/commands', { qos: 1 })
    await client.endAsync(true)
    expect(await refusalsOf('meter-1')).toMatchObject({ topic_not_allowed: 5 })
    const { count } = await service.call<{ count: number }>('GET', '/api/v1/readings?device=meter-2&count=true')
    expect(count).toBe(0)
  })

  it('bytes that are no MQTT are counted and cut off', async () => {
    const { port } = new URL(service.mqttUrl)
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'), randomBytes(4096), Buffer.alloc(64, 0xff)])
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
        socket.on('error', () => {}).once('close', () => resolve())
        socket.resume()
      })
    const { bad_payload = 0, ...others } = await refusalsOf('?')
    expect(bad_payload + (others.too_large ?? 0)).toBeGreaterThan(0)
    await isReady()
  })

  it('HTTP refuses what MQTT refuses, with a status that says why', async () => {
    const frames = '/api/v1/frames?device=meter-2'
    const answers = await Promise.all([
      post(frames, 'no picture', 'image/jpeg'),
      post('/api/v1/frames?device=nobody', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'),
      post('/api/v1/records', '{"type":"report","body":', 'application/json'),
      post('/api/v1/records', '{"type":7}', 'application/json'),
      post(
        '/api/v1/records',
        JSON.stringify({ type: 'report', body: { text: 'x'.repeat(300_000) } }),
        'application/json',
      ),
      post('/api/v1/devices', '{"id":"../../etc","type":"meter"}', 'application/json'),
    ])
    const seen = await Promise.all(
      answers.map(async (answer) => {
        const { error } = (await answer.json()) as { error: { code: string; message: string } }
        expect(error.message).not.toBe('')
        return [answer.status, error.code]
      }),
    )
    expect(seen).toEqual([
      [415, 'unsupported_media'],
      [404, 'not_found'],
      [400, 'bad_request'],
      [400, 'bad_request'],
      [413, 'too_large'],
      [400, 'bad_request'],
    ])
    expect(await refusalsOf('meter-2')).toMatchObject({ not_a_jpeg: 1 })
    expect(await refusalsOf('nobody')).toEqual({ unknown_device: 1 })
  })

  it('HTTP lets nobody in without the token, and tells strangers nothing but that', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${btoa('meter-1:wrong')}`]) {
      const answer = await fetch(`${service.httpUrl}/api/v1/devices`, { headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(await answer.json()).toEqual({ error: { code: 'unauthorized', message: expect.any(String) } })
    }
    const own = await fetch(`${service.httpUrl}/api/v1/devices`, {
      headers: { authorization: `Basic ${btoa(`meter-1:${token}`)}` },
    })
    expect(own.status).toBe(403)
    await isReady()
  })

  it('MQTT over WebSocket under the HTTP port is the same door', async () => {
    const url = `${service.httpUrl.replace('http', 'ws')}/mqtt`
    const device = await connectDevice({ mqttUrl: url }, 'meter-2', await newToken('meter-2'))
    await device.send({ level_m: 3 }, { seq: 1 })
    await device.close()
    const readings = () =>
      service.call<{ items: { value: number }[] }>('GET', '/api/v1/readings?device=meter-2&metric=level_m')
    const { items } = await eventually(readings, ({ items }) => items.length === 1)
    expect(items[0]?.value).toBe(3)
    await expect(connectDevice({ mqttUrl: url }, 'meter-2', 'wrong')).rejects.toThrow()
  })

  async function newToken(id: string): Promise<string> {
    return (await service.call<{ token: string }>('POST', `/api/v1/devices/${id}/token`)).token
  }
})

describe('with enrolment open', () => {
  it('registers devices on first contact, by the type in the user name or in the birth message', async () => {
    const service = await start({ HUYING_ENROLMENT: 'open' })
    const token = await addDevice(service, 'registered-1', 'meter')
    const named = await connectDevice(service, 'house-7', '', { username: 'smoke-detector/house-7' })
    await named.send({ smoke_dbm: 0.9 }, { seq: 1 })
    const born = await connectDevice(service, 'pump-1', '')
    await born.client.publishAsync('huying/v1/pump-1/status', '{"online":true,"type":"pump"}', { qos: 1 })
    const devices = await service.call<{ items: { id: string; type: string; online?: boolean }[] }>(
      'GET',
      '/api/v1/devices',
    )
    expect(devices.items.map(({ id, type }) => [id, type])).toEqual([
      ['registered-1', 'meter'],
      ['house-7', 'smoke-detector'],
      ['pump-1', 'pump'],
    ])
    const alerts = () => service.call<{ items: { rule: string }[] }>('GET', '/api/v1/alerts?open=true&device=house-7')
    await eventually(alerts, ({ items }) => items.some(({ rule }) => rule === 'smoke-high'))
    // Whoever was registered by a person still needs its token.
    await expect(connectDevice(service, 'registered-1', '')).rejects.toThrow()
    const registered = await connectDevice(service, 'registered-1', token)
    for (const device of [named, born, registered]) await device.close()
  })
})
