import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConservationReport } from '../../core/conservation-report.ts'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, startFresh } from './service.ts'

let service: FreshService
/** Readings of the last minutes; where a month has just begun they are of the one before. */
const atMs = Math.floor(Date.now() / 60_000) * 60_000 - 5 * 60_000
const month = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit' }).format(
  atMs,
)

beforeAll(async () => {
  service = await startFresh()
})
afterAll(() => service.remove())

const reportOf = (id: string, query = `month=${month}`) =>
  service.call<ConservationReport>('GET', `/api/v1/buildings/${id}/report.json?${query}`)
const pageOf = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${service.httpUrl}/api/v1/buildings/${path}`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
  })

it('tells of a house what its sensor measured, what was exceeded, filed and found', { timeout: 120_000 }, async () => {
  const house = {
    protection: 'city',
    structure: 'brick-timber',
    owner: '顾小明',
    limits: [{ metric: 'rh_pct', value: 75, unit: '%RH', source: '保护规划第 4 条' }],
  }
  await service.call('PUT', '/api/v1/buildings/h1', { ...house, address: '平桥街12号' })
  await service.call('PUT', '/api/v1/buildings/h2', { protection: 'historic', address: '学宫巷5号' })
  const token = await addDevice(service, 'vib-1', 'vibration-sensor', {
    name: '墙基振动',
    attributes: { building: 'h1' },
  })
  const device = await connectDevice(service, 'vib-1', token)
  // 4 mm/s at 5 Hz is beyond line 3 (3 mm/s), 4 mm/s at 40 Hz is not (6.75 mm/s).
  for (const [second, ppv, hz] of [
    [0, 0.1, 12],
    [10, 4, 40],
    [20, 4, 5],
  ] as const)
    await device.send({ ppv_mm_s: ppv, freq_hz: hz }, { at: atMs + second * 1000 })
  await device.close()
  await service.call('POST', '/api/v1/records', {
    recordId: 'L-1',
    type: 'lease.signed',
    address: '平桥街12号',
    body: { tenant: '老周', use: '餐饮' },
  })
  await service.call('POST', '/api/v1/buildings/h1/visits', { id: 'v1', result: 'none', note: '一切正常' })

  const report = await eventually(
    () => reportOf('h1'),
    ({ limits, alerts, missing }) =>
      missing.length === 0 && limits.some(({ hoursBeyond }) => hoursBeyond === 1) && alerts.length > 0,
  )

  expect(report).toMatchObject({
    ...{ building: { id: 'h1' }, period: { month, timeZone: 'Asia/Shanghai', inProgress: true }, missing: [] },
    made: { ledger: { rootHash: expect.stringMatching(/^[0-9a-f]{64}$/), position: expect.any(Number) } },
    sensors: [{ device: 'vib-1', metrics: [{ metric: 'ppv_mm_s', readings: 3, hours: 1, min: 0.1, max: 4 }] }],
    alerts: [{ rule: 'vibration-high', subject: { device: 'vib-1' } }],
    warnings: [],
    records: [{ recordId: 'L-1', facts: { tenant: '老周' } }],
    visits: [{ id: 'v1', result: 'none', by: 'admin' }],
  })
  const din = report.limits.find(({ source }) => source.kind === 'standard' && source.standard === 'din-4150-3-2016')
  expect(din).toMatchObject({
    ...{ device: 'vib-1', metric: 'ppv_mm_s', hours: 1, hoursWarning: 1, hoursBeyond: 1, over: 'freq_hz' },
    worst: { value: 4, over: 5, share: expect.closeTo(4 / 3, 9) },
    source: { verified: true, clause: expect.stringContaining('line 3') },
  })
  expect(report.summary.en[0]).toMatch(
    /So far: 墙基振动 Peak particle velocity was beyond its limit in 1 h \(up to 4 mm\/s, 133% of the limit\)/,
  )
  const checkpoint = await fetch(`${service.httpUrl}/api/v1/ledger/checkpoint`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  })
  const [origin, size] = (await checkpoint.text()).split('\n')
  expect(report.made.ledger?.origin).toBe(origin)
  expect(report.made.ledger?.position).toBeLessThanOrEqual(Number(size))
})

it('gives it as a page that brings all it needs, in both languages, as data where that is asked for', async () => {
  const zh = await pageOf(`h1/report?month=${month}`)
  expect(zh.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(zh.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/)
  const page = await zh.text()
  expect(page).toMatch(/<html lang="zh">[\s\S]*本月未结束[\s\S]*墙基振动[\s\S]*DIN 4150-3:2016-12/)
  expect(page).not.toContain('顾小明')
  expect(await (await pageOf(`h1/report?month=${month}&language=en`)).text()).toContain('month in progress')
  const data = await pageOf(`h1/report?month=${month}`, { accept: 'application/json' })
  expect(await data.json()).toMatchObject({ building: { id: 'h1' } })
})

it('answers clearly where there is nothing to report', async () => {
  expect((await pageOf(`h9/report?month=${month}`)).status).toBe(404)
  for (const query of ['', 'month=2026-13', 'month=last', 'month=2999-01', `month=${month}&language=fr`])
    expect((await pageOf(`h1/report?${query}`)).status, query).toBe(400)
  expect((await fetch(`${service.httpUrl}/api/v1/buildings/h1/report?month=${month}`)).status).toBe(401)
  expect((await reportOf('h2')).summary.en).toEqual([
    'So far: no sensor stands in this house, nothing was measured.',
    'To do: decide whether sensors are to be installed.',
  ])
})

it('is written to files by the command line, for one house or for all', { timeout: 180_000 }, async () => {
  const huying = (...args: string[]) =>
    runHuying(['houses', 'report', ...args, '--month', month, '--url', service.httpUrl, '--token', ADMIN_TOKEN], {
      cwd: service.dataDir,
    })
  const folder = join(service.dataDir, 'reports')
  await mkdir(folder)
  expect(await huying('h1', '--out', join(folder, 'one.html'), '--language', 'en')).toMatchObject({ code: 0 })
  expect(await readFile(join(folder, 'one.html'), 'utf8')).toContain('<html lang="en">')
  expect(await huying('--all', '--out', folder)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^2 reports in /),
  })
  expect((await readdir(folder)).sort()).toEqual([`h1-${month}.html`, `h2-${month}.html`, 'one.html'])
  expect(JSON.parse((await huying('h2', '--json')).stdout)).toMatchObject({ building: { id: 'h2' } })
  for (const wrong of [[], ['h1', '--all'], ['h9']]) expect((await huying(...wrong)).code, wrong.join(' ')).toBe(1)
})
