import { execFile, spawn } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, PUMP_HOT, startFresh } from './service.ts'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
const WS = join(dirname(require.resolve('ws/package.json')), 'wrapper.mjs')
/** Plain JavaScript of somebody who has only the package. */
const PROGRAM = `
import { createDispatchClient } from 'huying-dispatch-client'
const [url, token, ws] = process.argv.slice(2)
const WebSocket = globalThis.WebSocket ?? (await import(ws)).default
const client = createDispatchClient({
  url, token, WebSocket, subscriber: 'package', after: 'earliest',
  async onEvent({ type, alert }, cursor) {
    client.ack(cursor)
    if (type !== 'alert.raised') return
    const done = await client.command({ type: 'assign', alertId: alert.id, to: { department: '消防救援站' } })
    console.log(JSON.stringify({ rule: alert.rule, to: done.assigned.to }))
    client.close()
  },
  onTrouble: (trouble) => console.error(trouble),
})
client.start()
`
/** TypeScript of the same, without the types of Node. */
const TYPED = `
import { createDispatchClient, type AlertEventView, type DispatchMessage } from 'huying-dispatch-client'
declare const WebSocket: new (url: string, protocols: string[]) => unknown
export function start(url: string, take: (event: AlertEventView) => void) {
  const client = createDispatchClient({
    url, token: 't', WebSocket, filter: { minSeverity: 'major', category: ['fire', 'gas'] },
    onEvent(event, cursor) { take(event); client.ack(cursor) },
  })
  // @ts-expect-error a reason that is none
  void client.command({ type: 'false_alarm', alertId: 'a', reason: 'boredom' })
  return client
}
export function cursorOf(message: DispatchMessage): string | undefined {
  return message.type === 'event' ? message.cursor : undefined
}
`

let service: FreshService
let home: string

beforeAll(async () => {
  service = await startFresh({ rules: PUMP_HOT })
  home = join(service.dataDir, 'elsewhere')
  await mkdir(home)
  const { stdout } = await run(process.execPath, [assetPath('app/pack-client.mjs'), home])
  await writeFile(join(home, 'package.json'), '{ "type": "module", "private": true }')
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', stdout.trim()], { cwd: home })
}, 120_000)

afterAll(async () => {
  await service?.remove()
})

describe('the dispatch client as a package', () => {
  it('brings nothing else with it', async () => {
    expect(await readdir(join(home, 'node_modules'))).toEqual(
      expect.not.arrayContaining(['ws', 'typebox', 'canonicalize', 'huying']),
    )
    const inside = await readdir(join(home, 'node_modules/huying-dispatch-client'))
    expect(inside.sort()).toEqual(['LICENSE', 'README.md', 'lib', 'package.json'])
  })

  it('talks to the real service from plain JavaScript', async () => {
    const token = await addDevice(service, 'pump-1', 'pump')
    const pump = await connectDevice(service, 'pump-1', token)
    await pump.send({ temp_c: 95 }, { seq: 1 })
    await writeFile(join(home, 'program.js'), PROGRAM)
    const url = `${service.httpUrl.replace('http', 'ws')}/api/v1/dispatch`
    const { stdout, stderr } = await run(process.execPath, ['program.js', url, ADMIN_TOKEN, WS], { cwd: home })
    expect([JSON.parse(stdout), stderr]).toEqual([{ rule: 'pump-hot', to: { department: '消防救援站' } }, ''])
    await pump.close()
  }, 60_000)

  it('keeps its program alive while there is no service', async () => {
    await writeFile(join(home, 'program.js'), PROGRAM)
    const program = spawn(process.execPath, ['program.js', 'ws://127.0.0.1:9/api/v1/dispatch', ADMIN_TOKEN, WS], {
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    program.stderr.on('data', (bytes) => {
      said += bytes
    })
    await eventually(
      async () => said.match(/connection_lost/g)?.length ?? 0,
      (lost) => lost >= 3,
    )
    expect(program.exitCode).toBeNull()
    program.kill()
  })

  it('has types of its own', async () => {
    await writeFile(join(home, 'typed.ts'), TYPED)
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
    const flags = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      '',
    ]
    const { stdout } = await run(process.execPath, [tsc, ...flags, 'typed.ts'], { cwd: home }).catch(
      (failed: { stdout: string }) => failed,
    )
    expect(stdout).toBe('')
  }, 60_000)
})
