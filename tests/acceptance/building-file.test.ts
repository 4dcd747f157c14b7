import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertView } from '../../core/alert-view.ts'
import type { BuildingFileView, HousePictureView } from '../../dashboards/house-contract.ts'
import { connectDevice } from './device.ts'
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
let folder: string
let service: Service
const start = () => startService({ dataDir, env: { HUYING_REGISTERS_DIR: folder } })
const file = () => service.call<BuildingFileView>('GET', '/api/v1/buildings/h1')
const authorization = `Bearer ${ADMIN_TOKEN}`

beforeAll(async () => {
  dataDir = await makeDataDir()
  folder = join(dataDir, 'registers')
  await mkdir(join(folder, 'housing-office'), { recursive: true })
  service = await start()
  const limits = [{ metric: 'tilt_mm_m', value: 1, unit: 'mm/m', source: '文保所' }]
  const house = { address: '平桥街12号', protection: 'historic', sensors: ['tilt-1'], limits }
  await service.call('PUT', '/api/v1/buildings/h1', house)
})
afterAll(async () => {
  await service.stop()
  await removeDataDir(dataDir)
})

it('takes records from the folder into the file of their house, lists the rows that are wrong, and nothing twice after a kill', {
  timeout: 120_000,
}, async () => {
  const table =
    '业务编号,事项,办理时间,房屋坐落\nZ-1,租赁备案,2026-11-05,平橋街十二號\nZ-2,拔牙,2026-11-05,平桥街12号\n'
  await writeFile(join(folder, 'housing-office/leases.csv'), table)
  await eventually(file, ({ records }) => records.length > 0)
  const faults = join(folder, 'refused/housing-office/leases.csv.faults.txt')
  await eventually(
    () => readFile(faults, 'utf8').catch(() => ''),
    (text) => text.includes('3 type: "拔牙" names no type'),
  )
  await service.kill()
  await writeFile(join(folder, 'housing-office/leases.csv'), table)
  service = await start()
  await eventually(
    () => readdir(join(folder, 'housing-office')),
    (names) => names.length === 0,
  )
  expect((await file()).records).toMatchObject([{ recordId: 'Z-1', source: 'housing-office' }])
  const metrics = await (await fetch(`${service.httpUrl}/metrics`, { headers: { authorization } })).text()
  expect(metrics).toContain('huying_register_rows_total{outcome="filed"} 1')
})

it('keeps pictures with the house over a restart', { timeout: 120_000 }, async () => {
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer()
  const sent = await fetch(`${service.httpUrl}/api/v1/buildings/h1/pictures?kind=facade`, {
    ...{ method: 'POST', headers: { authorization, 'content-type': 'image/jpeg' }, body: new Uint8Array(bytes) },
  })
  const { sha256 } = (await sent.json()) as HousePictureView
  await service.kill()
  service = await start()
  expect((await file()).pictures).toMatchObject([{ sha256, kind: 'facade', widthPx: 40 }])
  const shown = await fetch(`${service.httpUrl}/api/v1/buildings/h1/pictures/${sha256}`, { headers: { authorization } })
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
})

it('judges devices of the house by the limit that somebody set for it', { timeout: 120_000 }, async () => {
  const device = await connectDevice(service, 'tilt-1', await addDevice(service, 'tilt-1', 'tilt-sensor'))
  const nowMs = Date.now()
  for (const minutes of [8, 4, 0]) await device.send({ tilt_mm_m: 1.5 }, { at: nowMs - minutes * 60_000 })
  const { items } = await eventually(
    () => service.call<{ items: AlertView[] }>('GET', '/api/v1/alerts'),
    ({ items: found }) => found.some(({ rule }) => rule === 'house-limit-tilt'),
  )
  expect(items.find(({ rule }) => rule === 'house-limit-tilt')?.reason).toMatchObject({ value: 1.5, limit: 1 })
  await device.close()
})
