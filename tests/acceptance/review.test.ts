import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type {
  AlertDetailView,
  FindingDetailView,
  FindingView,
  FlightDetailView,
  LiveMessage,
  PageOf,
} from '../../dashboards/contract.ts'
import { LIVE_PROTOCOL } from '../../dashboards/contract.ts'
import { loadPicture } from '../../simulators/drone/pictures.ts'
import { takePicture } from '../../simulators/drone/take-picture.ts'
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

// Real pictures, stamped as a drone over the simulated river would have stored them; everything else is the service.
const WITNESS = 'witness-token-0123456789'
const VIEWER = 'viewer-token-0123456789'
const CONFIG = `http:
  tokens:
    - { name: witness, token: ${WITNESS}, rights: view, originals: true }
    - { name: viewer, token: ${VIEWER}, rights: view }
`
/** Two places at the river, 200 m apart; from such heights that the rescue dummy is as large as a person. */
const POND = { lat: 31.31488, lon: 120.62155, heightM: 12 }
const BOAT = { lat: 31.31486, lon: 120.62348, heightM: 30 }

let dataDir: string
let service: Service
let dispatch: Listener
let live: LiveMessage[]
let socket: WebSocket
let pond: Buffer
let pondFrame: string

beforeAll(async () => {
  dataDir = await makeDataDir()
  await writeFile(join(dataDir, 'huying.yaml'), CONFIG)
  service = await startService({ dataDir })
  dispatch = await listen(service, 'desk', 'earliest')
  watch()
  const token = await addDevice(service, 'drone-1', 'drone', { name: '巡河一号' })
  const nowMs = Date.now()
  pond = shot('pond-dummy-cone.jpg', POND, nowMs - 4_000)
  pondFrame = await send(pond)
  const client = await mqtt.connectAsync(service.mqttUrl, { username: 'drone-1', password: token, clientId: 'drone-1' })
  await client.publishAsync('huying/v1/drone-1/frames', shot('river-boat.jpg', BOAT, nowMs - 2_000), { qos: 1 })
  await client.endAsync()
}, 60_000)

afterAll(async () => {
  dispatch?.close()
  socket?.close()
  await service?.stop()
  await removeDataDir(dataDir)
})

function watch(): void {
  live = []
  const protocols = [LIVE_PROTOCOL, `bearer.${ADMIN_TOKEN}`]
  socket = new WebSocket(`${service.httpUrl.replace('http', 'ws')}/api/v1/live`, protocols)
  socket.on('message', (data) => live.push(JSON.parse(String(data))))
}

function shot(picture: string, { lat, lon, heightM }: typeof POND, atMs: number): Buffer {
  const angles = { yawDeg: 90, gimbalPitchDeg: -90, gimbalYawDeg: 90, gimbalRollDeg: 0 }
  return takePicture(
    loadPicture(picture),
    { position: { lat, lon }, relativeAltitudeM: heightM, absoluteAltitudeM: heightM + 4, ...angles },
    atMs,
  )
}

async function send(jpeg: Buffer): Promise<string> {
  const answer = await ask('/api/v1/frames?device=drone-1', ADMIN_TOKEN, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: jpeg,
  })
  return ((await answer.json()) as { frameId: string }).frameId
}

function ask(path: string, token = ADMIN_TOKEN, init: RequestInit = {}): Promise<Response> {
  return fetch(`${service.httpUrl}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  })
}

async function findings(): Promise<FindingView[]> {
  return (await service.call<PageOf<FindingView>>('GET', '/api/v1/findings')).items
}

async function findingOf(label: string): Promise<FindingView> {
  const found = await eventually(
    async () => (await findings()).find((finding) => finding.label === label),
    (finding) => finding !== undefined,
    60_000,
  )
  return found as FindingView
}

const judge = (id: string, body: object) =>
  service.call<FindingDetailView>('POST', `/api/v1/findings/${id}/verdict`, body)

describe('a flight, reviewed', () => {
  it('gives findings at their chainage, an alert each, and a flight with what it covered', async () => {
    const debris = await findingOf('debris')
    await findingOf('person')
    await findingOf('boat')

    expect(debris.place).toMatchObject({ river: '文津河', reachName: expect.any(String) })
    expect(debris.place?.chainage).toMatch(/^K[01]\+\d{3}$/)
    const raised = await dispatch.event(({ type, alert }) => type === 'alert.raised' && alert.finding?.id === debris.id)
    expect(raised.alert.finding).toMatchObject({
      label: 'debris',
      review: 'undecided',
      chainage: debris.place?.chainage,
    })

    const { items } = await service.call<PageOf<{ id: string }>>('GET', '/api/v1/flights?device=drone-1')
    expect(items).toHaveLength(1)
    const flight = await service.call<FlightDetailView>('GET', `/api/v1/flights/${items[0]!.id}`)
    expect(flight.flight.frames).toMatchObject({ received: 2, analysed: 2 })
    expect(flight.frames.map(({ state }) => state)).toEqual(['analysed', 'analysed'])
    expect(flight.coverage.coveredM).toBeGreaterThan(0)
    const geojson = await service.call<{ features: { properties: object }[] }>(
      'GET',
      `/api/v1/flights/${items[0]!.id}/coverage.geojson?crs=gcj02`,
    )
    for (const { properties } of geojson.features) expect(properties).toMatchObject({ crs: 'GCJ-02' })
  }, 90_000)

  it('sends what is confirmed to dispatch, with chainage and pictures that can be fetched', async () => {
    const debris = await findingOf('debris')
    await judge(debris.id, { verdict: 'confirmed', note: '橙色浮标', expectedVerdicts: 0 })

    const told = await dispatch.event(
      ({ type, alert }) => type === 'alert.updated' && alert.finding?.review === 'confirmed',
    )
    expect(told).toMatchObject({
      by: 'admin',
      comment: '橙色浮标',
      alert: { finding: { id: debris.id, reviewedBy: 'admin' } },
    })
    for (const path of [told.alert.finding!.crop, told.alert.finding!.picture]) {
      const picture = await ask(path)
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
      expect((await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).format).toBe('jpeg')
    }
    const stale = await ask(`/api/v1/findings/${debris.id}/verdict`, ADMIN_TOKEN, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ verdict: 'reopened', expectedVerdicts: 0 }),
    })
    expect(stale.status).toBe(409)
    await eventually(
      async () => live.flatMap((message) => (message.type === 'delta' ? (message.findings ?? []) : [])),
      (updates) => updates.some(({ change, finding }) => change === 'reviewed' && finding.id === debris.id),
    )
  })

  it('closes the alert of what is rejected, in the reviewer’s name and with the reason', async () => {
    const boat = await findingOf('boat')
    const raised = await dispatch.event(({ type, alert }) => type === 'alert.raised' && alert.finding?.id === boat.id)
    const { alerts, review } = await judge(boat.id, { verdict: 'rejected', reason: 'shadow', note: '桥影' })
    expect({ alerts, review }).toEqual({ alerts: [], review: 'rejected' })

    const cleared = await dispatch.event(({ type, alert }) => type === 'alert.cleared' && alert.id === raised.alert.id)
    expect(cleared).toMatchObject({ by: 'admin', comment: 'shadow: 桥影', alert: { acknowledged: true } })
    const { events } = await eventually(
      () => service.call<AlertDetailView>('GET', `/api/v1/alerts/${raised.alert.id}`),
      ({ events }) => events.at(-1)?.type === 'alert.cleared',
    )
    expect(events.at(-1)).toMatchObject({ by: 'admin', comment: 'shadow: 桥影', review: 'rejected' })
    const open = await service.call<PageOf<{ id: string }>>('GET', '/api/v1/alerts?open=true')
    expect(open.items.map(({ id }) => id)).not.toContain(raised.alert.id)
  })

  it('counts the verdicts and exports them', async () => {
    const statistics = await service.call<{ byClass: object[] }>('GET', '/api/v1/reviews/statistics')
    expect(statistics.byClass).toMatchObject([
      { label: 'boat', reviewed: 1, right: 0, precision: 0 },
      { label: 'debris', reviewed: 1, right: 1, precision: 1 },
    ])
    const coco = await service.call<{ annotations: object[]; images: { coco_url: string }[] }>(
      'GET',
      '/api/v1/reviews/export',
    )
    expect(coco).toMatchObject({
      annotations: [{ 'huying:verdict': 'confirmed' }],
      'huying:rejected': [{ reason: 'shadow' }],
    })
    expect((await ask(coco.images[0]!.coco_url)).status).toBe(200)
  })

  it('gives the picture as it was taken to those who may see it and say why, and writes that down first', async () => {
    const path = `/api/v1/frames/${pondFrame}`
    const { sha256 } = (await (await ask(path)).json()) as { sha256: string }
    const shown = Buffer.from(await (await ask(`${path}/image`, VIEWER)).arrayBuffer())
    expect(shown.equals(pond)).toBe(false)
    expect((await sharp(shown).metadata()).exif).toBeUndefined()
    expect((await ask(`/api/v1/evidence/${sha256}`)).status).toBe(404)

    expect((await ask(`${path}/original?reason=check`, VIEWER)).status).toBe(403)
    expect((await ask(`${path}/original`, WITNESS)).status).toBe(400)
    const original = await ask(`${path}/original?reason=complaint-118`, WITNESS)
    expect(Buffer.from(await original.arrayBuffer()).equals(pond)).toBe(true)
    const written = ledgerText()
      .match(/\{"atMs":[^{}]*"record":\{[^}]*\}[^}]*"type":"original\.viewed"\}/g)
      ?.map((text) => JSON.parse(text))
    expect(written).toMatchObject([{ by: 'witness', frameId: pondFrame, sha256, reason: 'complaint-118' }])
  })

  it('is as it was after a crash: verdicts hold, and nothing rejected comes back', async () => {
    const before = await findings()
    await service.kill()
    dispatch.close()
    service = await startService({ dataDir })
    const after = await findings()
    expect(after.map(({ id, review }) => [id, review])).toEqual(before.map(({ id, review }) => [id, review]))
    const boat = before.find(({ label }) => label === 'boat') as FindingView
    const { items } = await service.call<PageOf<{ finding?: { id: string } }>>('GET', '/api/v1/alerts?open=true')
    expect(items.map(({ finding }) => finding?.id)).not.toContain(boat.id)
  }, 60_000)
})

function ledgerText(): string {
  const folder = join(dataDir, 'data/journal/ledger')
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
}
