import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import type { LedgerEntryView } from '../../dashboards/contract.ts'
import { alertOf } from './alert-of.ts'
import { createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)

let ports: MemoryPorts
let api: FastifyInstance
beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  api = await createApi(ports)
})
afterEach(() => api.close())

const ask = (query: string, token = OPERATOR) =>
  api.inject({ url: `/api/v1/ledger/entries${query}`, headers: { authorization: `Bearer ${token}` } })

it('tells who did what and when, newest first, in pages', async () => {
  ports.change(alertOf({ id: 'a-1' }))
  ports.change(alertOf({ id: 'a-1' }), 'alert.acknowledged', 'li', 'on my way')
  ports.change(alertOf({ id: 'a-2' }))

  const first = (await ask('?subject=alert:a-1&limit=1')).json()
  const second = (await ask(`?subject=alert:a-1&limit=1&cursor=${first.nextCursor}`)).json()

  const [newest] = first.items as LedgerEntryView[]
  expect(newest).toMatchObject({
    ...{ seq: 2, type: 'alert.acknowledged', at: '2026-11-22T09:30:00.000Z', by: 'li' },
    entry: { comment: 'on my way', alert: { id: 'a-1' } },
  })
  expect(newest?.leafHash).toMatch(/^[0-9a-f]{64}$/)
  expect(newest?.entry).not.toHaveProperty('record')
  expect(second.items.map(({ seq }: LedgerEntryView) => seq)).toEqual([1])
  expect((await ask('?type=alert.*&by=li')).json().items).toHaveLength(1)
})

it('shows changes of devices and of rights without the digests of tokens', async () => {
  ports.ledger.push(
    {
      type: 'access.changed',
      atMs: NOW,
      access: [{ name: 'li', rights: 'view', tokenSha256: 'a'.repeat(64) }],
    },
    {
      type: 'device.registered',
      atMs: NOW,
      device: { id: 'd-1', type: 'smoke', registeredAtMs: NOW, tokenHash: 'secret' },
    },
  )

  const { items } = (await ask('')).json()

  expect(items.map(({ entry }: LedgerEntryView) => entry)).toEqual([
    { type: 'device.registered', atMs: NOW, device: { id: 'd-1', type: 'smoke', registeredAtMs: NOW } },
    { type: 'access.changed', atMs: NOW, access: [{ name: 'li', rights: 'view' }] },
  ])
})

it('is for those who may operate, and names what is wrong with a question', async () => {
  expect((await ask('', VIEWER)).statusCode).toBe(403)
  for (const query of ['?subject=a-1', '?type=alert', '?limit=0', '?from=2026-02-01&to=2026-01-01', '?from=soon'])
    expect((await ask(query)).json().error.code, query).toBe('bad_request')
  ports.takeDatabaseAway(true)
  expect((await ask('')).json().error.code).toBe('database_unavailable')
})
