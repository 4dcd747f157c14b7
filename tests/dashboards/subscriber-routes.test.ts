import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { ADMIN, createMemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const removed: string[] = []
let api: FastifyInstance

beforeEach(async () => {
  removed.length = 0
  const desk = {
    name: '指挥中心',
    connected: 1,
    acknowledged: 40,
    lag: 2,
    lagS: 1.5,
    filters: [{ grid: 'g' }],
    seenMs: NOW,
  }
  api = await createApi({
    ...createMemoryPorts({ nowMs: () => NOW }),
    subscribers: {
      list: () => [desk, { name: 'old', connected: 0, acknowledged: 0, lag: 42, lagS: null, filters: [] }],
      remove: async (name, by) => {
        if (name === desk.name) throw new AppError('conflict', 'the subscriber is connected', { subscriber: name })
        removed.push(`${name} by ${by}`)
      },
    },
  })
})
afterEach(() => api.close())

const call = (method: 'GET' | 'DELETE', url: string, token: string) =>
  api.inject({ method, url, headers: { authorization: `Bearer ${token}` } })

it('subscribers are listed with how far they are behind', async () => {
  const answer = await call('GET', '/api/v1/subscribers', VIEWER)
  expect(answer.json()).toEqual({
    items: [
      {
        ...{ name: '指挥中心', connected: 1, acknowledged: '40', lag: 2, lagS: 1.5, filters: [{ grid: 'g' }] },
        seenAt: '2026-11-22T09:30:00.000Z',
      },
      { name: 'old', connected: 0, acknowledged: '0', lag: 42, lagS: null, filters: [] },
    ],
  })
})

it('a subscriber is forgotten by an admin, in whose name that is written down, unless it is connected', async () => {
  expect((await call('DELETE', '/api/v1/subscribers/old', OPERATOR)).statusCode).toBe(403)
  expect((await call('DELETE', '/api/v1/subscribers/old', ADMIN)).statusCode).toBe(204)
  const busy = await call('DELETE', `/api/v1/subscribers/${encodeURIComponent('指挥中心')}`, ADMIN)
  expect([busy.statusCode, busy.json().error.code]).toEqual([409, 'conflict'])
  expect(removed).toEqual(['old by admin'])
})
