import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assetPath } from '../../core/source-path.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, listen, startFresh } from './service.ts'

let service: FreshService
beforeAll(async () => {
  service = await startFresh()
}, 60_000)
afterAll(() => service.remove())

function huying(...args: string[]) {
  const child = spawn(process.execPath, [assetPath('dist/app/main.js'), ...args], { cwd: service.dataDir })
  const said: string[] = []
  child.stdout.on('data', (text: Buffer) => said.push(String(text)))
  child.stderr.on('data', (text: Buffer) => said.push(String(text)))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, text: () => said.join('') }
}

/** What the service must make of a recording. */
interface Expected {
  device: { id: string; type: string }
  readings: Record<string, number>
  refusals: number
  alerts: Record<string, unknown>[]
}
const RECORDINGS = assetPath('tests/fixtures/recordings')
const names = readdirSync(RECORDINGS).flatMap((name) =>
  name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : [],
)

describe('what a maker sent us', () => {
  it.each(names)(
    '%s: the same readings and alerts as ever',
    async (name) => {
      const expected = parse(await readFile(join(RECORDINGS, `${name}.yaml`), 'utf8')) as Expected
      const { id, type } = expected.device
      await addDevice(service, id, type)
      const replay = huying(
        ...['replay', join(RECORDINGS, `${name}.jsonl`), '--now', '--speed', 'max', '--mqtt', service.mqttUrl],
        ...['--http', service.httpUrl, '--token', ADMIN_TOKEN],
      )
      expect(await replay.ended, replay.text()).toBe(0)
      for (const [metric, count] of Object.entries(expected.readings))
        await eventually(
          () => service.call<{ count: number }>('GET', `/api/v1/readings?device=${id}&metric=${metric}&count=true`),
          (seen) => seen.count === count,
        )
      const alerts = await eventually(
        () => service.call<{ items: object[] }>('GET', `/api/v1/alerts?device=${id}`),
        ({ items }) => items.length >= expected.alerts.length,
      )
      expect(alerts.items).toMatchObject(expected.alerts)
      const refusals = await service.call<{ items: { device: string; count: number }[] }>('GET', '/api/v1/refusals')
      const refused = refusals.items.filter(({ device }) => device === id).reduce((sum, { count }) => sum + count, 0)
      expect(refused).toBe(expected.refusals)
    },
    60_000,
  )
})

it('a maker records a session, and whoever gets the file sees the same alert again', async () => {
  const file = join(service.dataDir, 'session.jsonl')
  const token = await addDevice(service, 'smoke-1', 'smoke-detector')
  const recorder = huying('record', '--out', file, '--mqtt', service.mqttUrl)
  const said = await eventually(
    async () => recorder.text(),
    (text) => /mqtt:\/\/\S+/.test(text),
  )
  const mqttUrl = /mqtt:\/\/\S+/.exec(said)![0]
  const device = await connectDevice({ mqttUrl }, 'smoke-1', token)
  for (const [i, smoke_dbm] of [0.01, 0.4, 0.4].entries())
    await device.send({ smoke_dbm, temp_c: 21 }, { seq: i, at: Date.now() })
  await device.close()
  recorder.child.kill('SIGINT')
  expect(await recorder.ended).toBe(0)

  const text = await readFile(file, 'utf8')
  expect(text).not.toContain(token)
  await addDevice(service, 'smoke-9', 'smoke-detector')
  const listener = await listen(service, 'dispatch')
  const replay = huying(
    ...['replay', file, '--device', 'smoke-9', '--now', '--speed', '2', '--mqtt', service.mqttUrl],
    ...['--http', service.httpUrl, '--token', ADMIN_TOKEN],
  )
  expect(await replay.ended, replay.text()).toBe(0)
  expect(replay.text()).toMatch(/messages over 1 connections?, 3 acknowledged/)
  const alert = await listener.event(({ alert }) => alert.subject.device === 'smoke-9')
  expect(alert.alert).toMatchObject({ rule: 'smoke-high', value: 0.4 })
  listener.close()
}, 120_000)
