import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterEach, beforeEach, expect, it, test } from 'vitest'
import { createApi } from '../../dashboards/api/create-api.ts'
import { alertOf } from './alert-of.ts'
import { ADMIN, createMemoryPorts, type MemoryPorts, OPERATOR, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
let ports: MemoryPorts
let api: FastifyInstance

beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  api = await createApi(ports)
})
afterEach(() => api.close())

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  { as = ADMIN, headers, ...rest }: InjectOptions & { as?: string } = {},
) {
  const response = await api.inject({ method, url, headers: { authorization: `Bearer ${as}`, ...headers }, ...rest })
  return { status: response.statusCode, body: response.body === '' ? null : response.json() }
}
const put = (id: string, payload: object) => call('PUT', `/api/v1/buildings/${id}`, { payload })
const importCsv = (text: string | Buffer, query = '') =>
  call('POST', `/api/v1/buildings/import${query}`, { payload: text, headers: { 'content-type': 'text/csv' } })
const HOUSE = { address: '平桥街12号', protection: 'historic', structure: 'timber' }

function file(recordId: string, address: string, body: Record<string, unknown> = {}, recordType = 'lease.signed') {
  ports.memoryHouses.file({ kind: 'record', deviceId: 'leases', recordId, recordType, atMs: NOW, address, body })
}

it('makes, replaces, shows and removes a house, each change once in the ledger', async () => {
  expect(await put('h1', HOUSE)).toEqual({ status: 200, body: { id: 'h1', ...HOUSE } })
  await put('h1', HOUSE)
  await put('h1', { ...HOUSE, owner: '王' })
  expect((await call('GET', '/api/v1/buildings/h1')).body.building).toEqual({ id: 'h1', ...HOUSE, owner: '王' })
  expect((await call('DELETE', '/api/v1/buildings/h1')).status).toBe(204)
  expect((await call('GET', '/api/v1/buildings/h1')).status).toBe(404)
  expect(ports.memoryHouses.words.map(({ type }) => type)).toEqual([
    'building.changed',
    'building.changed',
    'building.removed',
  ])
  expect(ports.memoryHouses.words[0]).toMatchObject({ by: 'admin', atMs: NOW })
})

test.each([
  ['an unknown field', { ...HOUSE, colour: 'red' }],
  ['a level that there is not', { ...HOUSE, protection: 'galactic' }],
  ['no address', { protection: 'city' }],
  ['a position outside the world', { ...HOUSE, position: { lat: 91, lon: 0 } }],
])('refuses a house with %s', async (_, payload) => {
  expect((await put('h1', payload)).status).toBe(400)
})

it('refuses a second house with the very same address, however it is written', async () => {
  await put('h1', HOUSE)
  expect(await put('h2', { ...HOUSE, address: '平橋街１２號' })).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict' } },
  })
})

it('lets who may only look, look', async () => {
  expect((await call('PUT', '/api/v1/buildings/h1', { as: OPERATOR, payload: HOUSE })).status).toBe(403)
  await put('h1', HOUSE)
  expect((await call('GET', '/api/v1/buildings', { as: VIEWER })).status).toBe(200)
  const visit = { payload: { result: 'none' } }
  expect((await call('POST', '/api/v1/buildings/h1/visits', { as: VIEWER, ...visit })).status).toBe(403)
  expect((await call('POST', '/api/v1/buildings/h1/visits', { as: OPERATOR, ...visit })).status).toBe(201)
})

it('finds houses by an address in any spelling, or by a piece of what is known', async () => {
  await put('h1', { ...HOUSE, owner: '房管所' })
  await put('h2', { ...HOUSE, address: '平桥街2号' })
  await put('h3', { ...HOUSE, address: '学宫巷3号', protection: 'city' })
  const ids = async (query: string) =>
    (await call('GET', `/api/v1/buildings?${query}`)).body.items.map(({ id }: { id: string }) => id)
  expect(await ids('')).toEqual(['h2', 'h1', 'h3'])
  expect(await ids(`text=${encodeURIComponent('平橋街十二號')}`)).toEqual(['h1'])
  expect(await ids(`text=${encodeURIComponent('房管')}`)).toEqual(['h1'])
  expect(await ids('protection=city')).toEqual(['h3'])
  const page = (await call('GET', '/api/v1/buildings?limit=2')).body
  expect(page.nextCursor).toBeDefined()
  expect(await ids(`limit=2&cursor=${page.nextCursor}`)).toEqual(['h3'])
})

it('says what an address means, how surely and why', async () => {
  await put('h1', HOUSE)
  const match = async (address: string) =>
    (await call('GET', `/api/v1/addresses/match?address=${encodeURIComponent(address)}`)).body
  expect(await match('平乔街12号')).toEqual({
    building: 'h1',
    candidates: [{ building: 'h1', confidence: 0.92, reasons: ['road_misspelt'] }],
  })
  expect(await match('平桥街12号对面')).toMatchObject({
    building: null,
    candidates: [{ confidence: 0.4, reasons: ['beside'] }],
  })
})

it('gives houses to maps as outlines and points', async () => {
  const ring = [
    [120.6, 31.3],
    [120.601, 31.3],
    [120.601, 31.301],
    [120.6, 31.3],
  ]
  await put('h1', { ...HOUSE, footprint: ring })
  await put('h2', { ...HOUSE, address: '平桥街2号', position: { lat: 31.3, lon: 120.6 } })
  await put('h3', { ...HOUSE, address: '平桥街3号' })
  const { features } = (await call('GET', '/api/v1/buildings.geojson')).body
  expect(features.map(({ id, geometry }: { id: string; geometry: { type: string } }) => [id, geometry.type])).toEqual([
    ['h2', 'Point'],
    ['h1', 'Polygon'],
  ])
})

it('takes over a list as a spreadsheet saves it, once', async () => {
  const list =
    '\uFEFF编号;门牌地址;保护级别;结构;层数;经度;纬度;监测设备;联系电话\r\nA1;平桥街１号;市级文物保护单位;砖木;2;120.6;31.3;tilt-001、vib-002;138\r\n;平桥街3号;历史建筑;木结构;;;;;\r\n'
  const expected = { added: 2, changed: 0, unchanged: 0, ignored: ['联系电话'], encoding: 'utf-8' }
  expect(await importCsv(list, '?dryRun=true')).toEqual({ status: 200, body: { ...expected, applied: false } })
  expect((await call('GET', '/api/v1/buildings')).body.items).toEqual([])
  expect((await importCsv(list)).body).toEqual({ ...expected, applied: true })
  expect((await importCsv(list)).body).toMatchObject({ added: 0, changed: 0, unchanged: 2 })
  expect((await call('GET', '/api/v1/buildings/A1')).body.building).toEqual({
    ...{ id: 'A1', address: '平桥街１号', protection: 'city', structure: 'brick-timber', storeys: 2 },
    ...{ position: { lon: 120.6, lat: 31.3 }, sensors: ['tilt-001', 'vib-002'] },
  })
})

it('gives the register as a table to who may see owners, which changes nothing when it comes back', async () => {
  await put('h1', { ...HOUSE, owner: '=王', position: { lat: 31.3, lon: 120.6 } })
  const authorization = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const url = '/api/v1/buildings.csv'
  const response = await api.inject({ url, ...authorization(OPERATOR) })
  expect(response.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="buildings.csv"',
  })
  expect(response.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  expect(response.body).toContain("h1,平桥街12号,,,,31.3,120.6,历史建筑,木结构,,,,'=王,")
  expect((await importCsv(response.rawPayload)).body).toMatchObject({ added: 0, changed: 0, unchanged: 1 })
  expect((await api.inject({ url, ...authorization(VIEWER) })).statusCode).toBe(403)
})

it('keeps texts without the white space around them', async () => {
  expect((await put('h1', { ...HOUSE, address: ' 平桥街12号 ', name: ' ', owner: '王 ' })).body).toEqual({
    ...{ id: 'h1', ...HOUSE, owner: '王' },
  })
  expect((await put('h2', { ...HOUSE, address: '（ ）' })).status).toBe(400)
})

it('reads lists in GB 18030, as Excel in Chinese saves them', async () => {
  // 地址,级别 / 平桥街1号,省保
  const gbk = Buffer.from('b5d8d6b72cbcb6b1f00d0ac6bdc7c5bdd631bac52ccaa1b1a30d0a', 'hex')
  expect((await importCsv(gbk)).body).toMatchObject({ added: 1, encoding: 'gb18030' })
  expect((await call('GET', '/api/v1/buildings')).body.items).toMatchObject([
    { address: '平桥街1号', protection: 'provincial' },
  ])
})

it('names everything that is wrong in a list by its row, and takes nothing of it', async () => {
  const list =
    'id,address,protection,year\na,平桥街1号,city,1890\nb,平桥街2号,lofty,1890\nc,,city,\nd,平桥街１號,city,long ago\na,平桥街9号,city,\n'
  const { status, body } = await importCsv(list)
  expect(status).toBe(400)
  expect(body.error.details.faults.map(({ row, field }: { row: number; field: string }) => [row, field])).toEqual([
    [3, 'protection'],
    [4, undefined],
    [5, 'year'],
    [6, 'id'],
  ])
  expect((await call('GET', '/api/v1/buildings')).body.items).toEqual([])
})

it('leaves what a list does not say as it is', async () => {
  await put('h1', { ...HOUSE, notes: '雨漏' })
  expect((await importCsv('地址,产权人\n平桥街12号,王\n')).body).toMatchObject({ changed: 1 })
  expect((await call('GET', '/api/v1/buildings/h1')).body.building).toEqual({
    id: 'h1',
    ...HOUSE,
    notes: '雨漏',
    owner: '王',
  })
})

it('takes over GeoJSON with outlines', async () => {
  const ring = [
    [120.6, 31.3],
    [120.602, 31.3],
    [120.602, 31.302],
    [120.6, 31.302],
    [120.6, 31.3],
  ]
  const collection = {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        id: 'h1',
        properties: { 地址: '平桥街1号' },
        geometry: { type: 'Polygon', coordinates: [ring] },
      },
    ],
  }
  const headers = { 'content-type': 'application/geo+json' }
  const sent = await call('POST', '/api/v1/buildings/import', { payload: JSON.stringify(collection), headers })
  expect(sent.body).toMatchObject({ added: 1 })
  expect((await call('GET', '/api/v1/buildings/h1')).body.building).toMatchObject({
    ...{ position: { lat: 31.301, lon: 120.601 }, protection: 'traditional', footprint: ring },
  })
})

it('is the file of a house: what is in it, what was filed, who went there, what was alarmed', async () => {
  await put('h1', { ...HOUSE, sensors: ['vib-1'] })
  ports.addDevice({ id: 'vib-1', type: 'vibration-sensor' })
  ports.addDevice({ id: 'tilt-1', type: 'tilt-sensor', attributes: { building: 'h1' } })
  ports.addDevice({ id: 'other', type: 'tilt-sensor' })
  ports.change(alertOf({ id: 'a1', subject: { device: 'vib-1' } }))
  ports.change(alertOf({ id: 'a2', subject: { device: 'other' } }))
  file('r1', '平橋街十二號', { tenant: '老周', validFrom: '2026-12-01' })
  const visit = { id: 'v1', result: 'works_found', at: '2026-11-21T10:00:00+08:00', note: '在拆墙' }
  for (let i = 0; i < 2; i++) await call('POST', '/api/v1/buildings/h1/visits', { payload: visit })

  const { body } = await call('GET', '/api/v1/buildings/h1')
  expect(body).toMatchObject({
    sensors: [{ id: 'vib-1' }, { id: 'tilt-1' }],
    records: [
      {
        recordId: 'r1',
        recordType: 'lease.signed',
        building: 'h1',
        facts: { tenant: '老周' },
        match: { how: 'address' },
      },
    ],
    visits: [{ id: 'v1', by: 'admin', result: 'works_found', at: '2026-11-21T02:00:00.000Z' }],
    alerts: { open: [{ id: 'a1' }] },
    complete: true,
  })
  expect(body.visits).toHaveLength(1)
  ports.takeDatabaseAway(true)
  expect((await call('GET', '/api/v1/buildings/h1')).body).toMatchObject({
    complete: false,
    records: [{ recordId: 'r1' }],
  })
})

it('keeps what is not sure for a person, whose word is remembered', async () => {
  await put('h1', HOUSE)
  file('r1', '平桥12号茶馆')
  file('r2', '平桥12号茶馆')
  file('r3', '火星路1号')
  const waiting = async () =>
    (await call('GET', '/api/v1/records/unmatched')).body.items.map(({ recordId }: { recordId: string }) => recordId)
  expect(await waiting()).toEqual(['r1', 'r2', 'r3'])
  const word = { building: 'h1', note: '问过房东' }
  const matched = await call('POST', '/api/v1/records/leases/r1/match', { as: OPERATOR, payload: word })
  expect(matched.body).toMatchObject({ building: 'h1', match: { how: 'told', by: 'operate', note: '问过房东' } })
  expect(await waiting()).toEqual(['r3'])
  await call('POST', '/api/v1/records/leases/r3/match', { payload: { building: null } })
  file('r4', '平橋 12號（茶館）')
  file('r5', '平橋12號茶館')
  file('r6', '火星路１号')
  expect(await waiting()).toEqual(['r4'])
  expect(ports.memoryHouses.book.record('leases', 'r5')).toMatchObject({ building: 'h1', match: { spelling: true } })
  expect((await call('POST', '/api/v1/records/leases/r9/match', { payload: word })).status).toBe(404)
  expect((await call('POST', '/api/v1/records/leases/r4/match', { payload: { building: 'nope' } })).status).toBe(400)
})

it('matches what waited when the register learns the address, or another name of the road', async () => {
  file('r1', '平桥街12号')
  file('r2', '护城街12号')
  file('r3', '', { building: 'h1' })
  await put('h1', HOUSE)
  const at = (id: string) => ports.memoryHouses.book.record('leases', id)?.building
  expect([at('r1'), at('r2'), at('r3')]).toEqual(['h1', null, 'h1'])
  await call('PUT', `/api/v1/road-aliases/${encodeURIComponent('护城街')}`, { payload: { road: '平桥街' } })
  expect(at('r2')).toBe('h1')
  expect((await call('GET', '/api/v1/road-aliases')).body.items).toEqual([{ alias: '护城街', road: '平桥街' }])
  await call('DELETE', '/api/v1/buildings/h1')
  expect([at('r1'), at('r2'), at('r3')]).toEqual([null, null, null])
})

it('tells what is thought of works in a house, and of which houses something speaks', async () => {
  await put('h1', HOUSE)
  await put('h2', { ...HOUSE, address: '平桥街2号' })
  file('r1', '平桥街12号')
  file('r2', '平桥街2号')
  file('r3', '平桥街12号', {}, 'report.noise')
  const { body } = await call('GET', '/api/v1/suspicions')
  expect(body.items.map(({ building }: { building: string }) => building)).toEqual(['h1', 'h2'])
  expect(body.items[0]).toMatchObject({ state: 'watched', filing: { record: null }, windows: [{ recordId: 'r1' }] })
  expect((await call('GET', '/api/v1/suspicions?state=likely')).body.items).toEqual([])
  const { evidence } = (await call('GET', '/api/v1/buildings/h1/suspicion')).body
  expect(evidence.map(({ rests }: { rests: string[] }) => rests)).toEqual([['leases|r1'], ['leases|r3']])
  expect((await call('GET', '/api/v1/buildings/nobody/suspicion')).status).toBe(404)
})

it('knows which record puts which one right, whichever came first', async () => {
  await put('h1', HOUSE)
  await put('h2', { ...HOUSE, address: '平桥街2号' })
  file('r1', '平桥街12号')
  file('r2', '平桥街2号', { corrects: 'r1' })
  ports.memoryHouses.file({
    ...{ kind: 'record', deviceId: 'leases', recordId: 'r4', recordType: 'record.withdrawn', atMs: NOW },
    body: { withdraws: 'r3' },
  })
  file('r3', '平桥街2号')
  const records = async (id: string) => (await call('GET', `/api/v1/buildings/${id}`)).body.records
  expect(await records('h1')).toMatchObject([{ recordId: 'r1', correctedBy: 'r2' }])
  expect(await records('h2')).toMatchObject([
    { recordId: 'r3', withdrawnBy: 'r4' },
    { recordId: 'r4', match: { how: 'follows', recordId: 'r3' } },
    { recordId: 'r2' },
  ])
})
