import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MOSQUITTO, type Mosquitto, startMosquitto } from '../ingest/mosquitto.ts'
import { connectDevice, type Device } from './device.ts'
import {
  addDevice,
  eventually,
  type Listener,
  listen,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

if (!MOSQUITTO) process.stderr.write('SKIPPED external-broker.test.ts: Mosquitto is not installed\n')

/** Kills while messages flow; a device sends on through the broker, which keeps what huying has not acknowledged. */
const KILLS = 2
const CALM = { smoke_dbm: 0.01 }

let mosquitto: Mosquitto
let dataDir: string
let service: Service
let device: Device
let dispatch: Listener
let seq = 0
const STARTED_MS = Date.now()

function start(): Promise<Service> {
  return startService({ dataDir, env: { MQTT_URL: mosquitto.url } })
}

/** The broker takes the message; whether huying has it is another question. */
function send(values: Record<string, number>): Promise<void> {
  seq++
  return device.send(values, { seq, at: STARTED_MS + seq })
}

async function ready(): Promise<boolean> {
  return (await fetch(`${service.httpUrl}/readyz`)).ok
}

const isTrue = (seen: boolean) => seen
const count = () => service.call<{ count: number }>('GET', '/api/v1/readings?device=smoke-1&count=true')

describe.skipIf(!MOSQUITTO)('with an external broker', () => {
  beforeAll(async () => {
    mosquitto = await startMosquitto(['max_queued_messages 0'])
    dataDir = await makeDataDir()
    service = await start()
    await addDevice(service, 'smoke-1', 'smoke-detector')
    device = await connectDevice({ mqttUrl: mosquitto.url }, 'smoke-1', '', { reconnect: true })
    dispatch = await listen(service, 'desk', 'earliest')
    await eventually(ready, isTrue)
  })
  afterAll(async () => {
    dispatch?.close()
    await device?.close()
    await service?.kill().catch(() => {})
    await mosquitto?.stop()
    await removeDataDir(dataDir)
  })

  it('a device that publishes there is heard, and its alert is dispatched', async () => {
    await send(CALM)
    await send({ smoke_dbm: 0.9 })
    const { alert } = await dispatch.event(({ type }) => type === 'alert.raised')
    expect(alert).toMatchObject({ rule: 'smoke-high', subject: { device: 'smoke-1' }, value: 0.9 })
    await eventually(count, (seen) => seen.count === seq)
  })

  it('a device that nobody registered is refused and counted', async () => {
    await device.client.publishAsync('huying/v1/stranger/readings', '{"values":{"t":1}}', { qos: 1 })
    const { items } = await eventually(
      () => service.call<{ items: { reason: string; count: number }[] }>('GET', '/api/v1/refusals?device=stranger'),
      ({ items }) => items.length > 0,
    )
    expect(items).toMatchObject([{ reason: 'unknown_device', count: 1 }])
  })

  it(`nothing is lost through ${KILLS} kills while messages flow: what was not durable comes again`, async () => {
    dispatch.close()
    for (let kill = 0; kill < KILLS; kill++) {
      const flowing = Promise.all(Array.from({ length: 500 }, () => send(CALM)))
      await eventually(count, (seen) => seen.count > 2 + kill * 500)
      await service.kill()
      await flowing
      service = await start()
    }
    await eventually(count, (seen) => seen.count === seq, 60_000)
    await eventually(ready, isTrue)
  }, 90_000)

  it('a broker that was restarted and forgot everything is found again', async () => {
    await device.close()
    await mosquitto.restart()
    device = await connectDevice({ mqttUrl: mosquitto.url }, 'smoke-1', '', { reconnect: true })
    await eventually(ready, isTrue)
    await eventually(
      async () => {
        await send(CALM)
        return count()
      },
      (seen) => seen.count > 2 + KILLS * 500,
    )
  })
})
