import { readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { connectDevice, type Device } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  type Listener,
  listen,
  makeDataDir,
  PUMP_HOT,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const RULES = `${PUMP_HOT}  - id: pump-strained
    title: { zh: 水泵超压, en: Pump under strain }
    category: other
    kind: threshold
    where: { type: pump, metric: pressure_kpa }
    above: 500
    onDelay: 3s
    severity: minor
`
const FRAME = readFileSync(assetPath('tests/fixtures/frames/river-boat.jpg'))
const FRAMES = 6

interface OpenAlert {
  id: string
  rule: string
  state: string
  acknowledged: boolean
  version: number
  raisedAt: string
  subject: { device?: string }
}

let dataDir: string
let service: Service
let open: { close(): unknown }[]

async function setUp(): Promise<void> {
  dataDir = await makeDataDir()
  open = []
  await mkdir(join(dataDir, 'rules'))
  await writeFile(join(dataDir, 'rules/pump.yaml'), RULES)
  service = await start()
}

async function tearDown(): Promise<void> {
  for (const one of open) await one.close()
  await service?.kill().catch(() => {})
  await removeDataDir(dataDir)
}

function start(): Promise<Service> {
  return startService({ dataDir, env: { HUYING_RULES_DIR: join(dataDir, 'rules'), HUYING_SNAPSHOT_EVERY_S: '0.5' } })
}

async function connect(id: string, token: string): Promise<Device> {
  const device = await connectDevice(service, id, token)
  open.push(device)
  return device
}

async function subscribe(name: string, after?: string): Promise<Listener> {
  const listener = await listen(service, name, after)
  open.push(listener)
  return listener
}

async function openAlerts(query = ''): Promise<OpenAlert[]> {
  return (await service.call<{ items: OpenAlert[] }>('GET', `/api/v1/alerts?open=true${query}`)).items
}

function raisedBy(device: string, rule = 'pump-hot') {
  return (event: { type: string; alert: { rule: string; subject: { device?: string } } }) =>
    event.type === 'alert.raised' && event.alert.rule === rule && event.alert.subject.device === device
}

async function untilStored(file: string, text: string): Promise<void> {
  await eventually(
    () => readFile(join(dataDir, 'data', file), 'utf8').catch(() => ''),
    (stored) => stored.includes(text),
  )
}

async function sendFrame(index: number): Promise<string> {
  // Bytes behind the picture's end make it another picture.
  const body = Buffer.concat([FRAME, Buffer.from(`frame ${index}`)])
  const headers = { ...auth.headers, 'content-type': 'image/jpeg' }
  const answer = await fetch(`${service.httpUrl}/api/v1/frames?device=drone-1`, { method: 'POST', headers, body })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { frameId: string }).frameId
}

/** One life of the service: what its people and devices did, and what it said of it. */
async function liveOnce() {
  const tokens = new Map<string, string>()
  for (const id of ['pump-1', 'pump-2', 'pump-3', 'pump-4'])
    tokens.set(id, await addDevice(service, id, 'pump', { name: `Pump ${id}`, place: '平桥街1号' }))
  await addDevice(service, 'drone-1', 'drone')
  const desk = await subscribe('desk', 'earliest')
  const [first, second, third, fourth] = await Promise.all([...tokens].map(([id, token]) => connect(id, token)))
  await second?.send({ temp_c: 91 }, { seq: 1 })
  await first?.send({ temp_c: 90 }, { seq: 1 })
  await third?.send({ temp_c: 20 }, { seq: 1 })
  const { alert } = await desk.event(raisedBy('pump-1'))
  await service.call('POST', `/api/v1/alerts/${alert.id}/acknowledge`, { comment: 'on my way' })
  await service.call('POST', `/api/v1/alerts/${alert.id}/comments`, { comment: 'valve closed' })
  await desk.event(raisedBy('pump-2'))
  await desk.event(({ type }) => type === 'alert.commented')
  const [seen, unseen] = desk.events.slice(-2)
  desk.client.ack(seen?.cursor as string)
  await expect(mqtt.connectAsync(service.mqttUrl, { username: 'pump-1', password: 'wrong' })).rejects.toThrow()
  // Cursors and refusals are stored within a moment: the end comes after that.
  await untilStored('subscribers.json', `"desk":${seen?.cursor}`)
  await untilStored('state.json', 'bad_token')
  const alerts = await openAlerts()
  const devices = await service.call('GET', '/api/v1/devices')
  const refusals = await service.call<{ items: { reason: string }[] }>('GET', '/api/v1/refusals')
  expect(refusals.items.map(({ reason }) => reason)).toEqual(['bad_token'])
  await fourth?.send({ pressure_kpa: 600 }, { seq: 1 })
  expect(await openAlerts('&rule=pump-strained')).toEqual([])
  const frameIds = await Promise.all(Array.from({ length: FRAMES }, (_, index) => sendFrame(index)))
  return { tokens, alert, unseen, alerts, devices, refusals, frameIds }
}

const waysToEnd = [
  { way: 'a graceful stop', end: () => service.stop(), exitCode: 0 },
  { way: 'kill -9', end: () => service.kill(), exitCode: undefined },
]

describe.each(waysToEnd)('after $way, with devices and subscribers connected', ({ way, end, exitCode }) => {
  let before: Awaited<ReturnType<typeof liveOnce>>
  let code: number | null | undefined

  beforeAll(async () => {
    await setUp()
    before = await liveOnce()
    code = (await end()) ?? undefined
    service = await start()
  })
  afterAll(tearDown)

  it(`${way} ended it as it should`, () => {
    expect(code).toBe(exitCode)
  })

  it('alerts are open and acknowledged as they were, and what people said is there', async () => {
    const alerts = (await openAlerts()).filter(({ rule }) => rule === 'pump-hot')
    expect(alerts).toEqual(before.alerts)
    const { events } = await eventually(
      () => service.call<{ events: { type: string; comment?: string }[] }>('GET', `/api/v1/alerts/${before.alert.id}`),
      ({ events }) => events.length === 3,
    )
    expect(events.map(({ type, comment }) => [type, comment])).toEqual([
      ['alert.raised', undefined],
      ['alert.acknowledged', 'on my way'],
      ['alert.commented', 'valve closed'],
    ])
  })

  it('devices are registered, their tokens hold, and a condition that lasts is not raised again', async () => {
    const desk = await subscribe('watcher', 'latest')
    expect((await service.call<{ items: object[] }>('GET', '/api/v1/devices')).items).toMatchObject(
      withoutPresence(before.devices),
    )
    const device = await connect('pump-2', before.tokens.get('pump-2') as string)
    await device.send({ temp_c: 91 }, { seq: 1 })
    await device.send({ temp_c: 92 }, { seq: 2 })
    await device.send({ temp_c: 60 }, { seq: 3 })
    await desk.event(({ type, alert }) => type === 'alert.cleared' && alert.subject.device === 'pump-2')
    expect(desk.events.filter(({ event }) => raisedBy('pump-2')(event))).toEqual([])
  })

  it('a named subscriber goes on where it acknowledged', async () => {
    const desk = await subscribe('desk')
    await desk.event(({ id }) => id === before.unseen?.event.id)
    expect(desk.events[0]).toEqual(before.unseen)
  })

  it('an on-delay that was running runs out, though nobody says anything more', async () => {
    const desk = await subscribe('strain', 'earliest')
    const { alert } = await desk.event(raisedBy('pump-4', 'pump-strained'))
    expect(alert).toMatchObject({ severity: 'minor', value: 600 })
  })

  it('frames that were acknowledged and not looked at yet are analysed', async () => {
    for (const frameId of before.frameIds) {
      const frame = await eventually(
        () => service.call<{ state: string; detections: { label: string }[] }>('GET', `/api/v1/frames/${frameId}`),
        ({ state }) => state !== 'queued',
      )
      expect(frame.state).toBe('analysed')
      expect(frame.detections.map(({ label }) => label)).toContain('boat')
    }
    const metrics = await (await fetch(`${service.httpUrl}/metrics`, auth)).text()
    expect(Number(/^huying_frames_analysed_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(0)
  })

  it('refusals are still counted', async () => {
    expect(await service.call('GET', '/api/v1/refusals')).toEqual(before.refusals)
  })
})

describe('rule files', () => {
  beforeAll(setUp)
  afterAll(tearDown)

  it('are followed without a restart; a wrong one keeps the old set in force and says so', async () => {
    const token = await addDevice(service, 'pump-1', 'pump')
    const device = await connect('pump-1', token)
    const desk = await subscribe('desk', 'earliest')
    const path = join(dataDir, 'rules/pump.yaml')
    await device.send({ temp_c: 70 }, { seq: 1 })
    expect(await openAlerts('&device=pump-1')).toEqual([])

    await writeFile(path, RULES.replace('above: 80', 'above: 65'))
    await eventually(
      async () => service.log.some((line) => line.includes('rules reloaded')),
      (reloaded) => reloaded,
    )
    await device.send({ temp_c: 70 }, { seq: 2 })
    await desk.event(raisedBy('pump-1'))

    await writeFile(path, RULES.replace('above: 80', 'above: hot'))
    const faulty = await desk.event(
      ({ type, alert }) => type === 'alert.raised' && alert.rule === 'huying.rules_faulty',
    )
    expect(faulty.alert).toMatchObject({ state: 'active', subject: { place: 'huying' } })
    await device.send({ temp_c: 60 }, { seq: 3 })
    await desk.event(({ type, alert }) => type === 'alert.cleared' && alert.rule === 'pump-hot')
    expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200)

    await rm(path)
    await desk.event(({ type, alert }) => type === 'alert.cleared' && alert.rule === 'huying.rules_faulty')
    await device.send({ temp_c: 99 }, { seq: 4 })
    await device.send({ temp_c: 99 }, { seq: 5 })
    expect(await openAlerts('&rule=pump-hot&state=active')).toEqual([])
  })
})

const auth = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }

/** What a device last said is known again once it speaks again. */
function withoutPresence(answer: unknown): object[] {
  return (answer as { items: Record<string, unknown>[] }).items.map(
    ({ online: _, lastSeenAt: __, presence: ___, ...device }) => device,
  )
}
