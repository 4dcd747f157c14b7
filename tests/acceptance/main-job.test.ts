import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { iou } from '../../detectors/vision/box.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, type Listener, listen, startFresh } from './service.ts'

const run = promisify(execFile)
const MOSQUITTO_PUB = '/usr/bin/mosquitto_pub'
const SERIES = assetPath('tests/fixtures/series/machine_temperature_system_failure.csv')
const SERIES_ROWS = 22_695
const FRAMES = assetPath('tests/fixtures/frames')

/** A rule of the user's own on the real machine: it ran hot and it froze. */
const MACHINE_RULES = `rules:
  - id: machine-hot
    title: { zh: 机器过热, en: Machine too hot }
    category: other
    kind: threshold
    where: { type: machine, metric: temperature_f }
    above: 105
    unit: degF
    hysteresis: 5
    severity: major
`

let service: FreshService
let dispatch: Listener

beforeAll(async () => {
  service = await startFresh({ rules: MACHINE_RULES })
  dispatch = await listen(service, 'acceptance', 'earliest')
})

afterAll(async () => {
  dispatch?.close()
  await service?.remove()
})

describe('the main job, on real input', () => {
  it.skipIf(!existsSync(MOSQUITTO_PUB))(
    'turns a reading from mosquitto_pub into an alert on the dispatch socket',
    async () => {
      const token = await addDevice(service, 'smoke-1', 'smoke-detector', { place: '平桥街12号', name: '烟感1' })
      const port = new URL(service.mqttUrl).port
      const publish = (values: object, seq: number) =>
        run(MOSQUITTO_PUB, [
          ...['-h', '127.0.0.1', '-p', port, '-u', 'smoke-1', '-P', token, '-q', '1'],
          ...['-t', 'huying/v1/smoke-1/readings', '-m', JSON.stringify({ at: Date.now(), seq, values })],
        ])
      await publish({ smoke_dbm: 0.02 }, 1)
      await publish({ smoke_dbm: 0.9 }, 2)

      const raised = await dispatch.event(
        ({ type, alert }) => type === 'alert.raised' && alert.subject.device === 'smoke-1',
      )

      expect(raised.alert).toMatchObject({
        state: 'active',
        category: 'fire',
        place: '平桥街12号',
        deviceName: '烟感1',
        subject: { device: 'smoke-1', metric: 'smoke_dbm' },
        value: 0.9,
      })
      const { items } = await service.call<{ items: { id: string }[] }>(
        'GET',
        '/api/v1/alerts?device=smoke-1&open=true',
      )
      expect(items.map(({ id }) => id)).toContain(raised.alert.id)
    },
  )

  it('stores a replayed real series completely, and records as history what a rule finds in it', async () => {
    const token = await addDevice(service, 'machine-1', 'machine')
    const { stdout } = await run(process.execPath, [
      assetPath('dist/app/main.js'),
      ...[
        'replay',
        SERIES,
        '--device',
        'machine-1',
        '--metric',
        'temperature_f',
        '--column',
        'value',
        '--speed',
        'max',
      ],
      ...['--mqtt', service.mqttUrl, '--device-token', token],
    ])
    expect(stdout).toContain(`${SERIES_ROWS} rows acknowledged`)

    const count = () =>
      service.call<{ count: number }>('GET', '/api/v1/readings?device=machine-1&metric=temperature_f&count=true')
    await eventually(count, ({ count }) => count === SERIES_ROWS, 60_000)
    // The series is of 2014: what it tells is written down, and nobody is woken for it.
    const found = () =>
      service.call<{ items: { state: string; historical?: boolean; value: number }[] }>(
        'GET',
        '/api/v1/alerts?rule=machine-hot',
      )
    const { items } = await eventually(found, (seen) => seen.items.some(({ state }) => state === 'cleared'))
    expect(items.every(({ historical, value }) => historical === true && value > 105)).toBe(true)
    expect(dispatch.events.filter(({ event }) => event.alert.rule === 'machine-hot')).toEqual([])
  }, 120_000)

  it('turns real drone frames over MQTT and HTTP into alerts with the box drawn', async () => {
    const token = await addDevice(service, 'drone-1', 'drone')
    const viaMqtt = 'pond-dummy-cone.jpg'
    const viaHttp = 'river-boat.jpg'
    const client = await mqtt.connectAsync(service.mqttUrl, {
      username: 'drone-1',
      password: token,
      clientId: 'drone-1',
    })
    await client.publishAsync('huying/v1/drone-1/frames', readFileSync(join(FRAMES, viaMqtt)), { qos: 1 })
    await client.endAsync()
    const answer = await fetch(`${service.httpUrl}/api/v1/frames?device=drone-1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/jpeg' },
      body: readFileSync(join(FRAMES, viaHttp)),
    })
    expect(answer.status).toBe(202)
    const { frameId } = (await answer.json()) as { frameId: string }

    const person = await dispatch.event(({ alert }) => alert.subject.label === 'person' && alert.frameId !== undefined)
    await dispatch.event(({ alert }) => alert.subject.label === 'boat' && alert.frameId === frameId)

    const frame = await eventually(
      () => service.call<AnalysedFrame>('GET', `/api/v1/frames/${frameId}`),
      ({ state }) => state === 'analysed',
    )
    const truth = annotationsOf(viaHttp).find(({ label }) => label === 'boat')
    const seen = frame.detections.find(({ label }) => label === 'boat')
    expect(iou(boxOf(seen?.box), boxOf(truth?.box))).toBeGreaterThan(0.5)

    const [sha256] = person.alert.evidence
    const picture = await fetch(`${service.httpUrl}/api/v1/evidence/${sha256}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
    expect(picture.headers.get('content-type')).toBe('image/jpeg')
    const { width, height } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata()
    expect(Math.min(width, height)).toBeGreaterThan(32)
  })
})

interface AnalysedFrame {
  state: string
  detections: { label: string; score: number; box: Box }[]
}
type Box = [number, number, number, number]

function boxOf([x, y, width, height]: Box = [0, 0, 0, 0]) {
  return { x1: x, y1: y, x2: x + width, y2: y + height }
}

function annotationsOf(file: string): { label: string; box: Box }[] {
  const all = JSON.parse(readFileSync(join(FRAMES, 'annotations.json'), 'utf8')) as Record<
    string,
    { label: string; box: Box }[]
  >
  return all[file] ?? []
}
