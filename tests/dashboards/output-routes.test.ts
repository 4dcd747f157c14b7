import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CapFeed } from '../../core/cap-feed.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { ADMIN, createMemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const now = '2026-11-22T09:30:00.000Z'
let api: FastifyInstance
beforeEach(async () => {
  api = await createApi(createMemoryPorts({ nowMs: () => NOW }))
})
afterEach(() => api.close())

const call = (method: 'GET' | 'POST', path: string, token = ADMIN, body?: object) =>
  api.inject({
    ...{ method, url: `/api/v1/outputs${path}`, headers: { authorization: `Bearer ${token}` } },
    ...(body && { payload: body }),
  })

it('lists outputs and how they are doing', async () => {
  const answer = await call('GET', '', VIEWER)

  expect(answer.json().items).toMatchObject([
    { name: 'siren', kind: 'mqtt', lag: 2, delivered: 5, deadLetters: 0, lastDeliveredAt: now },
    { name: 'platform', deadLetters: 2, failing: { since: now, code: 'delivery_failed' } },
  ])
})

it('lists dead letters', async () => {
  const answer = await call('GET', '/platform/dead-letters', VIEWER)

  expect(answer.json().items[0]).toEqual({
    ...{ id: 'memory-9', seq: 9, alert: 'alert-9', type: 'alert.raised', at: now, attempts: 3 },
    ...{ code: 'delivery_refused', reason: 'platform.example answered 410' },
  })
})

it('has dead letters tried again, some or all, by who may operate', async () => {
  expect((await call('POST', '/platform/dead-letters/replay', VIEWER, {})).statusCode).toBe(403)

  const some = await call('POST', '/platform/dead-letters/replay', OPERATOR, { ids: ['memory-9'] })
  expect([some.statusCode, some.json()]).toEqual([202, { replaying: 1 }])
  const all = await call('POST', '/platform/dead-letters/replay', OPERATOR, {})
  expect(all.json()).toEqual({ replaying: 2 })
  const { items } = (await call('GET', '/platform/dead-letters')).json()
  expect(items).toMatchObject([{ replaying: true }, { replaying: true }])
})

it('tries an output and tells what it said', async () => {
  expect((await call('POST', '/siren/test', VIEWER)).statusCode).toBe(403)
  expect((await call('POST', '/siren/test', OPERATOR)).json()).toEqual({ delivered: true })
  const failed = await call('POST', '/platform/test', OPERATOR)
  expect([failed.statusCode, failed.json().error.code]).toEqual([502, 'delivery_failed'])
})

it('knows only what is configured', async () => {
  for (const answer of [
    await call('GET', '/horn/dead-letters'),
    await call('POST', '/horn/test'),
    await call('POST', '/horn/dead-letters/replay', ADMIN, {}),
    await call('POST', '/platform/dead-letters/replay', ADMIN, { ids: ['memory-9', 'x'] }),
  ])
    expect(answer.statusCode).toBe(404)
})

it('gives the CAP feed and its documents, where there is one', async () => {
  const get = (from: FastifyInstance, path: string, token = VIEWER) =>
    from.inject({ url: `/api/v1/cap/${path}`, headers: { authorization: `Bearer ${token}`, host: 'huying.example' } })
  expect((await get(api, 'feed.atom')).statusCode).toBe(404)

  const capFeed: CapFeed = {
    atom: (base) => `<feed>${base}</feed>`,
    message: async (id) => (id === 'ledger-1' ? '<alert/>' : null),
  }
  const withFeed = await createApi({ ...createMemoryPorts({ nowMs: () => NOW }), capFeed })
  const answers = await Promise.all(['feed.atom', 'feed.xml', 'ledger-1.xml'].map((path) => get(withFeed, path)))
  expect(answers.map((answer) => [answer.headers['content-type'], answer.body])).toEqual([
    ['application/atom+xml; charset=utf-8', '<feed>http://huying.example</feed>'],
    ['application/atom+xml; charset=utf-8', '<feed>http://huying.example</feed>'],
    ['application/cap+xml; charset=utf-8', '<alert/>'],
  ])
  expect((await get(withFeed, 'ledger-2.xml')).statusCode).toBe(404)
  expect((await get(withFeed, 'feed.atom', 'wrong')).statusCode).toBe(401)
  await withFeed.close()
})
