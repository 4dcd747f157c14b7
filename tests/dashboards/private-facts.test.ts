import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import { ADMIN, createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
/** What nobody who may only look may read or find. */
const SECRETS = ['王小明', '老周记', '张三', '李四', '赵师傅', '电话138', '问过房东', '隔壁阿婆', '记者甲']
let ports: MemoryPorts
let api: FastifyInstance

async function get(url: string, token: string) {
  const response = await api.inject({ url, headers: { authorization: `Bearer ${token}` } })
  expect(response.statusCode).toBe(200)
  return response.body
}

async function post(url: string, payload: object, method: 'POST' | 'PUT' = 'POST') {
  const response = await api.inject({ method, url, payload, headers: { authorization: `Bearer ${ADMIN}` } })
  expect(response.statusCode).toBeLessThan(300)
}

async function fill() {
  const house = { address: '平桥街12号', protection: 'historic', owner: '王小明', notes: '电话138', use: '茶馆' }
  await post('/api/v1/buildings/h1', { ...house, position: { lat: 31.3, lon: 120.6 } }, 'PUT')
  const file = (recordId: string, recordType: string, body: Record<string, unknown>, address = '平桥街12号') => {
    const record = { kind: 'record' as const, deviceId: 's', recordId, recordType, atMs: NOW, body, address }
    ports.memoryHouses.file(record)
    ports.records.push(record)
  }
  file('r1', 'lease.signed', { tenant: '张三', landlord: '王小明', use: '开茶馆', filing: 'WJ-7', remarks: '问过房东' })
  file('r2', 'owner.changed', { before: '王小明', after: '李四' })
  file('r3', 'scope.changed', { business: '老周记', before: '百货', after: '餐饮' })
  file('r4', 'works.filed', { contractor: '赵师傅', description: '隔壁阿婆', kind: 'repair', extra: '李四' })
  file('r5', 'lease.signed', { tenant: '张三' }, '火星路9号')
  file('r6', 'report.noise', { reporter: '记者甲', remarks: '隔壁阿婆', filing: 'B-1' })
  await post('/api/v1/buildings/h1/visits', { result: 'none', note: '问过房东' })
  await post('/api/v1/records/s/r6/match', { building: 'h1', note: '隔壁阿婆' })
}

beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  api = await createApi(ports)
  await fill()
})
afterEach(() => api.close())

describe.each([
  ['the list of houses', '/api/v1/buildings'],
  ['their map', '/api/v1/buildings.geojson'],
  ['the file of a house', '/api/v1/buildings/h1'],
  ['records that wait', '/api/v1/records/unmatched'],
  ['records as they came', '/api/v1/records'],
])('%s', (_, url) => {
  it('has no names and no free words for who may only look', async () => {
    const body = await get(url, VIEWER)
    for (const secret of SECRETS) expect(body).not.toContain(secret)
  })

  it('has them for who acts', async () => {
    const body = await get(url, OPERATOR)
    expect(SECRETS.some((secret) => body.includes(secret))).toBe(true)
    expect(body).not.toContain('张*')
  })
})

it('shows how a name begins, and what is no name', async () => {
  const { building, records } = JSON.parse(await get('/api/v1/buildings/h1', VIEWER))
  expect(building).toMatchObject({ owner: '王*', use: '茶馆', address: '平桥街12号' })
  const facts = Object.fromEntries(
    records.map(({ recordId, facts }: { recordId: string; facts: object }) => [recordId, facts]),
  )
  expect(facts).toEqual({
    r1: { tenant: '张*', landlord: '王*', use: '开茶馆', filing: 'WJ-7' },
    r2: { before: '王*', after: '李*' },
    r3: { business: '老*', before: '百货', after: '餐饮' },
    r4: { contractor: '赵*', kind: 'repair' },
    r6: { filing: 'B-1' },
  })
})

it('finds no house by its owner or its notes for who may only look', async () => {
  const found = async (text: string, token: string) =>
    JSON.parse(await get(`/api/v1/buildings?text=${encodeURIComponent(text)}`, token)).items.length
  for (const text of ['王小明', '小明', '电话138']) {
    expect(await found(text, VIEWER)).toBe(0)
    expect(await found(text, OPERATOR)).toBe(1)
  }
  expect(await found('茶馆', VIEWER)).toBe(1)
  expect(await found('平橋街１２號', VIEWER)).toBe(1)
})

it.each([
  ['the register as a table', '/api/v1/buildings.csv'],
  ['entries of the ledger', '/api/v1/ledger/entries?subject=building:h1'],
])('%s is not for who may only look', async (_, url) => {
  const response = await api.inject({ url, headers: { authorization: `Bearer ${VIEWER}` } })
  expect(response.statusCode).toBe(403)
})
