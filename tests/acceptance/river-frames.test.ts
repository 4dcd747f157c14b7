import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { type S3Server, startS3 } from '../ingest/media/s3-server.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const DOCK = '4TADL210010014'
const DRONE = '1581F6Q8D239L00D21V7'
/** Three starts of a whole service on a busy machine. */
const PATIENCE_MS = 180_000

let s3: S3Server
let photograph: Buffer
let dataDir: string
let service: Service
beforeAll(async () => {
  s3 = await startS3()
  photograph = await readFile(assetPath('tests/fixtures/frames/river-debris.jpg'))
})
afterAll(() => s3.close())
beforeEach(async () => {
  dataDir = await makeDataDir()
})
afterEach(async () => {
  await service?.kill().catch(() => {})
  await removeDataDir(dataDir)
})

function env(): Record<string, string> {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3.options
  return {
    ...{ HUYING_S3_ENDPOINT: endpoint, HUYING_S3_BUCKET: bucket, HUYING_S3_PREFIX: 'patrol' },
    ...{ HUYING_S3_ACCESS_KEY_ID: accessKeyId, HUYING_S3_SECRET_ACCESS_KEY: secretAccessKey },
    ...{ HUYING_S3_DOCK_ACCESS_KEY_ID: 'dock', HUYING_S3_DOCK_SECRET_ACCESS_KEY: 'dock-secret' },
    ...{ HUYING_FRAMES_DIR: join(dataDir, 'pictures'), HUYING_VISION_WORKERS: '1' },
  }
}

/** The same picture with another name at its end, which makes it another frame. */
const picture = (name: string) => Buffer.concat([photograph, Buffer.from(name)])

interface FrameItem {
  frameId: string
  device: string
  state: string
}
const framesOf = async (device: string) =>
  (await service.call<{ items: FrameItem[] }>('GET', `/api/v1/frames?device=${device}&limit=100`)).items
const allAnalysed = (count: number) => (items: FrameItem[]) =>
  items.length === count && items.every(({ state }) => state === 'analysed')

/** A dock as DJI makes them: it signs in with its serial number, asks, uploads, and tells. */
async function connectDock(token: string) {
  const client = await mqtt.connectAsync(service.mqttUrl, { username: DOCK, password: token, clientId: DOCK })
  const replies: { topic: string; message: Record<string, unknown> }[] = []
  client.on('message', (topic, payload) => replies.push({ topic, message: JSON.parse(payload.toString()) }))
  const topics = ['events_reply', 'requests_reply', 'services'].map((kind) => `thing/product/${DOCK}/${kind}`)
  await client.subscribeAsync(topics, { qos: 1 })
  async function ask(kind: 'events' | 'requests', method: string, data: object) {
    const tid = `${method}-${replies.length}`
    const message = { tid, bid: 'b', timestamp: Date.now(), gateway: DOCK, method, need_reply: 1, data }
    await client.publishAsync(`thing/product/${DOCK}/${kind}`, JSON.stringify(message), { qos: 1 })
    const found = await eventually(
      async () => replies.find(({ message: reply }) => reply.tid === tid),
      (reply) => reply !== undefined,
      PATIENCE_MS,
    )
    return found?.message.data as Record<string, unknown>
  }
  return { client, ask }
}

describe('a dock with a bucket', () => {
  it('uploads a flight, which is told, fetched and analysed; what was promised before a kill is fetched after it', {
    timeout: 2 * PATIENCE_MS,
  }, async () => {
    service = await startService({ dataDir, env: env() })
    const token = await addDevice(service, DOCK, 'dock')
    await addDevice(service, DRONE, 'drone', { gateway: DOCK })
    const dock = await connectDock(token)
    const { result, output } = (await dock.ask('requests', 'storage_config_get', { module: 0 })) as {
      result: number
      output: { object_key_prefix: string; bucket: string }
    }
    const callback = (name: string) =>
      dock.ask('events', 'file_upload_callback', {
        file: {
          ...{ object_key: `${output.object_key_prefix}/f-1/${name}`, name, path: '' },
          ext: { flight_id: 'f-1', is_original: true },
          metadata: {
            relative_altitude: 60,
            create_time: '2026-11-22 09:00:00',
            shoot_position: { lat: 29.9, lng: 121.5 },
          },
        },
        flight_task: { uploaded_file_count: 1, expected_file_count: 2, flight_type: 0 },
      })

    await s3.put(`${output.object_key_prefix}/f-1/DJI_0001.JPG`, picture('one'))
    const first = await callback('DJI_0001.JPG')
    await eventually(() => framesOf(DRONE), allAnalysed(1), PATIENCE_MS)
    // Promised, and not there yet: the service dies, and the picture comes while it is away.
    const second = await callback('DJI_0002.JPG')
    await service.kill()
    dock.client.end(true)
    await s3.put(`${output.object_key_prefix}/f-1/DJI_0002.JPG`, picture('two'))
    service = await startService({ dataDir, env: env() })

    expect({ result, bucket: output.bucket, prefix: output.object_key_prefix }).toEqual({
      ...{ result: 0, bucket: 'river', prefix: `patrol/${DOCK}` },
    })
    expect([first, second]).toMatchObject([{ result: 0 }, { result: 0 }])
    await eventually(() => framesOf(DRONE), allAnalysed(2), PATIENCE_MS)
  })
})

describe('a folder', () => {
  it('gives its pictures, each once, through a kill', { timeout: 2 * PATIENCE_MS }, async () => {
    service = await startService({ dataDir, env: env() })
    await addDevice(service, 'drone-1', 'drone')
    const folder = join(dataDir, 'pictures')
    await mkdir(join(folder, 'drone-1', 'f-1'), { recursive: true })
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await writeFile(join(folder, 'drone-1', 'f-1', name), picture(name))
    await eventually(
      () => readdir(join(folder, 'done', 'drone-1', 'f-1')).catch(() => [] as string[]),
      (names) => names.length > 0,
      PATIENCE_MS,
    )
    await service.kill()
    service = await startService({ dataDir, env: env() })

    await eventually(() => framesOf('drone-1'), allAnalysed(3), PATIENCE_MS)
    const names = await eventually(
      () => readdir(join(folder, 'done', 'drone-1', 'f-1')),
      (seen) => seen.length === 3,
      PATIENCE_MS,
    )
    expect(names.sort()).toEqual(['a.jpg', 'b.jpg', 'c.jpg'])
  })
})

describe('a frame that a worker looks at while the process is killed', () => {
  it('is analysed after the restart, like those that waited', { timeout: 2 * PATIENCE_MS }, async () => {
    const quick = { ...env(), HUYING_FRAMES_DIR: '' }
    service = await startService({ dataDir, env: quick })
    await addDevice(service, 'drone-1', 'drone')
    const send = async (name: string) => {
      const response = await fetch(`${service.httpUrl}/api/v1/frames?device=drone-1&flight=f-1`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/jpeg' },
        body: picture(name),
      })
      return (await response.json()) as { frameId: string }
    }
    const sent = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(send))
    const metrics = async () => (await fetch(`${service.httpUrl}/metrics`)).text()
    const sum = (text: string, name: string) =>
      [...text.matchAll(new RegExp(`^${name}(?:{.*})? (\\d+)`, 'gm'))].reduce(
        (total, match) => total + Number(match[1]),
        0,
      )
    const inWork = (text: string) => sum(text, 'huying_frames_pending') - sum(text, 'huying_frames_waiting')
    const seen = await eventually(metrics, (text) => inWork(text) > 0, PATIENCE_MS)
    await service.kill()
    service = await startService({ dataDir, env: quick })

    expect(inWork(seen)).toBeGreaterThan(0)
    const frames = await eventually(() => framesOf('drone-1'), allAnalysed(6), PATIENCE_MS)
    expect(frames.map(({ frameId }) => frameId).sort()).toEqual(sent.map(({ frameId }) => frameId).sort())
  })
})
