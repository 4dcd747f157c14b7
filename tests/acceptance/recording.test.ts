import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { connectDevice } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  listen,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

let service: Service
let dataDir = ''
beforeAll(async () => {
  dataDir = await makeDataDir()
  service = await startService({ dataDir })
}, 60_000)
afterAll(async () => {
  await service.stop()
  await removeDataDir(dataDir)
})

function huying(...args: string[]) {
  const child = spawn(process.execPath, [assetPath('dist/app/main.js'), ...args], { cwd: dataDir })
  const said: string[] = []
  child.stdout.on('data', (text: Buffer) => said.push(String(text)))
  child.stderr.on('data', (text: Buffer) => said.push(String(text)))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, text: () => said.join('') }
}

it('a maker records a session, and whoever gets the file sees the same alert again', async () => {
  const file = join(dataDir, 'session.jsonl')
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
