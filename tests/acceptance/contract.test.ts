import { readFileSync } from 'node:fs'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { assetPath } from '../../core/source-path.ts'
import { type FreshService, startFresh } from './service.ts'

/**
 * `docs/FORMATS.md` as a tool of somebody else relies on it: raw requests, raw MQTT, raw WebSockets, nothing of ours but
 * the process. What fails here is a break of the contract: fix the service, or name the change in the CHANGELOG.
 */
const TOKEN = 'contract-token'
const FRAME = readFileSync(assetPath('tests/fixtures/frames/river-boat.jpg'))
const RULES = `rules:
  - id: hot
    title: { zh: 过热, en: Too hot }
    category: other
    kind: threshold
    where: { type: oven, metric: temp_c }
    above: 80
    unit: degC
    severity: major
  - id: wet
    title: { zh: 潮湿, en: Wet }
    category: water
    kind: threshold
    where: { type: oven, metric: water }
    above: 0.5
    severity: warning
`
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

let service: FreshService
const sockets: WebSocket[] = []

beforeAll(async () => {
  service = await startFresh({ rules: RULES, env: { HUYING_ADMIN_TOKEN: TOKEN } })
})
afterAll(async () => {
  for (const socket of sockets) socket.terminate()
  await service?.remove()
})

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${service.httpUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as never }
}

async function get<T>(path: string): Promise<T> {
  const { status, json } = await ask('GET', path)
  expect([path, status]).toEqual([path, 200])
  return json
}

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > deadline) throw new Error(`never held; last seen: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function register(id: string, more: object = {}): Promise<string> {
  const { status, json } = await ask('POST', '/api/v1/devices', { id, type: 'oven', ...more })
  expect(status).toBe(201)
  expect(json).toEqual({ id, token: expect.any(String) })
  return (json as { token: string }).token
}

/** Publishes payloads one after the other as a device; resolves when all are acknowledged. */
async function publish(id: string, token: string, payloads: unknown[], channel = 'readings'): Promise<void> {
  const client = await mqtt.connectAsync(service.mqttUrl, { username: id, password: token, reconnectPeriod: 0 })
  for (const payload of payloads) {
    const bytes = Buffer.isBuffer(payload) ? payload : JSON.stringify(payload)
    await client.publishAsync(`huying/v1/${id}/${channel}`, bytes, { qos: 1 })
  }
  await client.endAsync()
}

const countOf = async (query: string) => (await get<{ count: number }>(`/api/v1/readings?count=true&${query}`)).count

interface Message {
  type: string
  cursor?: string
  code?: string
  event?: { id: string; type: string; at: string; alert: { rule: string; subject: object; state: string } }
  [key: string]: unknown
}

/** A dispatch connection with nothing added: what was said, and a way to speak. */
async function dispatch(protocols: string[] = ['huying.dispatch.v1', `bearer.${TOKEN}`]) {
  const socket = new WebSocket(`${service.httpUrl.replace('http', 'ws')}/api/v1/dispatch`, protocols)
  sockets.push(socket)
  const messages: Message[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return {
    socket,
    messages,
    say: (message: object | string) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    hear: async (fits: (message: Message) => boolean) =>
      (await until(
        async () => messages.find(fits),
        (seen) => seen !== undefined,
      )) as Message,
  }
}

describe('the environment', () => {
  it('free ports are named by the ready line, and the service says that it works', async () => {
    const ready = service.log
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ msg }) => msg === 'ready')
    expect(ready).toMatchObject({ httpPort: expect.any(Number), mqttPort: expect.any(Number) })
    expect(new URL(service.httpUrl).port).toBe(String(ready?.httpPort))
    expect(await (await fetch(`${service.httpUrl}/healthz`)).json()).toEqual({ status: 'ok' })
    const readyz = await fetch(`${service.httpUrl}/readyz`)
    expect([readyz.status, await readyz.json()]).toEqual([200, expect.objectContaining({ ready: true, reasons: [] })])
    expect((await fetch(`${service.httpUrl}/docs/json`)).status).toBe(200)
  })

  it('errors have one shape', async () => {
    expect(await ask('GET', '/api/v1/readings?nonsense=1')).toMatchObject({
      status: 400,
      json: { error: { code: 'bad_request', message: expect.stringContaining('nonsense') } },
    })
    expect(await ask('GET', '/api/v1/nothing')).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } })
    const anonymous = await fetch(`${service.httpUrl}/api/v1/devices`)
    expect(anonymous.status).toBe(401)
  })
})

describe('devices', () => {
  it('are registered once, listed, and shown with what they said last', async () => {
    const position = { lat: 31.2, lon: 120.6 }
    const token = await register('oven-0', { name: '烤箱', place: '平桥街1号', position, reportEveryS: 60 })
    expect(await ask('POST', '/api/v1/devices', { id: 'oven-0', type: 'oven' })).toMatchObject({ status: 409 })
    const listed = await get<{ items: object[] }>('/api/v1/devices?type=oven')
    expect(listed.items).toMatchObject([{ id: 'oven-0', type: 'oven', name: '烤箱', place: '平桥街1号', position }])
    await publish('oven-0', token, [{ at: '2026-01-01T08:00:00+08:00', seq: 0, values: { temp_c: 20, door: true } }])
    const device = await get<{ latest: object[] }>('/api/v1/devices/oven-0')
    expect(device.latest).toEqual([
      { metric: 'temp_c', at: '2026-01-01T00:00:00.000Z', value: 20 },
      { metric: 'door', at: '2026-01-01T00:00:00.000Z', value: 1 },
    ])
    const { status, json } = await ask('POST', '/api/v1/devices/oven-0/token')
    expect([status, json]).toEqual([201, { id: 'oven-0', token: expect.any(String) }])
    await expect(publish('oven-0', token, [])).rejects.toThrow()
  })
})

describe('readings', () => {
  let token: string
  const at = Date.UTC(2026, 2, 1)

  beforeAll(async () => {
    token = await register('oven-1')
  })

  it('the same one sent again is stored once; of one time, another value or seq is another reading', async () => {
    const first = { at, seq: 1, values: { twice: 20 } }
    await publish('oven-1', token, [first, first])
    await publish('oven-1', token, [first, { at: new Date(at).toISOString(), seq: 1, values: { twice: 20 } }])
    const others = [
      { at, seq: 1, values: { twice: 21 } },
      { at, seq: 2, values: { twice: 20 } },
      { at, values: { twice: 20 } },
    ]
    await publish('oven-1', token, [...others, ...others])
    await publish('oven-1', token, [{ at: at + 1, seq: 3, values: { last: 1 } }])
    await until(
      () => countOf('device=oven-1&metric=last'),
      (count) => count === 1,
    )
    expect(await countOf('device=oven-1&metric=twice')).toBe(4)
  })

  it('SenML and batches are taken; windows, pages and counts agree', async () => {
    const t0 = Date.UTC(2026, 3, 1)
    await publish('oven-1', token, [
      [
        { bn: 'urn:dev:mac:0024befffe804ff1:', bt: t0 / 1000, n: 'senml', v: 1 },
        { n: 'senml', t: 1, v: 2 },
        { n: 'senml_open', vb: true },
      ],
      Array.from({ length: 10 }, (_, i) => ({ at: t0 + i * 1000, seq: i, values: { batch: i } })),
    ])
    await until(
      () => countOf('device=oven-1&metric=batch'),
      (count) => count === 10,
    )
    expect(await countOf('device=oven-1&metric=senml')).toBe(2)
    expect(await countOf('device=oven-1&metric=senml_open')).toBe(1)
    const window = `device=oven-1&metric=batch&from=${t0 + 2000}&to=${new Date(t0 + 8000).toISOString()}`
    expect(await countOf(window)).toBe(6)
    const values: number[] = []
    let cursor: string | undefined
    do {
      const path = `/api/v1/readings?${window}&limit=4${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
      const page = await get<{ items: { at: string; value: number }[]; nextCursor?: string }>(path)
      for (const { value } of page.items) values.push(value)
      for (const item of page.items)
        expect(item).toEqual({
          device: 'oven-1',
          metric: 'batch',
          at: expect.stringMatching(ISO_UTC),
          value: expect.any(Number),
          arrivedAt: expect.stringMatching(ISO_UTC),
        })
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(values).toEqual([2, 3, 4, 5, 6, 7])
  })

  it('what is refused is acknowledged, counted, and has a reason', async () => {
    await publish('oven-1', token, [{ values: { temp_c: 'hot' } }, 'nonsense'])
    const { items } = await get<{ items: object[] }>('/api/v1/refusals?device=oven-1')
    expect(items).toEqual([
      {
        device: 'oven-1',
        reason: 'bad_payload',
        count: 2,
        lastAt: expect.stringMatching(ISO_UTC),
        lastDetail: expect.any(String),
      },
    ])
  })
})

describe('frames', () => {
  it('are taken as a body or multipart, by the operator or the drone itself, and tell what was seen', async () => {
    const token = await register('drone-1', { type: 'drone' })
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'image/jpeg' }
    const url = `${service.httpUrl}/api/v1/frames`
    const sent = await fetch(`${url}?device=drone-1`, { method: 'POST', headers, body: FRAME })
    expect(sent.status).toBe(202)
    const { frameId } = (await sent.json()) as { frameId: string }
    const form = new FormData()
    form.set('device', 'drone-1')
    form.set('file', new Blob([FRAME], { type: 'image/jpeg' }), 'frame.jpg')
    const again = await fetch(url, { method: 'POST', headers: { authorization: headers.authorization }, body: form })
    expect([again.status, await again.json()]).toEqual([202, { frameId }])
    const own = { authorization: `Basic ${btoa(`drone-1:${token}`)}`, 'content-type': 'image/jpeg' }
    const byItself = await fetch(url, { method: 'POST', headers: own, body: FRAME })
    expect([byItself.status, await byItself.json()]).toEqual([202, { frameId }])

    const early = await get<{ state: string }>(`/api/v1/frames/${frameId}`)
    expect(['queued', 'analysed']).toContain(early.state)
    const frame = await until(
      () => get<{ state: string; model: string; detections: Record<string, unknown>[] }>(`/api/v1/frames/${frameId}`),
      ({ state }) => state !== 'queued',
    )
    expect(frame).toMatchObject({ frameId, device: 'drone-1', state: 'analysed', model: expect.any(String) })
    const boat = frame.detections.find(({ label }) => label === 'boat')
    expect(boat).toMatchObject({ score: expect.any(Number), box: Array(4).fill(expect.any(Number)) })
    for (const part of ['image', 'annotated']) {
      const picture = await fetch(`${url}/${frameId}/${part}`, { headers: { authorization: headers.authorization } })
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    }
    expect(await ask('GET', '/api/v1/frames/none')).toMatchObject({ status: 404 })
  })

  it('a frame without a readable header is refused at once, one that breaks off later when it is looked at', async () => {
    const send = (body: Buffer) =>
      fetch(`${service.httpUrl}/api/v1/frames?device=drone-1`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'image/jpeg' },
        body,
      })
    const headless = await send(Buffer.concat([FRAME.subarray(0, 100), Buffer.from([0xff, 0xd9])]))
    expect([headless.status, await headless.json()]).toMatchObject([415, { error: { code: 'unsupported_media' } }])
    const cut = await send(FRAME.subarray(0, Math.floor(FRAME.length / 2)))
    expect(cut.status).toBe(202)
    const { frameId } = (await cut.json()) as { frameId: string }
    const frame = await until(
      () => get<{ state: string }>(`/api/v1/frames/${frameId}`),
      ({ state }) => state !== 'queued',
    )
    expect(frame).toMatchObject({ state: 'refused', detections: [] })
  })
})

describe('records', () => {
  it('the same record is the same, by its id or by its content', async () => {
    const filed = { type: 'permit', at: '2026-01-01T00:00:00Z', address: '平桥街12号', body: { kind: 'renovation' } }
    const named = { ...filed, recordId: 'permit-7' }
    const ids = []
    for (const record of [named, named, filed, filed]) {
      const { status, json } = await ask('POST', '/api/v1/records', record)
      expect(status).toBe(202)
      ids.push((json as { recordId: string }).recordId)
    }
    expect(ids[0]).toBe('permit-7')
    expect(ids[2]).toBe(ids[3])
    const stored = () => get<{ items: object[] }>('/api/v1/records?type=permit')
    const { items } = await until(stored, ({ items }) => items.length === 2)
    expect(items).toMatchObject([{ address: '平桥街12号' }, { address: '平桥街12号' }])
  })
})

describe('alerts and dispatch', () => {
  let hot: string
  let wet: string

  beforeAll(async () => {
    hot = await register('oven-hot', { name: '烤箱', place: '平桥街1号', position: { lat: 31.2, lon: 120.6 } })
    wet = await register('oven-wet', { place: '桃花坞2号' })
  })

  it('turns away who has no token before the upgrade, and says why to who speaks badly', async () => {
    for (const protocols of [['huying.dispatch.v1'], ['huying.dispatch.v1', 'bearer.wrong']])
      await expect(dispatch(protocols)).rejects.toThrow('401')
    const { say, hear } = await dispatch()
    say('no json')
    await hear(({ type, code }) => type === 'error' && code === 'bad_request')
    say({ type: 'subscribe', filter: { sevrity: 'major' } })
    await hear(({ type, message }) => type === 'error' && String(message).includes('sevrity'))
    say({ type: 'subscribe', after: 'yesterday' })
    await hear(({ type, code }) => type === 'error' && code === 'bad_cursor')
  })

  it('delivers what fits the filter, in order, with cursors from which another one goes on', async () => {
    const all = await dispatch()
    all.say({ type: 'subscribe', subscriber: 'desk', after: 'latest' })
    const start = await all.hear(({ type }) => type === 'subscribed')
    expect(start).toMatchObject({ subscriber: 'desk', after: expect.any(String), latest: expect.any(String) })
    const major = await dispatch()
    major.say({ type: 'subscribe', after: start.latest, filter: { minSeverity: 'major', place: '平桥街' } })
    await major.hear(({ type }) => type === 'subscribed')

    await publish('oven-wet', wet, [{ seq: 1, values: { water: 1 } }])
    await publish('oven-hot', hot, [{ seq: 1, values: { temp_c: 90 } }])
    const raised = await all.hear(({ event }) => event?.type === 'alert.raised' && event.alert.rule === 'hot')
    expect(raised).toMatchObject({
      cursor: expect.any(String),
      event: {
        id: expect.any(String),
        at: expect.stringMatching(ISO_UTC),
        alert: {
          rule: 'hot',
          ruleTitle: { zh: '过热', en: 'Too hot' },
          category: 'other',
          severity: 'major',
          level: 2,
          state: 'active',
          acknowledged: false,
          subject: { device: 'oven-hot', metric: 'temp_c' },
          deviceName: '烤箱',
          place: '平桥街1号',
          position: { lat: 31.2, lon: 120.6 },
          value: 90,
          limit: 80,
          unit: 'degC',
          raisedAt: expect.stringMatching(ISO_UTC),
          lastAt: expect.stringMatching(ISO_UTC),
          occurrences: 1,
          evidence: [],
          version: 1,
        },
      },
    })
    expect(await major.hear(({ type }) => type === 'event')).toEqual(raised)

    await publish('oven-hot', hot, [{ seq: 2, values: { temp_c: 20 } }])
    const cleared = await all.hear(({ event }) => event?.type === 'alert.cleared')
    const firstCursor = all.messages.find(({ type }) => type === 'event')?.cursor
    all.say({ type: 'ack', cursor: firstCursor })
    all.socket.close()
    const back = await dispatch()
    back.say({ type: 'subscribe', subscriber: 'desk' })
    await back.hear(({ event }) => event?.id === cleared.event?.id)
    const eventsOf = ({ messages }: { messages: Message[] }) => messages.filter(({ type }) => type === 'event')
    expect(eventsOf(back)).toEqual(eventsOf(all).slice(1))
    const again = await dispatch()
    again.say({ type: 'subscribe', after: raised.cursor })
    expect(await again.hear(({ type }) => type === 'event')).toEqual(cleared)
    const past = await dispatch()
    past.say({ type: 'subscribe', after: 'earliest', filter: { rule: ['hot', 'wet'], type: 'alert.raised' } })
    await past.hear(({ cursor }) => cursor === raised.cursor)
    expect(eventsOf(past).map(({ event }) => event?.alert.rule)).toEqual(['wet', 'hot'])
  })

  it('lists alerts by state, rule and device; open ones at once', async () => {
    const ids = async (query: string) => {
      const { items } = await get<{ items: { rule: string; subject: { device?: string } }[] }>(
        `/api/v1/alerts?${query}`,
      )
      return items.filter(({ subject }) => subject.device?.startsWith('oven')).map(({ rule }) => rule)
    }
    await until(
      () => ids('state=cleared'),
      (rules) => rules.length === 1,
    )
    expect(await ids('state=cleared')).toEqual(['hot'])
    expect(await ids('state=active')).toEqual(['wet'])
    expect(await ids('rule=wet')).toEqual(['wet'])
    expect(await ids('device=oven-hot')).toEqual(['hot'])
    expect(await ids('device=oven-hot&rule=wet')).toEqual([])
    expect(await ids('')).toEqual(['hot', 'wet'])
    expect(await ids('open=true')).toEqual(['hot', 'wet'])
  })

  it('commands acknowledge and comment once, by HTTP and by dispatch', async () => {
    const desk = await dispatch()
    desk.say({ type: 'subscribe', after: 'latest' })
    await desk.hear(({ type }) => type === 'subscribed')
    const { items } = await get<{ items: { id: string; version: number }[] }>('/api/v1/alerts?open=true&rule=wet')
    const [{ id, version } = { id: '', version: 0 }] = items
    desk.say({ type: 'command', id: 1, name: 'acknowledge', alert: id, expectedVersion: version + 1 })
    expect(await desk.hear((message) => message.id === 1)).toMatchObject({ code: 'conflict' })
    const acknowledge = { type: 'command', name: 'acknowledge', alert: id, expectedVersion: version }
    desk.say({ ...acknowledge, id: 2, idempotencyKey: 'key-1' })
    const done = await desk.hear((message) => message.id === 2)
    expect(done).toMatchObject({ type: 'result', ok: true, alert: { id, acknowledged: true, version: version + 1 } })
    desk.say({ ...acknowledge, id: 3, idempotencyKey: 'key-1' })
    expect(await desk.hear((message) => message.id === 3)).toMatchObject({ ok: true, alert: { version: version + 1 } })
    expect(await desk.hear(({ event }) => event?.type === 'alert.acknowledged')).toMatchObject({
      event: { alert: { id } },
    })

    const comments = `/api/v1/alerts/${id}/comments`
    const key = { 'idempotency-key': 'key-2' }
    for (let i = 0; i < 2; i++) {
      const { status, json } = await ask('POST', comments, { comment: 'wiped up' }, key)
      expect([status, json]).toEqual([200, expect.objectContaining({ version: version + 2 })])
    }
    expect(await ask('POST', comments, { comment: 'late', expectedVersion: version })).toMatchObject({ status: 409 })
    const history = await until(
      () => get<{ alert: object; events: { type: string; comment?: string }[] }>(`/api/v1/alerts/${id}`),
      ({ events }) => events.length === 3,
    )
    expect(history.events.map(({ type, comment }) => [type, comment])).toEqual([
      ['alert.raised', undefined],
      ['alert.acknowledged', undefined],
      ['alert.commented', 'wiped up'],
    ])
    expect(await ask('POST', '/api/v1/alerts/none/acknowledge')).toMatchObject({ status: 404 })
  })
})

describe('limits of the device itself', () => {
  it('are followed when the device is changed', async () => {
    const token = await register('oven-9', { attributes: { limit_c: 100 }, place: '平桥街9号' })
    const rule = {
      ...{ id: 'oven-own-limit', title: { zh: '炉温超限', en: 'Oven above its limit' }, category: 'fire' },
      ...{
        kind: 'threshold',
        where: { type: 'oven', metric: 'core_c' },
        above: { attribute: 'limit_c' },
        severity: 'minor',
      },
    }
    expect((await ask('POST', '/api/v1/rules', rule)).status).toBe(201)
    const alerts = async (state: string) =>
      (await get<{ items: { limit?: number }[] }>(`/api/v1/alerts?rule=oven-own-limit&state=${state}`)).items
    const change = (attributes: object) => ask('PATCH', '/api/v1/devices/oven-9', { attributes })

    await publish('oven-9', token, [{ at: Date.now() - 2000, values: { core_c: 90 } }])
    expect(await change({ limit_c: 80, baked: 'bread' })).toMatchObject({
      status: 200,
      json: { attributes: { limit_c: 80, baked: 'bread' } },
    })
    await publish('oven-9', token, [{ at: Date.now() - 1000, values: { core_c: 91 } }])
    const active = await until(
      () => alerts('active'),
      (items) => items.length > 0,
    )
    expect(active).toMatchObject([{ value: 91, limit: 80 }])

    expect((await change({ limit_c: 120 })).status).toBe(200)
    await publish('oven-9', token, [{ at: Date.now(), values: { core_c: 92 } }])
    const cleared = await until(
      () => alerts('cleared'),
      (items) => items.length > 0,
    )
    expect(cleared).toHaveLength(1)
    expect((await change({ limit_c: [1] })).status).toBe(400)
  })
})
