import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import { alertOf } from './alert-of.ts'
import { ADMIN, createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])

let ports: MemoryPorts
let api: FastifyInstance

beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  ports.addDevice({ id: 'SN-1', name: '一号烟感', place: '东园路45号', position: { lat: 31.3, lon: 120.6 } })
  api = await createApi(ports)
})
afterEach(() => api.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (id: string, token: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
})
async function call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, options: InjectOptions = {}) {
  const response = await api.inject({ method, url, headers: bearer(ADMIN), ...options })
  const isJson = String(response.headers['content-type']).includes('json')
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: isJson ? response.json() : null,
  }
}

describe('who may do what', () => {
  test.each([
    ['no token', {}, 'GET', '/api/v1/devices', 401],
    ['a wrong token', bearer('guess'), 'GET', '/api/v1/devices', 401],
    ['a viewer reads', bearer(VIEWER), 'GET', '/api/v1/devices', 200],
    ['a viewer may not acknowledge', bearer(VIEWER), 'POST', '/api/v1/alerts/A-1/acknowledge', 403],
    ['an operator may not register devices', bearer(OPERATOR), 'POST', '/api/v1/devices', 403],
    ['a device may not read', basic('SN-1', 'token-of-SN-1'), 'GET', '/api/v1/readings', 403],
    ['a device with a wrong token', basic('SN-1', 'guess'), 'POST', '/api/v1/frames', 401],
    ['an unknown path says nothing to strangers', {}, 'GET', '/api/v1/nothing', 401],
    ['an unknown path', bearer(VIEWER), 'GET', '/api/v1/nothing', 404],
  ] as const)('%s', async (_, headers, method, url, status) => {
    expect((await call(method, url, { headers })).status).toBe(status)
  })

  it('lets the browser of this machine in without a token when the service says so, but no foreign page', async () => {
    const demo = await createApi(createMemoryPorts({ nowMs: () => NOW, demo: true }))
    const ask = (headers: Record<string, string>) => demo.inject({ url: '/api/v1/session', headers })

    const own = await ask({ host: 'localhost:8080', origin: 'http://localhost:8080' })
    const foreign = await ask({ host: 'localhost:8080', origin: 'http://evil.example' })
    const proxied = await ask({ host: 'localhost:8080', 'x-forwarded-for': '203.0.113.9' })
    await demo.close()

    expect(own.json()).toMatchObject({ name: 'local', rights: 'admin', timeZone: 'Asia/Shanghai' })
    expect([foreign.statusCode, proxied.statusCode]).toEqual([401, 401])
  })
})

describe('devices', () => {
  it('registers a device and shows its token once', async () => {
    const payload = { id: 'SN-2', type: 'smoke-detector', position: { lat: 31.3, lon: 120.6 } }

    const made = await call('POST', '/api/v1/devices', { payload })
    const read = await call('GET', '/api/v1/devices/SN-2')

    expect(made).toMatchObject({ status: 201, body: { id: 'SN-2', token: 'token-of-SN-2' } })
    expect(read.body).toEqual({
      ...payload,
      registeredAt: '2026-11-22T09:30:00.000Z',
      ...{ online: true, presence: 'online' },
      lastSeenAt: '2026-11-22T09:30:00.000Z',
      latest: [],
    })
    expect(read.text).not.toContain('secret')
  })

  it('says that an id is taken', async () => {
    const answer = await call('POST', '/api/v1/devices', { payload: { id: 'SN-1', type: 'drone' } })
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
  })

  it('names every fault of a bad body at once', async () => {
    const payload = { id: '../etc', position: { lat: 95, lon: 0 }, colour: 'red' }
    const { status, body } = await call('POST', '/api/v1/devices', { payload })
    expect(status).toBe(400)
    expect(body.error.details.faults).toMatchInlineSnapshot(`
      [
        "unknown key colour",
        "missing key type",
        "id must match pattern "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"",
        "position/lat must be <= 90",
      ]
    `)
  })

  it('does not take text for a number', async () => {
    const payload = { id: 'SN-3', type: 'drone', reportEveryS: '10' }
    expect((await call('POST', '/api/v1/devices', { payload })).status).toBe(400)
  })

  it('takes a gateway and attributes, and says which of them are not acceptable', async () => {
    const payload = { id: 'SN-4', type: 'drone', gateway: 'GW-1', attributes: { storeys: 3, line: '3', listed: true } }
    expect((await call('POST', '/api/v1/devices', { payload })).status).toBe(201)
    expect((await call('GET', '/api/v1/devices/SN-4')).body).toMatchObject(payload)

    const bad = { id: 'SN-5', type: 'drone', attributes: { 'a b': 1, storeys: [3] } }
    const { status, body } = await call('POST', '/api/v1/devices', { payload: bad })
    expect(status).toBe(400)
    expect(body.error.details.faults.join()).toMatch(/attributes/)
  })

  it('changes what is named, takes away what is null, and leaves the rest', async () => {
    const change = (payload: object, headers = bearer(ADMIN)) =>
      call('PATCH', '/api/v1/devices/SN-1', { payload, headers })
    await change({ attributes: { storeys: 3, line: '3' }, reportEveryS: 60 })
    const { status, body } = await change({ place: null, name: '烟感', attributes: { line: null, listed: true } })

    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 'SN-1', name: '烟感', reportEveryS: 60 })
    expect(body.attributes).toEqual({ storeys: 3, listed: true })
    expect(body).not.toHaveProperty('place')
    expect((await change({})).status).toBe(400)
    expect((await change({ id: 'SN-9' })).status).toBe(400)
    expect((await change({ type: null })).status).toBe(400)
    expect((await change({ name: 'x' }, bearer(OPERATOR))).status).toBe(403)
    expect((await call('PATCH', '/api/v1/devices/nobody', { payload: { name: 'x' } })).status).toBe(404)
  })

  it('replaces a token', async () => {
    expect((await call('POST', '/api/v1/devices/SN-1/token')).body).toEqual({ id: 'SN-1', token: 'new-token-of-SN-1' })
  })
})

describe('readings', () => {
  const row = (minute: number) => {
    const atMs = Date.UTC(2026, 10, 22, 9, minute)
    return { device: 'SN-1', metric: 'smoke_dbm', atMs, value: minute / 100, arrivalMs: atMs + 50 }
  }
  beforeEach(() => ports.addReadings([row(1), row(2), row(3)]))

  it('pages, from inclusive, to exclusive, in ISO time or epoch ms', async () => {
    const to = Date.UTC(2026, 10, 22, 9, 3)
    const first = await call('GET', `/api/v1/readings?device=SN-1&from=2026-11-22T17:01:00%2B08:00&to=${to}&limit=1`)
    const second = await call('GET', `/api/v1/readings?to=${to}&limit=1&cursor=${first.body.nextCursor}`)

    expect(first.body.items).toEqual([
      {
        device: 'SN-1',
        metric: 'smoke_dbm',
        at: '2026-11-22T09:01:00.000Z',
        value: 0.01,
        arrivedAt: '2026-11-22T09:01:00.050Z',
      },
    ])
    expect(second.body).toMatchObject({ items: [{ value: 0.02 }] })
    expect(second.body).not.toHaveProperty('nextCursor')
  })

  it('counts', async () => {
    expect((await call('GET', '/api/v1/readings?metric=smoke_dbm&count=true')).body).toEqual({ count: 3 })
  })

  test.each([
    ['/api/v1/readings?devcie=SN-1', 'querystring: unknown key devcie'],
    ['/api/v1/readings?limit=0', 'querystring: limit must be >= 1'],
    ['/api/v1/readings?from=yesterday', 'from is neither ISO 8601 nor ms since the epoch'],
    ['/api/v1/readings?from=20&to=10', 'from lies after to'],
    ['/api/v1/alerts?state=open', 'querystring: state must be equal to one of the allowed values: active, cleared'],
  ])('%s is refused', async (url, message) => {
    expect(await call('GET', url)).toMatchObject({ status: 400, body: { error: { code: 'bad_request', message } } })
  })

  it('says when the database is away, and that trying again helps', async () => {
    ports.takeDatabaseAway(true)
    const answer = await call('GET', '/api/v1/readings')
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'database_unavailable' } } })
    expect(answer.headers['retry-after']).toBe('2')
  })
})

describe('silences', () => {
  const match = { category: 'device', place: '东园*' }
  const payload = { match, from: '2026-11-22T10:00:00Z', to: '2026-11-22T12:00:00Z', reason: '停电检修' }

  it('are planned, listed, changed and ended', async () => {
    const made = await call('POST', '/api/v1/silences', { headers: bearer(OPERATOR), payload })
    const url = `/api/v1/silences/${made.body.id}`
    const view = { match, from: '2026-11-22T10:00:00.000Z', reason: '停电检修', by: 'operate' }
    expect(made).toMatchObject({ status: 201, body: { ...view, to: '2026-11-22T12:00:00.000Z' } })

    const { from: _, ...later } = { ...payload, to: '2026-11-22T13:00:00Z' }
    const changed = await call('PUT', url, { headers: bearer(OPERATOR), payload: later })
    expect(changed.body).toMatchObject({ ...view, to: '2026-11-22T13:00:00.000Z' })
    expect((await call('GET', '/api/v1/silences')).body.items).toEqual([changed.body])
    expect((await call('GET', url)).body).toEqual(changed.body)

    expect((await call('DELETE', url)).status).toBe(200)
    expect((await call('GET', '/api/v1/silences')).body.items).toEqual([])
    expect((await call('DELETE', url)).status).toBe(404)
    expect((await call('PUT', url, { payload })).status).toBe(404)
  })

  it('are made once per idempotency key', async () => {
    const headers = { ...bearer(OPERATOR), 'idempotency-key': 'k1' }
    const first = await call('POST', '/api/v1/silences', { headers, payload })
    const again = await call('POST', '/api/v1/silences', { headers, payload })
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } })
    expect((await call('GET', '/api/v1/silences')).body.items).toHaveLength(1)
  })

  test.each([
    ['no matcher', { match: {} }, 400],
    ['a matcher that is not known', { match: { street: 'x' } }, 400],
    ['no reason', { reason: ' ' }, 400],
    ['an end before the beginning', { to: '2026-11-22T09:59:00Z' }, 400],
  ])('with %s are refused', async (_, over, status) => {
    expect((await call('POST', '/api/v1/silences', { payload: { ...payload, ...over } })).status).toBe(status)
  })

  it('are not for viewers', async () => {
    expect((await call('POST', '/api/v1/silences', { headers: bearer(VIEWER), payload })).status).toBe(403)
  })
})

describe('devices out of service', () => {
  const payload = { until: '2026-11-22T12:00:00Z', reason: '标定' }

  it('are taken out, listed and put back', async () => {
    const url = '/api/v1/out-of-service/SN-1'
    const taken = await call('PUT', url, { headers: bearer(OPERATOR), payload })
    const view = { device: 'SN-1', until: '2026-11-22T12:00:00.000Z', reason: '标定', by: 'operate' }
    expect(taken).toMatchObject({ status: 200, body: view })
    expect((await call('GET', '/api/v1/out-of-service')).body.items).toEqual([taken.body])
    expect((await call('DELETE', url)).status).toBe(200)
    expect((await call('DELETE', url)).status).toBe(404)
    expect((await call('PUT', '/api/v1/out-of-service/nobody', { payload })).status).toBe(404)
  })
})

describe('alerts', () => {
  beforeEach(() => ports.change(alertOf({ id: 'A-1' })))

  it('lists the open ones while the database is away', async () => {
    ports.takeDatabaseAway(true)
    const open = await call('GET', '/api/v1/alerts?open=true&device=SN-1')
    const stored = await call('GET', '/api/v1/alerts')
    expect(open.body.items).toMatchObject([{ id: 'A-1', level: 1, value: 0.25, limit: 0.1, unit: 'dB/m' }])
    expect(stored.status).toBe(503)
  })

  it('acknowledges the version that was seen, once per idempotency key', async () => {
    const headers = { ...bearer(OPERATOR), 'idempotency-key': 'k1' }
    const url = '/api/v1/alerts/A-1/acknowledge'

    const done = await call('POST', url, { headers, payload: { expectedVersion: 1, comment: '已派人' } })
    const again = await call('POST', url, { headers })
    const stale = await call('POST', url, { headers: bearer(OPERATOR), payload: { expectedVersion: 1 } })

    expect(done).toMatchObject({ status: 200, body: { acknowledged: true, acknowledgedBy: 'operate', version: 2 } })
    expect(again.body.version).toBe(2)
    expect(stale).toMatchObject({ status: 409, body: { error: { code: 'conflict', details: { version: 2 } } } })
    expect(ports.commands).toHaveLength(1)
  })

  it('shelves until a time, with a reason, and takes the shelf away', async () => {
    const payload = { until: '2026-11-22T17:00:00+08:00', once: true, comment: '检修' }
    await call('POST', '/api/v1/alerts/A-1/shelve', { payload })
    await call('POST', '/api/v1/alerts/A-1/unshelve')
    const untilMs = Date.UTC(2026, 10, 22, 9)
    expect(ports.commands).toEqual([
      { type: 'shelve', alertId: 'A-1', untilMs, once: true, comment: '检修' },
      { type: 'unshelve', alertId: 'A-1' },
    ])
    const bad = await call('POST', '/api/v1/alerts/A-1/shelve', { payload: { until: 'tomorrow' } })
    expect(bad.status).toBe(400)
  })

  it('takes what people do about it: a mark as false alarm, an assignment, a hand-over, and back', async () => {
    const post = (path: string, payload?: object, headers: Record<string, string> = bearer(OPERATOR)) =>
      call('POST', `/api/v1/alerts/A-1/${path}`, { headers, ...(payload && { payload }) })
    await post('false-alarm', { reason: 'weather', comment: '大风' }, { ...bearer(OPERATOR), 'idempotency-key': 'k' })
    await post('assign', { to: { department: '消防救援站' } })
    await post('assign', { to: null })
    await post('hand-over', { external: { system: '12345', number: '2026-1187' } })
    await post('reopen')
    expect(ports.commands).toEqual([
      { type: 'false_alarm', alertId: 'A-1', reason: 'weather', comment: '大风', idempotencyKey: 'k' },
      { type: 'assign', alertId: 'A-1', to: { department: '消防救援站' } },
      { type: 'assign', alertId: 'A-1', to: null },
      { type: 'hand_over', alertId: 'A-1', external: { system: '12345', number: '2026-1187' } },
      { type: 'reopen', alertId: 'A-1' },
    ])
    for (const [path, payload] of [
      ['false-alarm', { reason: 'boredom' }],
      ['false-alarm', {}],
      ['assign', {}],
      ['assign', { to: {} }],
      ['assign', { to: { team: 'x' } }],
      ['hand-over', { external: { system: '12345' } }],
      ['reopen', { reason: 'weather' }],
    ] as const)
      expect([path, payload, (await post(path, payload)).status]).toEqual([path, payload, 400])
    expect((await post('reopen', undefined, bearer(VIEWER))).status).toBe(403)
  })

  it('shows what people did about it, area and department', async () => {
    const said = { by: '王', atMs: Date.UTC(2026, 10, 22, 9) }
    const area = { community: '上塘社区', grid: '上塘社区第1网格' }
    ports.change(
      alertOf({
        ...{ id: 'A-3', area, department: '消防救援站', assigned: { to: { person: '李' }, ...said } },
        ...{ falseAlarm: { reason: 'weather', ...said }, handedOver: { system: '12345', number: '7', ...said } },
      }),
    )
    const at = '2026-11-22T09:00:00.000Z'
    expect((await call('GET', '/api/v1/alerts/A-3')).body.alert).toMatchObject({
      ...{ area, department: '消防救援站', assigned: { to: { person: '李' }, by: '王', at } },
      ...{
        falseAlarm: { reason: 'weather', by: '王', at },
        handedOver: { system: '12345', number: '7', by: '王', at },
      },
    })
  })

  it('shows why an alert is not pushed, and lists by that', async () => {
    const sinceMs = Date.UTC(2026, 10, 22, 9)
    const quiet = { gate: 'inhibition', by: 'fire-in-place', cause: 'A-1', sinceMs, untold: true } as const
    ports.change(alertOf({ id: 'A-2', quiet, announced: false, lifeSafety: true, ruleVersion: 'v1' }))
    const idsBy = async (by: string) =>
      (await call('GET', `/api/v1/alerts?open=true&quiet=${by}`)).body.items.map(({ id }: { id: string }) => id)

    expect((await call('GET', '/api/v1/alerts/A-2')).body.alert).toMatchObject({
      quiet: { gate: 'inhibition', by: 'fire-in-place', cause: 'A-1', since: '2026-11-22T09:00:00.000Z' },
      announced: false,
      lifeSafety: true,
      ruleVersion: 'v1',
    })
    expect(await idsBy('true')).toEqual(['A-2'])
    expect(await idsBy('false')).toEqual(['A-1'])
    expect(await idsBy('inhibition')).toEqual(['A-2'])
    expect(await idsBy('shelf')).toEqual([])
    expect((await call('GET', '/api/v1/alerts?quiet=perhaps')).status).toBe(400)
  })

  it('tells the whole story of one alert', async () => {
    await call('POST', '/api/v1/alerts/A-1/comments', { payload: { comment: '现场无明火' } })
    const { body } = await call('GET', '/api/v1/alerts/A-1')
    expect(body).toMatchObject({ complete: true, alert: { version: 2 } })
    expect(body.events).toMatchObject([
      { type: 'alert.raised', version: 1 },
      { type: 'alert.commented', version: 2, by: 'admin', comment: '现场无明火' },
    ])
  })

  it('shows an open alert without its story while the database is away', async () => {
    ports.takeDatabaseAway(true)
    expect((await call('GET', '/api/v1/alerts/A-1')).body).toMatchObject({ events: [], complete: false })
  })

  it('refuses an empty comment', async () => {
    expect((await call('POST', '/api/v1/alerts/A-1/comments', { payload: { comment: ' ' } })).status).toBe(400)
  })
})

describe('frames', () => {
  const sent = (headers: Record<string, string>, payload: Buffer = JPEG) => ({
    headers: { 'content-type': 'image/jpeg', ...headers },
    payload,
  })
  const form = (device: string | null, payload = JPEG) => {
    const field = device === null ? '' : `--x\r\ncontent-disposition: form-data; name="device"\r\n\r\n${device}\r\n`
    const file =
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'
    return {
      headers: { ...bearer(ADMIN), 'content-type': 'multipart/form-data; boundary=x' },
      payload: Buffer.concat([Buffer.from(`${field}${file}`), payload, Buffer.from('\r\n--x--\r\n')]),
    }
  }

  it('takes a JPEG as the body and answers for it at once', async () => {
    ports.takeDatabaseAway(true)
    const posted = await call('POST', '/api/v1/frames?device=SN-1', sent(bearer(ADMIN)))
    const read = await call('GET', `/api/v1/frames/${posted.body.frameId}`)
    const image = await call('GET', `/api/v1/frames/${posted.body.frameId}/image`)

    expect(posted).toMatchObject({ status: 202, body: { frameId: 'SN-1-1' } })
    expect(read.body).toMatchObject({ state: 'queued', device: 'SN-1', detections: [], at: '2026-11-22T09:30:00.000Z' })
    expect(image).toMatchObject({ status: 409, body: { error: { code: 'not_analysed' } } })
  })

  it('takes a form with the device as a field', async () => {
    expect(await call('POST', '/api/v1/frames', form('SN-1'))).toMatchObject({
      status: 202,
      body: { frameId: 'SN-1-1' },
    })
  })

  it('takes frames of a device that speaks for itself, and of no other', async () => {
    ports.addDevice({ id: 'SN-2' })
    const own = await call('POST', '/api/v1/frames', sent(basic('SN-1', 'token-of-SN-1')))
    const other = await call('POST', '/api/v1/frames?device=SN-2', sent(basic('SN-1', 'token-of-SN-1')))
    expect([own.status, other.status]).toEqual([202, 403])
  })

  test.each([
    ['what is no JPEG', () => sent(bearer(ADMIN), Buffer.from('GIF89a')), '?device=SN-1', 415, 'not_a_jpeg'],
    ['an unknown device', () => sent(bearer(ADMIN)), '?device=SN-404', 404, 'unknown_device'],
    [
      'a body that is too large',
      () => sent(bearer(ADMIN), Buffer.alloc(1024 * 1024 + 1)),
      '?device=SN-1',
      413,
      undefined,
    ],
    ['a file that is too large', () => form('SN-1', Buffer.alloc(1024 * 1024 + 1)), '', 413, undefined],
    ['a frame of nobody', () => form(null), '', 400, undefined],
    [
      'another type of body',
      () => sent({ ...bearer(ADMIN), 'content-type': 'text/plain' }),
      '?device=SN-1',
      415,
      undefined,
    ],
  ])('refuses %s', async (_, options, query, status, reason) => {
    const answer = await call('POST', `/api/v1/frames${query}`, options())
    expect(answer.status).toBe(status)
    expect(answer.body.error.details?.reason).toBe(reason)
  })

  it('shows what the model saw, and the picture with boxes', async () => {
    const box: [number, number, number, number] = [10, 20, 30, 40]
    const annotated = Buffer.from([0xff, 0xd8, 9])
    ports.addFrame(
      {
        frameId: 'F-1',
        device: 'SN-1',
        atMs: NOW,
        sha256: '',
        widthPx: 100,
        heightPx: 80,
        pose: { relativeAltitudeM: 80 },
        state: 'analysed',
        model: 'river-v1',
        detections: [{ label: 'debris', score: 0.9, box, position: { lat: 31.3, lon: 120.6 } }],
      },
      JPEG,
      annotated,
    )
    const { body } = await call('GET', '/api/v1/frames/F-1')
    const picture = await api.inject({ url: '/api/v1/frames/F-1/annotated', headers: bearer(VIEWER) })
    const evidence = await api.inject({ url: `/api/v1/evidence/${body.annotatedSha256}`, headers: bearer(VIEWER) })

    expect(body).toMatchObject({ state: 'analysed', model: 'river-v1', pose: { relativeAltitudeM: 80 } })
    expect(body.detections).toEqual([{ label: 'debris', score: 0.9, box, position: { lat: 31.3, lon: 120.6 } }])
    expect(picture.rawPayload).toEqual(annotated)
    expect(evidence.rawPayload).toEqual(annotated)
  })

  it('knows no frame that nobody sent', async () => {
    expect((await call('GET', '/api/v1/frames/F-404')).status).toBe(404)
  })
})

describe('records and refusals', () => {
  it('files a record in the name of the caller and lists it', async () => {
    const filed = await call('POST', '/api/v1/records', { payload: { type: 'lease.signed', address: '平桥街1号' } })
    const listed = await call('GET', '/api/v1/records?type=lease.signed')
    expect(filed).toMatchObject({ status: 202, body: { recordId: 'record-1' } })
    expect(listed.body.items).toMatchObject([{ recordId: 'record-1', source: 'admin', body: { address: '平桥街1号' } }])
  })

  it('says why a record was refused', async () => {
    expect(await call('POST', '/api/v1/records', { payload: { note: 'x' } })).toMatchObject({
      status: 400,
      body: { error: { message: 'type is missing', details: { reason: 'bad_payload' } } },
    })
  })

  it('lists refusals', async () => {
    expect((await call('GET', '/api/v1/refusals')).body.items).toMatchObject([
      { device: '?', reason: 'bad_token', count: 3 },
    ])
  })
})

describe('operating', () => {
  it('is ready, or says why not', async () => {
    const ready = await call('GET', '/readyz', { headers: {} })
    ports.takeDatabaseAway(true)
    const unready = await call('GET', '/readyz', { headers: {} })
    expect(ready).toMatchObject({ status: 200, body: { ready: true, info: { engine: 'pglite' } } })
    expect(unready).toMatchObject({ status: 503, body: { reasons: [{ code: 'database_unavailable' }] } })
  })

  it('prints our metrics and those of the process', async () => {
    const { text } = await call('GET', '/metrics', { headers: {} })
    expect(text).toContain('# TYPE huying_refused_total counter')
    expect(text).toContain('huying_refused_total{reason="too_large"} 5')
    expect(text).toMatch(/^huying_process_cpu_seconds_total /m)
  })

  it('documents every route of the contract, without any request leaving the server', async () => {
    const document = await call('GET', '/docs/json', { headers: {} })
    const page = await call('GET', '/docs', { headers: {} })
    expect(document.body.openapi).toBe('3.1.0')
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/devices',
        '/api/v1/devices/{id}/token',
        '/api/v1/readings',
        '/api/v1/alerts/{id}/acknowledge',
        '/api/v1/frames/{frameId}/annotated',
        '/api/v1/records',
        '/readyz',
      ]),
    )
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/https?:\/\//)
  })

  it('never shows a stranger what broke inside', async () => {
    ports.history.countReadings = () => Promise.reject(new Error('password of the database is hunter2'))
    const answer = await call('GET', '/api/v1/readings?count=true')
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal', message: 'internal error' } } })
    expect(answer.text).not.toContain('hunter2')
  })

  it('allows nothing from elsewhere on its pages', async () => {
    const { headers } = await call('GET', '/healthz', { headers: {} })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })
})
