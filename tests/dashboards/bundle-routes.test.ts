import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { BundleDesk, BundleRequest } from '../../core/bundle-desk.ts'
import { AppError } from '../../core/errors.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { ADMIN, createMemoryPorts, OPERATOR, VIEWER, WITNESS } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)

let asked: BundleRequest[]
let released: number
let take: BundleDesk['take']
let api: FastifyInstance
beforeEach(async () => {
  asked = []
  released = 0
  take = async (request) => {
    asked.push(request)
    return { name: 'huying-alert-a-1.zip', zip: pieces(), release: () => void released++ }
  }
  const bundles: BundleDesk = { take: (request) => take(request) }
  api = await createApi({ ...createMemoryPorts({ nowMs: () => NOW }), bundles })
})
afterEach(() => api.close())

async function* pieces() {
  yield Buffer.from('PK')
  yield Buffer.from('…')
}

const ask = (path: string, token = OPERATOR) =>
  api.inject({ url: `/api/v1/${path}`, headers: { authorization: `Bearer ${token}` } })

it('sends the zip as it is made, and lets go of it afterwards', async () => {
  const answer = await ask('alerts/a-1/bundle?reason=an%20inquiry&before=60&after=0')

  expect(answer.body).toBe('PK…')
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="huying-alert-a-1.zip"',
    'cache-control': 'private, no-store',
  })
  expect(asked).toEqual([
    {
      ...{ about: { kind: 'alert', id: 'a-1' }, by: 'operate', reason: 'an inquiry' },
      ...{ originals: false, beforeS: 60, afterS: 0 },
    },
  ])
  await vi.waitFor(() => expect(released).toBe(1))
})

it('gives bundles of findings too', async () => {
  await ask('findings/f10-0/bundle?reason=x')

  expect(asked.map(({ about }) => about)).toEqual([{ kind: 'finding', id: 'f10-0' }])
})

it('is for those who may operate; originals only for those who may see them', async () => {
  expect((await ask('alerts/a-1/bundle?reason=x', VIEWER)).statusCode).toBe(403)
  expect((await ask('alerts/a-1/bundle?reason=x', WITNESS)).statusCode).toBe(403)
  const refused = await ask('alerts/a-1/bundle?reason=x&originals=true')
  expect([refused.statusCode, refused.json().error.details]).toEqual([403, { needs: 'originals' }])
  expect(asked).toEqual([])

  expect((await ask('alerts/a-1/bundle?reason=x&originals=true', ADMIN)).statusCode).toBe(200)
  expect(asked).toMatchObject([{ by: 'admin', originals: true }])
})

it('says what is wrong', async () => {
  take = async () => {
    throw new AppError('not_found', 'no such alert')
  }
  expect((await ask('alerts/a-1/bundle?reason=x')).json().error.code).toBe('not_found')
  expect((await ask('alerts/a-1/bundle?before=-1')).json().error.code).toBe('bad_request')
  expect((await ask('alerts/a-1/bundle?unknown=1')).json().error.code).toBe('bad_request')
})
