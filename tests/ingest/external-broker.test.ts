import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { createExternalBroker, type ExternalBroker, type ExternalBrokerOptions } from '../../ingest/external-broker.ts'
import { MOSQUITTO, type Mosquitto, startMosquitto } from './mosquitto.ts'
import { createRig, eventually, JPEG, type Rig, type RigOptions, seqsOf } from './rig.ts'

const running: { rig: Rig; broker: ExternalBroker }[] = []
let sessions = 0

async function start(url: string, options: RigOptions & { external?: Partial<ExternalBrokerOptions>; rig?: Rig } = {}) {
  const rig = options.rig ?? createRig(options)
  const clientId = `huying-test-${sessions++}`
  const broker = createExternalBroker({ ...rig, url, clientId, failurePauseMs: 20, stopMs: 200, ...options.external })
  if (!rig.registry.get('house-7')) await rig.registry.register({ id: 'house-7', type: 'tilt' }, 'test')
  broker.start()
  running.push({ rig, broker })
  await eventually(() => broker.status().isConnected)
  return { rig, broker, clientId }
}

afterEach(async () => {
  for (const { rig, broker } of running.splice(0)) {
    rig.intake.commit()
    await broker.stop()
  }
})

const reading = (seq: number) => JSON.stringify({ seq, values: { t: seq } })

if (!MOSQUITTO) {
  describe('an external broker', () => {
    it('is NOT TESTED: mosquitto is missing (Debian: apt install mosquitto)', ({ skip }) => skip())
  })
}

describe.skipIf(!MOSQUITTO)('an external broker (Mosquitto)', () => {
  let mosquitto: Mosquitto
  let device: MqttClient

  beforeAll(async () => {
    mosquitto = await startMosquitto()
    device = await connectAsync(mosquitto.url, { clientId: 'device' })
  })
  afterAll(async () => {
    device.end(true)
    await mosquitto.stop()
  })

  /** The subscription may follow the connection by a moment: say something until it is heard. */
  async function heard({ rig }: { rig: Rig }) {
    const timer = setInterval(() => device.publish('huying/v1/house-7/status', 'online'), 5)
    await eventually(() => rig.arrived.some(({ kind }) => kind === 'status'))
    clearInterval(timer)
  }

  it('is read without waiting for the commits in between, and acknowledged only after them', async () => {
    const first = await start(mosquitto.url, { commit: 'by hand' })
    await heard(first)
    for (let seq = 1; seq <= 300; seq++) device.publish('huying/v1/house-7/readings', reading(seq), { qos: 1 })
    await eventually(() => seqsOf(first.rig.arrived).length === 300)
    expect(first.broker.status().held).toBeGreaterThanOrEqual(300)
    await first.broker.stop()

    // The session goes on where it was acknowledged: nowhere yet.
    const { clientId } = first
    const second = await start(mosquitto.url, { commit: 'by hand', external: { clientId } })
    await eventually(() => seqsOf(second.rig.arrived).length === 300)
    const expected = Array.from({ length: 300 }, (_, i) => i + 1)
    expect(seqsOf(second.rig.arrived)).toEqual(expected)
    second.rig.intake.commit()
    await eventually(() => second.broker.status().held === 0)
    await second.broker.stop()

    const third = await start(mosquitto.url, { external: { clientId } })
    device.publish('huying/v1/house-7/readings', reading(301), { qos: 1 })
    await eventually(() => seqsOf(third.rig.arrived).length > 0)
    expect(seqsOf(third.rig.arrived)).toEqual([301])
  })

  it('sends again what could not be stored', async () => {
    const external = await start(mosquitto.url, { commit: 'by hand' })
    await heard(external)
    const { rig } = external
    device.publish('huying/v1/house-7/readings', reading(1), { qos: 1 })
    await eventually(() => seqsOf(rig.arrived).length === 1)

    rig.intake.fail(new AppError('journal_full', 'no room'))
    await eventually(() => seqsOf(rig.arrived).length === 2)
    rig.intake.commit()
    await eventually(() => external.broker.status().held === 0)

    expect(seqsOf(rig.arrived)).toEqual([1, 1])
  })

  it('is trusted with logins, not with whom we know: strangers are refused, counted and acknowledged', async () => {
    const external = await start(mosquitto.url)
    await heard(external)
    await device.publishAsync('huying/v1/stranger/readings', reading(1), { qos: 1 })

    await eventually(() => external.rig.refusals.total('unknown_device') === 1)
    await eventually(() => external.broker.status().held === 0)
    expect(external.rig.refusals.list()).toMatchObject([{ device: 'stranger', reason: 'unknown_device' }])
    expect(seqsOf(external.rig.arrived)).toEqual([])
  })

  it('lets devices enrol while that is open, in the order of their messages', async () => {
    const external = await start(mosquitto.url, { external: { enrolment: 'open' } })
    await heard(external)
    await device.publishAsync('huying/v1/newcomer/status', '{"online":true,"type":"tilt"}', { qos: 1 })
    for (let seq = 1; seq <= 20; seq++) device.publish('huying/v1/newcomer/readings', reading(seq), { qos: 1 })

    await eventually(() => seqsOf(external.rig.arrived).length === 20)
    expect(seqsOf(external.rig.arrived)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(external.rig.registry.get('newcomer')).toMatchObject({ type: 'tilt' })
  })

  it('brings frames in a session of their own, and passes over retained readings', async () => {
    await device.publishAsync('huying/v1/house-7/readings', reading(99), { qos: 1, retain: true })
    const external = await start(mosquitto.url)
    await heard(external)
    await device.publishAsync('huying/v1/house-7/frames', JPEG, { qos: 1 })
    await device.publishAsync('huying/v1/house-7/readings', reading(1), { qos: 1 })

    await eventually(() => external.rig.arrived.some(({ kind }) => kind === 'frame'))
    await eventually(() => seqsOf(external.rig.arrived).length > 0)
    expect(seqsOf(external.rig.arrived)).toEqual([1])
    await device.publishAsync('huying/v1/house-7/readings', '', { qos: 1, retain: true })
  })

  it('hands commands to devices', async () => {
    const external = await start(mosquitto.url)
    await device.subscribeAsync('huying/v1/house-7/commands', { qos: 1 })
    const command = new Promise((resolve) => device.once('message', (_topic, payload) => resolve(payload.toString())))

    expect(external.broker.publishCommand('house-7', 'reboot')).toBe(true)
    expect(await command).toBe('reboot')
  })

  it('that goes away is found again', async () => {
    const own = await startMosquitto()
    const external = await start(own.url)
    await own.restart()
    await eventually(() => !external.broker.status().isConnected)
    await eventually(() => external.broker.status().isConnected)
    const client = await connectAsync(own.url)
    const timer = setInterval(() => client.publish('huying/v1/house-7/readings', reading(1), { qos: 1 }), 20)

    await eventually(() => seqsOf(external.rig.arrived).length > 0)
    clearInterval(timer)
    client.end(true)
    await external.broker.stop()
    await own.stop()
  })
})

describe('an external broker that knows MQTT 3.1.1 only', () => {
  it('is spoken to in MQTT 3.1.1', async () => {
    const aedes = await Aedes.createBroker()
    const server = createServer(aedes.handle)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address() as { port: number }
    const external = await start(`mqtt://127.0.0.1:${address.port}`)

    expect(external.broker.status()).toMatchObject({ protocolVersion: 4, lastError: null })
    await external.broker.stop()
    await new Promise<void>((resolve) => aedes.close(() => resolve()))
    server.close()
  })
})
