import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BundleManifest } from '../../core/bundle-desk.ts'
import type { AlertView, LedgerEntryView } from '../../dashboards/contract.ts'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, startFresh } from './service.ts'

let service: FreshService
let alert: AlertView

const entries = (query: string) =>
  service.call<{ items: LedgerEntryView[] }>('GET', `/api/v1/ledger/entries${query}`).then(({ items }) => items)

beforeAll(async () => {
  service = await startFresh()
  const token = await addDevice(service, 'smoke-1', 'smoke-detector', { place: '东园路45号' })
  const device = await connectDevice(service, 'smoke-1', token)
  for (let second = 20; second >= 0; second--)
    await device.send({ smoke_dbm: 0.3 }, { seq: 100 - second, at: Date.now() - second * 1000 })
  await device.close()
  const open = () => service.call<{ items: AlertView[] }>('GET', '/api/v1/alerts?open=true&device=smoke-1')
  const { items } = await eventually(open, (page) => page.items.length > 0)
  alert = items[0] as AlertView
  await service.call('POST', `/api/v1/alerts/${alert.id}/acknowledge`, { comment: '已派人' })
}, 120_000)

afterAll(async () => {
  await service?.remove()
})

describe('evidence of an alert', () => {
  it('is taken over the API, verified offline by the key of the ledger, and found out when it is changed', async () => {
    const out = join(service.dataDir, 'alert.zip')
    const url = ['--url', service.httpUrl, '--token', ADMIN_TOKEN]

    const taken = await runHuying(['evidence', 'alert', alert.id, '--out', out, '--reason', '火灾调查', ...url])

    expect(taken).toMatchObject({ code: 0, stderr: '' })
    const files = unzipSync(await readFile(out))
    const manifest = JSON.parse(strFromU8(files['manifest.json'] as Uint8Array)) as BundleManifest
    expect(manifest).toMatchObject({ about: { kind: 'alert', id: alert.id }, takenBy: 'admin', reason: '火灾调查' })
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['readings.csv', 'rule.yaml', 'report.html']))
    expect(strFromU8(files['readings.csv'] as Uint8Array)).toContain('smoke-1,smoke_dbm,')
    expect(strFromU8(files['report.html'] as Uint8Array)).toContain('已派人')
    expect(strFromU8(files['rule.yaml'] as Uint8Array)).toMatch(/hash (\w+), the alert was judged by \1\n/)

    const [key = ''] = manifest.ledger.keys
    const exported = join(service.dataDir, 'ledger.export')
    await runHuying(['ledger', 'export', join(service.dataDir, 'data'), '--out', exported])
    const verified = await runHuying(['ledger', 'verify', '--key', key, exported, out])
    expect(verified.stdout).toContain(`${out}: fine`)
    expect(verified).toMatchObject({ code: 0, stderr: '' })

    const bent = join(service.dataDir, 'bent.zip')
    await writeFile(bent, zipSync({ ...files, 'report.html': strToU8('<p>nothing happened') }))
    const found = await runHuying(['ledger', 'verify', '--key', key, bent])
    expect(found.code).toBe(1)
    expect(found.stdout).toContain('report.html: it is not the file that the manifest names')
  }, 120_000)

  it('is in the ledger with who took it and what for, beside who acknowledged', async () => {
    const about = await eventually(
      () => entries(`?subject=alert:${encodeURIComponent(alert.id)}`),
      (items) => items.some(({ type }) => type === 'bundle.taken'),
    )

    expect(about.find(({ type }) => type === 'bundle.taken')).toMatchObject({
      by: 'admin',
      entry: { reason: '火灾调查', about: { kind: 'alert', id: alert.id } },
    })
    expect(about.map(({ type }) => type)).toEqual(expect.arrayContaining(['alert.raised', 'alert.acknowledged']))
    const [registered] = await entries('?subject=device:smoke-1&type=device.*')
    expect(registered?.entry?.device).toMatchObject({ id: 'smoke-1' })
    expect(registered?.entry?.device).not.toHaveProperty('tokenHash')
  })

  it('of what never was is refused, and leaves no file', async () => {
    const out = join(service.dataDir, 'none.zip')

    const refused = await runHuying([
      ...['evidence', 'finding', 'f1-0', '--out', out, '--reason', 'x'],
      ...['--url', service.httpUrl, '--token', ADMIN_TOKEN],
    ])

    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('no such finding')
    await expect(readFile(out)).rejects.toThrow(/ENOENT/)
  })
})
