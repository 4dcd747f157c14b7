import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { FlightNews } from '../../core/observation.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { createMediaBook, type MediaBook } from '../../ingest/media/media-book.ts'
import { createPilotDesk } from '../../ingest/media/pilot-desk.ts'
import { createRefusals } from '../../ingest/refusals.ts'
import { STORAGE } from '../ingest/dji/dji-rig.ts'
import { ADMIN, createMemoryPorts, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const MEDIA = '/media/api/v1/workspaces/w-1'
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])

let book: MediaBook
let news: FlightNews[]
let api: FastifyInstance
let storage: typeof STORAGE | null

beforeEach(async () => {
  const clock = { nowMs: () => NOW }
  const ports = createMemoryPorts(clock)
  ports.addDevice({ id: 'RC-1', type: 'remote' })
  ports.addDevice({ id: 'DRONE-1', type: 'drone', gateway: 'RC-1' })
  ports.addDevice({ id: 'DRONE-2', type: 'drone' })
  book = createMediaBook()
  news = []
  storage = STORAGE
  const media = () =>
    createPilotDesk({
      ...{ book, registry: ports.registry, refusals: createRefusals({ clock }), clock, zone: 'Asia/Shanghai', storage },
      futureMs: 86_400_000,
      submit(arrival, done) {
        if (arrival.kind === 'flight') {
          news.push(arrival)
          book.observe(arrival)
        }
        done(null)
      },
    })
  const desk = media()
  api = await createApi({ ...ports, media: { ...desk, storageFor: (device) => media().storageFor(device) } })
})
afterEach(() => api.close())

async function post(path: string, body: object, token: string | null = 'RC-1:token-of-RC-1') {
  const headers = token === null ? {} : { 'x-auth-token': token }
  const response = await api.inject({ method: 'POST', url: path, headers, payload: body })
  return { status: response.statusCode, body: response.json() as { code: number; message: string; data: object } }
}

const CALLBACK = {
  result: 0,
  ext: { sn: 'DRONE-1', tinny_fingerprint: 'tiny', is_original: true },
  fingerprint: 'fp-1',
  metadata: { created_time: '2026-11-22 15:04:20', gimbal_yaw_degree: 12.5, shoot_position: { lat: 29.9, lng: 121.5 } },
  ...{ name: 'DJI_1.JPG', object_key: 'patrol/RC-1/DJI_1.JPG', path: 'x', sub_file_type: 0 },
}

describe('DJI Pilot 2', () => {
  it('tells of an uploaded picture, which is promised then', async () => {
    const answer = await post(`${MEDIA}/upload-callback`, CALLBACK)

    expect(answer).toEqual({
      status: 200,
      body: { code: 0, message: 'success', data: { object_key: 'patrol/RC-1/DJI_1.JPG' } },
    })
    expect(news).toMatchObject([
      {
        deviceId: 'DRONE-1',
        flightId: 'DRONE-1-2026-11-22',
        told: { what: 'media_promised', object: 'patrol/RC-1/DJI_1.JPG', takenMs: Date.UTC(2026, 10, 22, 7, 4, 20) },
      },
    ])
  })

  it('asks whether a file is here already: only once it was delivered', async () => {
    const ask = () => post(`${MEDIA}/fast-upload`, { fingerprint: 'fp-1', name: 'DJI_1.JPG', ext: { sn: 'DRONE-1' } })
    const before = await ask()
    await post(`${MEDIA}/upload-callback`, CALLBACK)
    const promised = await ask()
    const told = { what: 'media_delivered', object: CALLBACK.object_key, frameId: 'x' } as const
    book.observe({ kind: 'flight', deviceId: 'DRONE-1', flightId: 'f', atMs: NOW, told })
    const delivered = await ask()

    expect([before, promised, delivered].map(({ status, body }) => [status, body.code])).toEqual([
      [200, -1],
      [200, -1],
      [200, 0],
    ])
    expect(delivered.body.data).toEqual({ object_key: CALLBACK.object_key })
  })

  it('asks where to upload to', async () => {
    const { body } = await post('/storage/api/v1/workspaces/w-1/sts', {})
    expect(body).toMatchObject({
      code: 0,
      data: { bucket: 'river', object_key_prefix: 'patrol/RC-1', credentials: { access_key_id: 'dock', expire: 3600 } },
    })
    storage = null
    expect(await post('/storage/api/v1/workspaces/w-1/sts', {})).toMatchObject({ status: 404, body: { code: 404 } })
  })

  test.each([
    ['no token', null, CALLBACK, 401],
    ['a wrong token', 'RC-1:guess', CALLBACK, 401],
    ['a viewer', VIEWER, CALLBACK, 403],
    ['an admin speaks for any drone', ADMIN, { ...CALLBACK, ext: { sn: 'DRONE-2' } }, 200],
    [
      'a remote controller for the drone of another',
      'RC-1:token-of-RC-1',
      { ...CALLBACK, ext: { sn: 'DRONE-2' } },
      403,
    ],
    [
      'a callback without a drone is of the one that the remote controller has',
      'RC-1:token-of-RC-1',
      { ...CALLBACK, ext: {} },
      200,
    ],
    ['a callback without a key', ADMIN, { ...CALLBACK, object_key: 7 }, 400],
    ['an upload that failed', ADMIN, { ...CALLBACK, result: 1 }, 400],
    ['a drone that nobody registered', ADMIN, { ...CALLBACK, ext: { sn: 'NOBODY' } }, 404],
  ])('%s', async (_what, token, body, status) => {
    const answer = await post(`${MEDIA}/upload-callback`, body, token)
    expect([answer.status, answer.body.code]).toEqual([status, status === 200 ? 0 : status])
  })

  it('is answered in its own words when a body is wrong', async () => {
    expect(await post(`${MEDIA}/fast-upload`, { fingerprint: 7 })).toMatchObject({ status: 400, body: { code: 400 } })
  })
})

describe('over our own API', () => {
  const basic = (id: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:token-of-${id}`).toString('base64')}`,
  })

  it('a frame may name its flight, in the address or in the form', async () => {
    const send = (url: string) =>
      api.inject({
        ...{ method: 'POST', url, payload: JPEG },
        headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'image/jpeg' },
      })

    expect((await send('/api/v1/frames?device=DRONE-1&flight=f-1')).statusCode).toBe(202)
    expect((await send('/api/v1/frames?device=DRONE-1&flight=a%20b')).statusCode).toBe(400)
  })

  it('a drone says of its flight what a dock would', async () => {
    const say = (body: object, query = '', headers: object = basic('DRONE-1')) =>
      api.inject({ method: 'POST', url: `/api/v1/flights/f-1/news${query}`, payload: body, headers: { ...headers } })

    expect((await say({ what: 'began', plan: 'wenjin' })).json()).toEqual({ flightId: 'f-1' })
    expect((await say({ what: 'ended', status: 'ok' }, '?device=DRONE-2')).statusCode).toBe(403)
    expect((await say({ what: 'ended', status: 'ok' }, '', { authorization: `Bearer ${ADMIN}` })).statusCode).toBe(400)
    expect((await say({ what: 'began' }, '?device=DRONE-2', { authorization: `Bearer ${VIEWER}` })).statusCode).toBe(
      403,
    )
  })
})
