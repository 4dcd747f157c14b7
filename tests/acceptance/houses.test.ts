import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BuildingFileView, FiledRecordView } from '../../dashboards/house-contract.ts'
import { runHuying } from './command.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

let dataDir: string
let service: Service
const huying = (...args: string[]) =>
  runHuying([...args, '--url', service.httpUrl, '--token', ADMIN_TOKEN], { cwd: dataDir })
/** Without what is thought of works in it, which fades with time. */
async function file(id: string) {
  const { suspicion: _, ...rest } = await service.call<BuildingFileView>('GET', `/api/v1/buildings/${id}`)
  return rest
}
const unmatched = async () =>
  (await service.call<{ items: FiledRecordView[] }>('GET', '/api/v1/records/unmatched')).items.map(
    ({ recordId }) => recordId,
  )

beforeAll(async () => {
  dataDir = await makeDataDir()
  service = await startService({ dataDir })
})
afterAll(async () => {
  await service.stop()
  await removeDataDir(dataDir)
})

it('imports a register and records from the command line, and a person’s word settles the rest', {
  timeout: 120_000,
}, async () => {
  const list = join(dataDir, 'houses.csv')
  await writeFile(
    list,
    '\uFEFF编号;地址;保护级别;结构\r\nh1;平桥街12号;市级;砖木\r\nh2;平桥街12弄3号;历史建筑;木\r\nh3;学宫巷5号;传统民居;砖\r\n',
  )
  expect(await huying('houses', 'import', list, '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('3 new'),
  })
  expect(await huying('houses', 'import', list)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 new') })
  expect(await huying('houses', 'import', list)).toMatchObject({ stdout: expect.stringContaining('3 unchanged') })
  expect((await huying('houses', 'list', '--text', '学宫巷五號')).stdout).toMatch(/^h3\t/)

  const office = join(dataDir, 'office')
  await mkdir(office)
  await writeFile(
    join(office, 'leases.csv'),
    '业务编号,事项,办理时间,房屋坐落,承租人\nZ-1,租赁备案,2026-11-05,平橋街12號2楼,老周\nZ-2,租赁备案,2026-11-06,平桥街12-3号,林女士\nZ-3,租赁备案,2026-11-06,火星路1号,某人\n',
  )
  await writeFile(
    join(office, 'works.jsonl'),
    '{"recordId":"W-1","type":"works.filed","address":"学宫巷五号","body":{"filing":"WJ-7"}}\n',
  )
  for (let i = 0; i < 2; i++) expect(await huying('records', 'import', office)).toMatchObject({ code: 0 })

  expect((await file('h1')).records).toMatchObject([{ recordId: 'Z-1', source: 'admin', facts: { tenant: '老周' } }])
  expect((await file('h3')).records).toMatchObject([{ recordId: 'W-1', facts: { filing: 'WJ-7' } }])
  expect(await unmatched()).toEqual(['Z-2', 'Z-3'])
  expect(await huying('records', 'match', 'admin', 'Z-2', 'h2', '--note', '问过')).toMatchObject({ code: 0 })
  expect(await unmatched()).toEqual(['Z-3'])
})

it('names each fault of a list by its row and takes nothing of it', async () => {
  const list = join(dataDir, 'faulty.csv')
  await writeFile(list, 'id,address,protection\nx1,平桥街20号,city\nx2,平桥街22号,galactic\nx3,,city\n')
  const { code, stderr } = await huying('houses', 'import', list)
  expect(code).toBe(1)
  expect(stderr).toMatch(/faulty\.csv:3 protection: .*\n.*faulty\.csv:4/)
  await expect(file('x1')).rejects.toThrow('404')
})

it('has it all again after a kill, with and without a snapshot: houses, matches, words, visits, sensors', {
  timeout: 120_000,
}, async () => {
  await addDevice(service, 'vib-1', 'vibration-sensor', { attributes: { building: 'h1' } })
  await service.call('POST', '/api/v1/buildings/h1/visits', { id: 'v1', result: 'refused_entry', note: '没人开门' })
  await service.call('PUT', `/api/v1/road-aliases/${encodeURIComponent('火星路')}`, { road: '平桥街' })
  const before = await Promise.all(['h1', 'h2', 'h3'].map(file))
  for (const round of ['kill', 'stop'] as const) {
    await service[round]()
    service = await startService({ dataDir })
    expect(await Promise.all(['h1', 'h2', 'h3'].map(file))).toEqual(before)
    expect(await unmatched()).toEqual(['Z-3'])
  }
  expect(before[0]).toMatchObject({ sensors: [{ id: 'vib-1' }], visits: [{ id: 'v1', by: 'admin' }] })
  await service.call('POST', '/api/v1/records', {
    recordId: 'Z-4',
    type: 'lease.signed',
    address: '平桥街１２-３號',
    body: {},
  })
  expect((await file('h2')).records).toMatchObject([
    { recordId: 'Z-4', match: { how: 'told', by: 'admin', spelling: true } },
    { recordId: 'Z-2' },
  ])
})

it('writes each change into the ledger with who made it', async () => {
  const ask = () =>
    service.call<{ items: { type: string; by?: string }[] }>('GET', '/api/v1/ledger/entries?by=admin&limit=200')
  const { items } = await eventually(ask, ({ items: found }) => found.some(({ type }) => type === 'road.aliased'))
  const types = items.map(({ type }) => type)
  expect(types.filter((type) => type === 'building.changed')).toHaveLength(3)
  expect(types).toEqual(expect.arrayContaining(['record.matched', 'building.visited']))
})
