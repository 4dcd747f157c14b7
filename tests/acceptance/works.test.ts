import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import type { SuspicionView } from '../../core/suspicion-view.ts'
import { DAY_MS, dayOf } from '../fixtures/house-world.ts'
import { connectDevice } from './device.ts'
import {
  addDevice,
  eventually,
  type Listener,
  listen,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const TYPES = {
  v: 'vibration-sensor',
  d: 'dust-sensor',
  n: 'noise-meter',
  p: 'power-meter',
  c: 'door-counter',
} as const
const HOUSES = { h1: '平桥街12号', h2: '学宫巷5号' }
/** Moments in one message: of three values each, 200 values may stand in one. */
const MOMENTS = 60

let dataDir: string
let service: Service
let listener: Listener
const suspicion = (id: string) => service.call<SuspicionView>('GET', `/api/v1/buildings/${id}/suspicion`)

/** Weighed every second instead of every minute, so that nobody waits. */
async function start(): Promise<void> {
  const table = join(dataDir, 'evidence.yaml')
  const shipped = await readFile(assetPath('detectors/fusion/shipped/evidence.yaml'), 'utf8')
  await writeFile(table, shipped.replace(/roundS: \d+/, 'roundS: 1'))
  service = await startService({ dataDir, env: { HUYING_HOUSES_EVIDENCE: table } })
  listener = await listen(service, `desk-${service.pid}`, '0')
}

beforeAll(async () => {
  dataDir = await makeDataDir()
  await start()
  for (const [id, address] of Object.entries(HOUSES))
    await service.call('PUT', `/api/v1/buildings/${id}`, {
      ...{ address, protection: 'historic', position: { lat: 31.3, lon: id === 'h1' ? 120.6 : 120.61 } },
    })
}, 60_000)
afterAll(async () => {
  listener.close()
  await service.stop()
  await removeDataDir(dataDir)
})

/** Local midnight in Shanghai, so many days ago. */
function midnight(daysAgo: number): number {
  const offsetMs = 8 * 3_600_000
  return Math.floor((Date.now() + offsetMs) / DAY_MS) * DAY_MS - offsetMs - daysAgo * DAY_MS
}

/** Registers the devices of a house and lets them say the last six days: three ordinary ones, three of works. */
async function live(house: string): Promise<void> {
  const days = [6, 5, 4, 3, 2, 1].flatMap((ago) => dayOf(house, midnight(ago), { works: ago <= 3 }))
  for (const [prefix, type] of Object.entries(TYPES)) {
    const id = `${prefix}-${house}`
    const device = await connectDevice(
      service,
      id,
      await addDevice(service, id, type, { attributes: { building: house } }),
    )
    const moments = days.flatMap((step) =>
      'arrival' in step && step.arrival.kind === 'readings' && step.arrival.deviceId === id
        ? [{ at: step.atMs, values: Object.fromEntries(step.arrival.samples.map((one) => [one.metric, one.value])) }]
        : [],
    )
    for (let from = 0; from < moments.length; from += MOMENTS) {
      const batch = JSON.stringify(moments.slice(from, from + MOMENTS))
      await device.client.publishAsync(`huying/v1/${id}/readings`, batch, { qos: 1 })
    }
    await device.close()
  }
}

function file(recordId: string, type: string, address: string, daysAgo: number, body: object = {}) {
  const at = new Date(midnight(daysAgo) + 36_000_000).toISOString()
  return service.call('POST', '/api/v1/records', { recordId, type, at, address, body })
}

const ofRule = (rule: string) => listener.events.map(({ event }) => event).filter(({ alert }) => alert.rule === rule)

it('warns of works that nobody filed, with all evidence, and never where they are filed', {
  timeout: 120_000,
}, async () => {
  await file('L-1', 'lease.signed', '平橋街12號', 5)
  await file('L-2', 'lease.signed', '学宫巷5号', 5)
  await file('W-2', 'works.filed', '学宫巷5号', 5, { filing: 'WJ-7' })
  await live('h2')
  await live('h1')
  const { alert } = await listener.event(({ alert }) => alert.rule === 'renovation-likely')
  expect(alert).toMatchObject({
    ...{ category: 'works', subject: { building: 'h1' }, place: '平桥街12号', position: { lat: 31.3 } },
    suspicion: { building: 'h1', state: 'likely', filing: { record: null }, windows: [{ recordId: 'L-1' }] },
  })
  const kinds = alert.suspicion!.evidence.map(({ kind }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['lease.signed', 'drilling']))
  for (const one of alert.suspicion!.evidence)
    expect([one.title.zh, one.cancels.zh, one.at, one.rests[0]].every(Boolean)).toBe(true)
  expect(Date.parse(alert.suspicion!.visitBy!)).toBeGreaterThan(Date.now())

  const filed = await eventually(
    () => suspicion('h2'),
    ({ evidence }) => evidence.find(({ kind }) => kind === 'drilling')?.facts.days === 3,
  )
  expect(filed).toMatchObject({ state: 'approved', filing: { record: { filing: 'WJ-7' } } })
  expect(ofRule('renovation-likely').every(({ alert }) => alert.subject.building === 'h1')).toBe(true)
})

it('says nothing twice after a kill, and a visit that finds nothing ends it', { timeout: 120_000 }, async () => {
  const settled = await eventually(
    () => suspicion('h1'),
    ({ evidence }) => evidence.find(({ kind }) => kind === 'drilling')?.facts.days === 3,
  )
  expect(settled.state).toBe('likely')
  await service.kill()
  await start()
  expect(await suspicion('h1')).toMatchObject({ state: 'likely', visitBy: settled.visitBy })
  await service.call('POST', '/api/v1/buildings/h1/visits', { id: 'v1', result: 'none' })
  const { alert } = await listener.event(
    ({ type, alert }) => type === 'alert.cleared' && alert.rule === 'renovation-likely',
  )
  expect(alert.suspicion).toMatchObject({ state: 'watched', visit: { result: 'none' } })
  const told = ofRule('renovation-likely')
  expect(told.filter(({ type }) => type === 'alert.raised')).toHaveLength(1)
  expect(new Set(told.map(({ alert }) => alert.version)).size).toBe(told.length)
})
