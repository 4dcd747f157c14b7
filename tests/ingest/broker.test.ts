import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { AppError } from '../../core/errors.ts'
import { eventually, JPEG, openRaw, openRawDevice, publish, type RigOptions, seqsOf, startBroker } from './rig.ts'

type Running = Awaited<ReturnType<typeof startBroker>>
const running: Running[] = []

async function start(options?: RigOptions): Promise<Running> {
  const rig = await startBroker(options)
  running.push(rig)
  return rig
}

afterEach(async () => {
  for (const rig of running.splice(0)) await rig.close()
})

const acks = (packets: { cmd?: string; messageId?: number }[]) =>
  packets.filter(({ cmd }) => cmd === 'puback').map(({ messageId }) => messageId)
const statuses = (rig: Running) =>
  rig.arrived.flatMap((arrival) => (arrival.kind === 'status' ? [[arrival.deviceId, arrival.online]] : []))

describe('PUBACK', () => {
  it('follows the commit, and never comes before it', async () => {
    const rig = await start({ commit: 'by hand' })
    const raw = await openRawDevice(rig, 'house-7')

    raw.send(publish('house-7', 1, 0.1), publish('house-7', 2, 0.2), { cmd: 'pingreq' })
    await raw.next('pingresp')
    await eventually(() => seqsOf(rig.arrived).length === 2)
    const before = acks(raw.received)
    // The first entry is the status of the connection.
    rig.intake.commit(2)
    await raw.next('puback')
    raw.send({ cmd: 'pingreq' })
    await raw.next('pingresp')

    expect(before).toEqual([])
    expect(acks(raw.received)).toEqual([1])
  })

  it('comes in the order of the messages, even when a later one is durable first [MQTT-4.6.0-2]', async () => {
    let putEvidence = () => {}
    const evidence = {
      put: () =>
        new Promise<string>((resolve) => {
          putEvidence = () => resolve('abc')
        }),
    }
    const rig = await start({ frontDoor: { evidence } })
    const raw = await openRawDevice(rig, 'drone-1')
    const frame = {
      cmd: 'publish',
      topic: 'huying/v1/drone-1/frames',
      payload: JPEG,
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    } as const

    raw.send(frame, publish('drone-1', 2, 0.2))
    await eventually(() => rig.intake.status().committedSeq === 2)
    const before = { held: rig.broker.status().held, acks: acks(raw.received) }
    putEvidence()
    await raw.next('puback')
    await raw.next('puback')

    expect(before).toEqual({ held: 2, acks: [] })
    expect(acks(raw.received)).toEqual([1, 2])
  })

  it('of QoS 2 is a PUBREC after the commit; the message sent again before PUBREL is taken in again and answered', async () => {
    const rig = await start()
    const raw = await openRawDevice(rig, 'house-7')

    raw.send(publish('house-7', 5, 1, 2), publish('house-7', 5, 1, 2))
    await raw.next('pubrec')
    await raw.next('pubrec')
    raw.send({ cmd: 'pubrel', messageId: 5 } as never)
    await raw.next('pubcomp')

    expect(seqsOf(rig.arrived)).toEqual([5, 5])
  })

  it('keeps the order of messages sent before CONNACK, after it, and of QoS 2 among those of QoS 1', async () => {
    const rig = await start()
    const token = (await rig.registry.register({ id: 'hasty', type: 'tilt' }, 'test')).token
    const raw = openRaw(rig.port)
    const hello = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'h', keepalive: 60 }
    const login = { ...hello, username: 'hasty', password: Buffer.from(token) } as const
    raw.send(login as never, publish('hasty', 1, 1), publish('hasty', 2, 2), publish('hasty', 3, 3, 2))
    await raw.next('connack')
    raw.send(publish('hasty', 4, 4), publish('hasty', 5, 5, 2), publish('hasty', 6, 6), publish('hasty', 7, 7, 0))
    await eventually(() => acks(raw.received).length === 4 && rig.arrived.length === 8)

    expect(seqsOf(rig.arrived)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(acks(raw.received)).toEqual([1, 2, 4, 6])
  })

  it('is not waited for by reading on without end: a few hundred messages wait, the others stay with the sender', async () => {
    const rig = await start({ commit: 'by hand', limits: { messagesBurst: 1e6 } })
    const raw = await openRawDevice(rig, 'eager')
    const count = 5000
    raw.send(...Array.from({ length: count }, (_, n) => publish('eager', n + 1, n)))
    await eventually(() => rig.broker.status().held >= 256)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const held = rig.broker.status().held
    const commits = setInterval(() => rig.intake.commit(), 1)
    await eventually(() => acks(raw.received).length === count)
    clearInterval(commits)

    // What one read brings, at most 64 KiB, is taken in whole.
    expect(held).toBeLessThan(256 + 65_536 / 50)
    expect(acks(raw.received)).toEqual(Array.from({ length: count }, (_, n) => n + 1))
  })

  it('keeps the order of each device over thousands of messages from several', async () => {
    const rig = await start({ limits: { messagesBurst: 10_000 } })
    const raws = await Promise.all(['a', 'b', 'c'].map((id) => openRawDevice(rig, id)))
    const count = 1500

    for (const [i, id] of ['a', 'b', 'c'].entries())
      raws[i]?.send(...Array.from({ length: count }, (_, n) => publish(id, n + 1, n)))
    await eventually(() => raws.every((raw) => acks(raw.received).length === count))

    const expected = Array.from({ length: count }, (_, n) => n + 1)
    for (const [i, id] of ['a', 'b', 'c'].entries()) {
      expect(acks(raws[i]?.received as never)).toEqual(expected)
      expect(seqsOf(rig.arrived.filter(({ deviceId }) => deviceId === id))).toEqual(expected)
    }
  })
})

describe('a message that could not be stored', () => {
  it('is never acknowledged, and costs the connection so that the device sends it again', async () => {
    const rig = await start({ commit: 'by hand' })
    const raw = await openRawDevice(rig, 'house-7')
    raw.send(publish('house-7', 1, 0.1), publish('house-7', 2, 0.2))
    await eventually(() => seqsOf(rig.arrived).length === 2)

    rig.intake.fail(new AppError('journal_full', 'no room'))
    await raw.closed

    expect(acks(raw.received)).toEqual([])
    expect(rig.refusals.list()).toMatchObject([
      {
        device: 'house-7',
        reason: 'overloaded',
        count: 1,
        lastDetail: 'not stored (journal_full); the device must send it again',
      },
    ])
    expect(rig.broker.status()).toMatchObject({ held: 0, heldBytes: 0 })

    const again = await openRawDevice(rig, 'house-7')
    again.send({ ...publish('house-7', 1, 0.1), dup: true } as never)
    await eventually(() => seqsOf(rig.arrived).length === 3)
    rig.intake.commit()
    expect(await again.next('puback')).toMatchObject({ messageId: 1 })
  })

  it('in time for its keep-alive is given up, not held for ever', async () => {
    let nowMs = 1_000_000
    const rig = await start({ commit: 'by hand', clock: { nowMs: () => nowMs } })
    const raw = await openRawDevice(rig, 'house-7', 10)
    raw.send(publish('house-7', 1, 0.1))
    await eventually(() => rig.broker.status().held === 1)

    nowMs += 10_001
    await raw.closed

    expect(acks(raw.received)).toEqual([])
    expect(rig.refusals.list()).toMatchObject([
      { device: 'house-7', reason: 'overloaded', lastDetail: 'held longer than 10000 ms' },
    ])
    await eventually(() => statuses(rig).length === 2)
    expect(statuses(rig)).toEqual([
      ['house-7', true],
      ['house-7', false],
    ])
  })

  it('because too many bytes wait costs the sender its connection', async () => {
    const rig = await start({ commit: 'by hand', limits: { heldBytes: 60 } })
    const raw = await openRawDevice(rig, 'house-7')

    raw.send(publish('house-7', 1, 1), publish('house-7', 2, 2), publish('house-7', 3, 3))
    await raw.closed

    expect(rig.refusals.total('overloaded')).toBe(1)
    expect(rig.broker.status().heldBytes).toBe(0)
  })
})

describe('a bad payload', () => {
  it('is refused, counted and acknowledged, and the connection lives on', async () => {
    const rig = await start()
    const raw = await openRawDevice(rig, 'house-7')
    const bad = { ...publish('house-7', 1, 0), payload: '{"values":{"t":"hot"}}' } as never

    raw.send(bad, publish('house-7', 2, 1))
    await raw.next('puback')
    await raw.next('puback')

    expect(acks(raw.received)).toEqual([1, 2])
    expect(seqsOf(rig.arrived)).toEqual([2])
    expect(rig.refusals.list()).toMatchObject([
      {
        device: 'house-7',
        reason: 'bad_payload',
        count: 1,
        lastDetail: 'values.t: expected a finite number or a boolean',
      },
    ])
  })
})

describe('topics', () => {
  it.each([
    ['readings of another device', 'huying/v1/other/readings'],
    ['its own commands', 'huying/v1/house-7/commands'],
    ['anything else', 'some/topic'],
    ['the system', '$SYS/x'],
  ])('%s are not the device’s to publish: the connection ends and it is counted', async (_, topic) => {
    const rig = await start()
    const raw = await openRawDevice(rig, 'house-7')

    raw.send({ ...publish('house-7', 1, 1), topic } as never)
    await raw.closed

    expect(acks(raw.received)).toEqual([])
    expect(rig.refusals.list()).toMatchObject([
      { device: 'house-7', reason: 'topic_not_allowed', lastDetail: `publish to ${topic}` },
    ])
    expect(seqsOf(rig.arrived)).toEqual([])
  })

  it('other than its own commands are not the device’s to hear', async () => {
    const rig = await start()
    const raw = await openRawDevice(rig, 'house-7')
    const topics = [
      'huying/v1/house-7/commands',
      'huying/v1/other/commands',
      'huying/v1/+/commands',
      '#',
      'huying/v1/house-7/#',
    ]

    raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) } as never)
    const suback = await raw.next('suback')

    expect(suback).toMatchObject({ granted: [1, 128, 128, 128, 128] })
    expect(rig.refusals.list()).toMatchObject([{ device: 'house-7', reason: 'topic_not_allowed', count: 4 }])
  })

  it('of commands carry them down, to the device and nobody else', async () => {
    const rig = await start()
    const [own, other] = [await openRawDevice(rig, 'house-7'), await openRawDevice(rig, 'house-8')]
    for (const [raw, id] of [
      [own, 'house-7'],
      [other, 'house-8'],
    ] as const) {
      raw.send({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: `huying/v1/${id}/commands`, qos: 1 }],
      } as never)
      await raw.next('suback')
    }

    const handedTo = rig.broker.publishCommand('house-7', '{"test":true}')
    const command = await own.next('publish')
    other.send({ cmd: 'pingreq' })
    await other.next('pingresp')

    expect(handedTo).toBe(1)
    expect(command).toMatchObject({
      topic: 'huying/v1/house-7/commands',
      qos: 1,
      payload: Buffer.from('{"test":true}'),
    })
    expect(other.received.map(({ cmd }) => cmd)).toEqual(['connack', 'suback', 'pingresp'])
    expect(rig.broker.publishCommand('nobody', 'x')).toBe(0)
  })

  it('of commands stop filling a device that does not acknowledge', async () => {
    const rig = await start()
    const raw = await openRawDevice(rig, 'house-7')
    raw.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'huying/v1/house-7/commands', qos: 1 }],
    } as never)
    await raw.next('suback')

    const handed = Array.from({ length: 70 }, () => rig.broker.publishCommand('house-7', 'x'))
    const first = await raw.next('publish')
    raw.send({ cmd: 'puback', messageId: (first as { messageId: number }).messageId }, { cmd: 'pingreq' })
    await raw.next('pingresp')

    expect(handed.reduce((sum, count) => sum + count, 0)).toBe(64)
    await eventually(() => rig.broker.publishCommand('house-7', 'x') === 1)
  })
})

describe('birth, will and connection', () => {
  it('tell when a device came and was lost, once each', async () => {
    const rig = await start()
    const raw = await openRawDevice(rig, 'house-7')
    raw.socket.destroy()
    await eventually(() => statuses(rig).length === 2)
    await openRawDevice(rig, 'house-7')

    await eventually(() => statuses(rig).length === 3)
    expect(statuses(rig)).toEqual([
      ['house-7', true],
      ['house-7', false],
      ['house-7', true],
    ])
  })

  it('a device that is silent for one and a half times its keep-alive is lost, and nothing is held against it', async () => {
    const rig = await start()
    const [silent, talking] = [await openRawDevice(rig, 'silent', 1), await openRawDevice(rig, 'talking', 1)]
    const pings = setInterval(() => talking.send({ cmd: 'pingreq' }), 200)
    await silent.closed
    clearInterval(pings)

    await eventually(() => statuses(rig).length === 3)
    expect(statuses(rig).at(-1)).toEqual(['silent', false])
    expect(rig.refusals.total()).toBe(0)
  })

  it('a clock that is put forward makes nobody silent', async () => {
    let nowMs = 1_000_000
    const rig = await start({ clock: { nowMs: () => nowMs } })
    const raw = await openRawDevice(rig, 'house-7', 1)
    nowMs += 3600_000
    await new Promise((resolve) => setTimeout(resolve, 100))
    raw.send(publish('house-7', 1, 1))
    await raw.next('puback')

    expect(rig.broker.status().connections).toBe(1)
  })

  it('a last will on the own status topic is accepted and means what the loss means', async () => {
    const rig = await start()
    const client = await rig.connectDevice('house-7', {
      will: { topic: 'huying/v1/house-7/status', payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    })
    await client.publishAsync('huying/v1/house-7/status', '{"online":true}', { qos: 1 })
    client.stream.destroy()

    await eventually(() => statuses(rig).length === 3)
    expect(statuses(rig)).toEqual([
      ['house-7', true],
      ['house-7', true],
      ['house-7', false],
    ])
  })

  it('a last will on any other topic is refused at the door', async () => {
    const rig = await start()
    const will = { topic: 'huying/v1/other/status', payload: Buffer.from('{}'), qos: 0 as const, retain: false }

    await expect(rig.connectDevice('house-7', { will })).rejects.toMatchObject({ code: 5 })
    expect(rig.refusals.list()).toMatchObject([{ device: 'house-7', reason: 'topic_not_allowed' }])
    expect(statuses(rig)).toEqual([])
  })

  it('a device that says goodbye is not lost', async () => {
    const rig = await start()
    const client = await rig.connectDevice('house-7')
    await client.endAsync()

    await eventually(() => rig.broker.status().connections === 0)
    expect(statuses(rig)).toEqual([['house-7', true]])
  })

  it('a second connection with the same client id takes over, and the device is not lost [MQTT-3.1.4-2]', async () => {
    const rig = await start()
    const first = await openRawDevice(rig, 'house-7')
    const second = await openRawDevice(rig, 'house-7')
    await first.closed
    second.send(publish('house-7', 1, 1))

    expect(await second.next('puback')).toMatchObject({ messageId: 1 })
    expect(rig.broker.status().connections).toBe(1)
    expect(statuses(rig)).toEqual([['house-7', true]])
  })

  it('a client id that another device uses pushes nobody out', async () => {
    const rig = await start()
    const first = await rig.connectDevice('house-7', { clientId: 'same' })
    const second = await rig.connectDevice('house-8', { clientId: 'same' })

    await first.publishAsync('huying/v1/house-7/readings', '{"values":{"t":1}}', { qos: 1 })
    await second.publishAsync('huying/v1/house-8/readings', '{"values":{"t":1}}', { qos: 1 })
    expect(rig.broker.status().connections).toBe(2)
  })

  it('the newest of too many connections of one device wins', async () => {
    const rig = await start({ limits: { connectionsPerDevice: 2 } })
    const first = await rig.connectDevice('house-7')
    const closed = new Promise<void>((resolve) => first.once('close', () => resolve()))
    await rig.connectDevice('house-7')
    await rig.connectDevice('house-7')

    await closed
    expect(rig.broker.status().connections).toBe(2)
    expect(rig.refusals.list()).toMatchObject([{ device: 'house-7', reason: 'already_connected', count: 1 }])
  })

  it('more connections than allowed are turned away and counted', async () => {
    const rig = await start({ limits: { connections: 1 } })
    await openRawDevice(rig, 'house-7')
    await openRaw(rig.port).closed

    expect(rig.refusals.list()).toMatchObject([{ device: '?', reason: 'overloaded', count: 1 }])
  })
})

describe('signing in', () => {
  it.each([
    ['an unknown device', { username: 'stranger', password: 'x' }, 'stranger', 'unknown_device'],
    ['no user name', {}, '?', 'unknown_device'],
    ['an impossible user name', { username: '../etc', password: 'x' }, '?', 'unknown_device'],
    ['a wrong token', { username: 'house-7', password: 'wrong' }, 'house-7', 'bad_token'],
    ['no token', { username: 'house-7' }, 'house-7', 'bad_token'],
  ])('with %s is refused and counted', async (_, credentials, device, reason) => {
    const rig = await start()
    await rig.registry.register({ id: 'house-7', type: 'smoke-detector' }, 'test')

    const attempt = connectAsync(`mqtt://127.0.0.1:${rig.port}`, { ...credentials, reconnectPeriod: 0 })

    await expect(attempt).rejects.toMatchObject({ code: 4 })
    expect(rig.refusals.list()).toMatchObject([{ device, reason, count: 1 }])
  })

  it('with a replaced token fails, with the new one works', async () => {
    const rig = await start()
    const { token } = await rig.registry.register({ id: 'house-7', type: 'smoke-detector' }, 'test')
    const replaced = await rig.registry.replaceToken('house-7', 'test')
    const connectWith = (password: string) =>
      connectAsync(`mqtt://127.0.0.1:${rig.port}`, { username: 'house-7', password, reconnectPeriod: 0 })

    await expect(connectWith(token)).rejects.toMatchObject({ code: 4 })
    const client = await connectWith(replaced.token)
    await client.endAsync()
  })

  it.each([
    ['U+0000 in the client id', { clientId: 'a\u0000b', clean: true }],
    ['a client id of 300 characters', { clientId: 'x'.repeat(300), clean: true }],
  ])('with %s is answered with CONNACK 2', async (_, connect) => {
    const rig = await start()
    const raw = openRaw(rig.port)
    raw.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, keepalive: 10, ...connect } as never)

    expect(await raw.next('connack')).toMatchObject({ returnCode: 2 })
    await raw.closed
    expect(rig.refusals.total('bad_client_id')).toBe(1)
  })

  it('with an empty client id and without a clean session is answered with CONNACK 2 [MQTT-3.1.3-8]', async () => {
    const rig = await start()
    const raw = openRaw(rig.port)
    raw.socket.write(Buffer.from([0x10, 12, 0, 4, ...Buffer.from('MQTT'), 4, 0, 0, 10, 0, 0]))

    expect(await raw.next('connack')).toMatchObject({ returnCode: 2 })
    await raw.closed
    expect(rig.refusals.total('bad_client_id')).toBe(1)
  })

  it('with MQTT 5 is answered with CONNACK 1 and says where to go', async () => {
    const rig = await start()
    const raw = openRaw(rig.port)
    raw.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 5,
      keepalive: 10,
      clean: true,
      clientId: 'x',
      username: 'house-7',
    })

    expect(await raw.next('connack')).toMatchObject({ returnCode: 1 })
    await raw.closed
    expect(rig.refusals.list()).toMatchObject([
      {
        device: 'house-7',
        reason: 'bad_payload',
        lastDetail: 'the embedded broker speaks MQTT 3.1.1; for MQTT 5 use an external broker',
      },
    ])
  })
})

describe('open enrolment', () => {
  it('registers a device on first contact, by the type in its user name', async () => {
    const rig = await start({ broker: { enrolment: 'open' } })
    const client = await connectAsync(`mqtt://127.0.0.1:${rig.port}`, { username: 'smoke-detector/house-9' })
    await client.publishAsync('huying/v1/house-9/readings', '{"values":{"t":1}}', { qos: 1 })
    await client.endAsync()

    expect(rig.registry.get('house-9')).toMatchObject({ type: 'smoke-detector' })
    const again = await connectAsync(`mqtt://127.0.0.1:${rig.port}`, { username: 'house-9', password: 'anything' })
    await again.endAsync()
  })

  it('takes the type from the birth message when the user name has none, and only once', async () => {
    const rig = await start({ broker: { enrolment: 'open' } })
    const client = await connectAsync(`mqtt://127.0.0.1:${rig.port}`, { username: 'house-9' })
    const before = rig.registry.get('house-9')?.type
    await client.publishAsync('huying/v1/house-9/status', '{"online":true,"type":"tilt"}', { qos: 1 })
    await client.publishAsync('huying/v1/house-9/status', '{"online":true,"type":"other"}', { qos: 1 })
    await client.endAsync()

    expect([before, rig.registry.get('house-9')?.type]).toEqual(['unknown', 'tilt'])
  })

  it('still asks registered devices for their token', async () => {
    const rig = await start({ broker: { enrolment: 'open' } })
    await rig.registry.register({ id: 'house-7', type: 'smoke-detector' }, 'test')

    const attempt = connectAsync(`mqtt://127.0.0.1:${rig.port}`, {
      username: 'house-7',
      password: 'x',
      reconnectPeriod: 0,
    })
    await expect(attempt).rejects.toMatchObject({ code: 4 })
  })

  it('once closed shuts out who enrolled without a token', async () => {
    const rig = await start()
    await rig.registry.enrol('house-9', 'tilt')

    const attempt = connectAsync(`mqtt://127.0.0.1:${rig.port}`, {
      username: 'house-9',
      password: '',
      reconnectPeriod: 0,
    })
    await expect(attempt).rejects.toMatchObject({ code: 4 })
    expect(rig.refusals.total('bad_token')).toBe(1)
  })
})

describe('a flood', () => {
  it('of QoS 0 is held back to the quota; other devices go on', async () => {
    let nowMs = 1_000_000
    const rig = await start({ clock: { nowMs: () => nowMs }, limits: { messagesPerS: 10, messagesBurst: 20 } })
    const [flooder, calm] = [await openRawDevice(rig, 'flooder', 0), await openRawDevice(rig, 'calm')]
    const ofFlooder = () => seqsOf(rig.arrived.filter(({ deviceId }) => deviceId === 'flooder'))

    flooder.send(...Array.from({ length: 100 }, (_, i) => publish('flooder', i + 1, i, 0)))
    await eventually(() => rig.broker.status().held > 0)
    calm.send(publish('calm', 1, 1))
    await calm.next('puback')
    const first = ofFlooder().length
    nowMs += 1000
    await eventually(() => ofFlooder().length === 30)

    expect(first).toBe(20)
    nowMs += 10_000
    await eventually(() => ofFlooder().length === 50)
    nowMs += 10_000
    await eventually(() => ofFlooder().length === 70)
    expect(ofFlooder()).toEqual(Array.from({ length: 70 }, (_, i) => i + 1))
    expect(rig.refusals.total()).toBe(0)
  })

  it('held longer than the keep-alive ends the connection and is counted', async () => {
    let nowMs = 1_000_000
    const rig = await start({ clock: { nowMs: () => nowMs }, limits: { messagesPerS: 1e-6, messagesBurst: 1 } })
    const raw = await openRawDevice(rig, 'flooder', 5)
    raw.send(publish('flooder', 1, 1), publish('flooder', 2, 2))
    await eventually(() => rig.broker.status().held === 1)

    nowMs += 5001
    await raw.closed

    expect(rig.refusals.list()).toMatchObject([{ device: 'flooder', reason: 'rate_limited' }])
  })
})

describe('sizes', () => {
  it('a packet larger than a picture may be ends the connection before it is collected', async () => {
    const rig = await start({ limits: { frameBytes: 100_000 } })
    const raw = await openRawDevice(rig, 'drone-1')

    // PUBLISH that announces 200 MB and sends ten bytes.
    raw.socket.write(Buffer.from([0x30, 0x80, 0x88, 0xaf, 0x5f, 0, 1, 2, 3, 4]))
    await raw.closed

    expect(rig.refusals.list()).toMatchObject([
      {
        device: 'drone-1',
        reason: 'too_large',
        lastDetail: expect.stringContaining('at most 101024 are allowed'),
      },
    ])
  })

  it('of the packets of strangers are small', async () => {
    const rig = await start()
    const raw = openRaw(rig.port)
    raw.socket.write(Buffer.from([0x10, 0x80, 0x80, 0x08]))
    await raw.closed

    expect(rig.refusals.list()).toMatchObject([{ device: '?', reason: 'too_large' }])
  })

  it('of readings beyond the limit are refused and acknowledged', async () => {
    const rig = await start({ limits: { readingsBytes: 100 } })
    const client = await rig.connectDevice('house-7')
    await client.publishAsync('huying/v1/house-7/readings', `{"values":{"t":1}${' '.repeat(100)}}`, { qos: 1 })

    expect(rig.refusals.list()).toMatchObject([
      { device: 'house-7', reason: 'too_large', lastDetail: 'readings: more than 100 bytes' },
    ])
  })

  it('a packet that never ends costs the connection', async () => {
    let nowMs = 1_000_000
    const rig = await start({ clock: { nowMs: () => nowMs } })
    const raw = await openRawDevice(rig, 'drone-1', 0)
    raw.socket.write(Buffer.from([0x30, 0x80, 0x08, 0, 1]))
    raw.socket.write(Buffer.alloc(100))
    await eventually(() => raw.socket.bytesWritten > 100 && raw.socket.writableLength === 0)

    while (!raw.socket.closed) {
      // The packet began at the time that the broker read it, whenever that was.
      nowMs += 120_001
      await new Promise((resolve) => setTimeout(resolve, 5))
    }

    expect(rig.refusals.list()).toMatchObject([{ device: 'drone-1', reason: 'rate_limited' }])
  })
})

describe('frames over MQTT', () => {
  it('become evidence and an observation, and what is no JPEG is refused', async () => {
    const rig = await start()
    const client = await rig.connectDevice('drone-1')
    await client.publishAsync('huying/v1/drone-1/frames', JPEG, { qos: 1 })
    await client.publishAsync('huying/v1/drone-1/frames', 'GIF89a', { qos: 1 })

    expect(rig.arrived.filter(({ kind }) => kind === 'frame')).toMatchObject([{ deviceId: 'drone-1', sha256: '2004' }])
    expect(rig.files.get('2004')?.equals(JPEG)).toBe(true)
    expect(rig.refusals.list()).toMatchObject([{ device: 'drone-1', reason: 'not_a_jpeg' }])
  })
})

describe('over WebSocket', () => {
  it('a device speaks as over TCP', async () => {
    const rig = await start()
    const { token } = await rig.registry.register({ id: 'house-7', type: 'smoke-detector' }, 'test')
    const http = createServer()
    const sockets = new WebSocketServer({ server: http, path: '/mqtt', handleProtocols: () => 'mqtt' })
    sockets.on('connection', (ws) => rig.broker.attachWebSocket(ws))
    await new Promise<void>((resolve) => http.listen(0, () => resolve()))
    const { port } = http.address() as AddressInfo

    const client = await connectAsync(`ws://127.0.0.1:${port}/mqtt`, { username: 'house-7', password: token })
    await client.publishAsync('huying/v1/house-7/readings', '{"seq":1,"values":{"t":1}}', { qos: 1 })
    await client.endAsync()
    sockets.close()
    http.close()

    expect(seqsOf(rig.arrived)).toEqual([1])
  })
})

describe('stopping', () => {
  it('acknowledges what has begun, takes nothing new, and may be called twice', async () => {
    const rig = await start({ commit: 'by hand' })
    const raw = await openRawDevice(rig, 'house-7')
    raw.send(publish('house-7', 1, 1))
    await eventually(() => rig.broker.status().held === 1)

    const stopped = rig.broker.stop()
    raw.send(publish('house-7', 2, 2))
    rig.intake.commit()
    await stopped
    await rig.broker.stop()
    await raw.closed

    expect(acks(raw.received)).toEqual([1])
    expect(seqsOf(rig.arrived)).toEqual([1])
    expect(statuses(rig)).toEqual([['house-7', true]])
    await openRaw(rig.port).closed
  })

  it('does not wait longer than its limit for a store that is stuck', async () => {
    const rig = await start({ commit: 'by hand', broker: { stopMs: 50 } })
    const raw = await openRawDevice(rig, 'house-7')
    raw.send(publish('house-7', 1, 1))
    await eventually(() => rig.broker.status().held === 1)

    await rig.broker.stop()
    await raw.closed

    expect(acks(raw.received)).toEqual([])
  })
})
