import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createCommandLine } from '../../app/command-line.ts'
import { loadConfig } from '../../app/load-config.ts'
import { assetPath } from '../../core/source-path.ts'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import { ADMIN_TOKEN, eventually, makeDataDir, removeDataDir, type Service, startService } from './service.ts'

/** A command and all below it, with the words that lead to it. */
function withWords(command: Command, words: string[] = []): [words: string[], command: Command][] {
  return [[words, command], ...command.commands.flatMap((one) => withWords(one, [...words, one.name()]))]
}

let folder: string

beforeAll(async () => {
  folder = await makeDataDir()
})
afterAll(() => removeDataDir(folder))

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('the command line', () => {
  it('explains every command with --help and ends with 0', async () => {
    const commands = withWords(createCommandLine())
    expect(commands.length).toBeGreaterThan(40)
    for (const [words, command] of commands) {
      expect(command.helpInformation()).toContain(['Usage: huying', ...words].join(' '))
      expect(command.description()).not.toBe('')
    }
    for (const words of [[], ['rules', 'list']]) {
      const { code, stdout } = await runHuying([...words, '--help'])
      expect([code, stdout]).toEqual([0, expect.stringContaining(['Usage: huying', ...words].join(' '))])
    }
  })

  it.each([
    ['no command', []],
    ['a command that is not there', ['sing']],
    ['an option that is not there', ['serve', '--loud']],
    ['a missing option', ['replay', 'series.csv']],
    ['an option that is no number', ['simulate', '--speed', 'fast']],
  ])('ends with 2 on %s, and says on stderr where to look', async (_what, args) => {
    const { code, stdout, stderr } = await runHuying(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/Usage: huying|--help/)
  })

  it('ends with 78 on a wrong configuration, and names every fault with file, or variable, and key', async () => {
    const file = await fileOf('wrong.yaml', 'http: { prt: 9 }\nfoo: 1\nmqtt: { enrolment: maybe }\n')
    const { code, stderr } = await runHuying(['-c', file, 'serve'], { env: { HUYING_HTTP_PORT: 'eighty' } })
    expect(code).toBe(78)
    expect(stderr.trim()).toBe(
      `huying: configuration: ${[
        `${file}: foo: no such setting`,
        `${file}: http.prt: no such setting`,
        'HUYING_HTTP_PORT: http.port: must be integer',
        `${file}: mqtt.enrolment: must be one of closed, open`,
      ].join('; ')}`,
    )
    expect((await runHuying(['-c', join(folder, 'absent.yaml'), 'config', 'check'])).code).toBe(78)
    expect((await runHuying(['config', 'check'])).stdout).toBe('configuration: fine\n')
  })

  it('prints an example that says the defaults, and that is the one in the repository', async () => {
    const { code, stdout } = await runHuying(['config', 'example'])
    expect(code).toBe(0)
    expect(readFileSync(assetPath('huying.example.yaml'), 'utf8')).toBe(stdout)
    const [, ...settings] = stdout.split('\n\n')
    const uncommented = settings.join('\n\n').replaceAll(/^# ?/gm, '')
    const file = await fileOf('example.yaml', uncommented)
    expect(loadConfig({}, file)).toEqual(loadConfig({}))
    expect(Object.keys(parse(uncommented) as object)).toEqual(Object.keys(loadConfig({})))
    expect(loadConfig({}, await fileOf('untouched.yaml', stdout))).toEqual(loadConfig({}))
  })

  it('checks rule files: 0 for good ones, 1 and every fault with file, line and column for bad ones', async () => {
    const shipped = await runHuying(['rules', 'check'])
    expect(shipped.code).toBe(0)
    expect(shipped.stdout).toMatch(/^\d+ rules, all fine/)
    const bad = assetPath('tests/fixtures/rules/shapes-bad.yaml')
    const checked = await runHuying(['rules', 'check', bad])
    expect([checked.code, checked.stdout]).toEqual([1, ''])
    const faults = checked.stderr.trim().split('\n')
    expect(faults.length).toBeGreaterThan(1)
    for (const fault of faults) expect(fault.startsWith(`${bad}:`) && /:\d+:\d+ /.test(fault)).toBe(true)
  })

  it('does not start with wrong rule files: there is no older set to stay with', async () => {
    const rules = join(folder, 'rules')
    await mkdir(rules)
    await cp(assetPath('tests/fixtures/rules/shapes-bad.yaml'), join(rules, 'mine.yaml'))
    const env = { HUYING_RULES_DIR: rules, HUYING_DATA_DIR: join(folder, 'unborn') }
    const { code, stderr } = await runHuying(['serve'], {
      env: { ...env, HUYING_HTTP_PORT: '0', HUYING_MQTT_PORT: '0' },
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/mine\.yaml:\d+:\d+ /)
  })
})

describe('beside a running service', () => {
  let service: Service
  let dataDir: string
  let env: Record<string, string>

  beforeAll(async () => {
    dataDir = await makeDataDir()
    service = await startService({ dataDir })
    env = {
      HUYING_HTTP_PORT: new URL(service.httpUrl).port,
      HUYING_MQTT_PORT: new URL(service.mqttUrl).port,
      HUYING_HTTP_HOST: '127.0.0.1',
      HUYING_MQTT_HOST: '127.0.0.1',
      HUYING_ADMIN_TOKEN: ADMIN_TOKEN,
      HUYING_DATA_DIR: join(dataDir, 'data'),
    }
  })
  afterAll(async () => {
    await service?.kill().catch(() => {})
    await removeDataDir(dataDir)
  })

  it('registers devices, lists them, and changes their tokens', async () => {
    const place = ['--name', '雨量计', '--place', '平桥街3号', '--lat', '31.2', '--lon', '120.6', '--every', '60']
    const added = await runHuying(['device', 'add', 'rain-1', '--type', 'rain-gauge', ...place], { env })
    expect([added.code, added.stderr]).toEqual([0, ''])
    const { id, token } = JSON.parse(added.stdout) as { id: string; token: string }
    expect(id).toBe('rain-1')
    const again = await runHuying(['device', 'add', 'rain-1', '--type', 'rain-gauge'], { env })
    expect([again.code, again.stderr]).toEqual([1, 'huying: this device id is taken {"id":"rain-1"}\n'])

    expect((await runHuying(['device', 'list'], { env })).stdout).toBe('rain-1\train-gauge\t平桥街3号\n')
    const listed = JSON.parse((await runHuying(['device', 'list', '--json'], { env })).stdout) as object[]
    expect(listed).toMatchObject([
      { id: 'rain-1', name: '雨量计', position: { lat: 31.2, lon: 120.6 }, reportEveryS: 60 },
    ])

    const more = ['--gateway', 'gw-1', '--attribute', 'storeys=3', '--attribute', 'line="3"', '--unset', 'place']
    const different = await runHuying(['device', 'change', 'rain-1', ...more], { env })
    expect(JSON.parse(different.stdout)).toMatchObject({ gateway: 'gw-1', attributes: { storeys: 3, line: '3' } })
    expect(JSON.parse(different.stdout)).not.toHaveProperty('place')
    const unset = await runHuying(['device', 'change', 'rain-1', '--unset', 'attributes.line'], { env })
    expect(JSON.parse(unset.stdout)).toMatchObject({ attributes: { storeys: 3 } })

    const changed = await runHuying(['device', 'token', 'rain-1'], { env })
    await expect(connectDevice(service, 'rain-1', token)).rejects.toThrow()
    const device = await connectDevice(service, 'rain-1', (JSON.parse(changed.stdout) as { token: string }).token)
    await device.close()
  })

  it('says what is wrong when it is not let in, or nobody answers', async () => {
    const stranger = await runHuying(['device', 'list', '--token', 'wrong'], { env })
    expect([stranger.code, stranger.stdout]).toEqual([1, ''])
    expect(stranger.stderr).toMatch(/^huying: .*token/i)
    const nobody = await runHuying(['device', 'list', '--url', 'http://127.0.0.1:1'], { env })
    expect(nobody.code).toBe(1)
    expect(nobody.stderr).toContain('is the service running?')
    const tokenless = await runHuying(['device', 'list'], { env: { HUYING_DATA_DIR: join(folder, 'nowhere') } })
    expect(tokenless.code).toBe(1)
    expect(tokenless.stderr).toContain('HUYING_ADMIN_TOKEN')
  })

  it('doctor finds what is in the way, and says what to do', async () => {
    const { code, stdout } = await runHuying(['doctor', '--json'], {
      env: { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', HUYING_MODEL_MANIFEST: '/nowhere.yaml' },
    })
    expect(code).toBe(1)
    const findings = JSON.parse(stdout) as { subject: string; ok: boolean; advice?: string }[]
    expect(findings.filter(({ ok }) => !ok).map(({ subject }) => subject)).toEqual([
      'HTTP port',
      'MQTT port',
      'data folder',
      'database',
      'models',
    ])
    for (const { ok, advice } of findings) expect(ok || advice).toBeTruthy()
  })

  it('doctor finds nothing on a healthy machine', async () => {
    const { code, stdout } = await runHuying(['doctor'], {
      env: { ...env, HUYING_HTTP_PORT: '0', HUYING_MQTT_PORT: '0', HUYING_DATA_DIR: join(folder, 'fresh') },
    })
    expect(stdout).not.toContain('FAIL')
    expect(code).toBe(0)
  })

  it('simulates a sub-district for as long as asked', async () => {
    const to = ['--http', service.httpUrl, '--mqtt', service.mqttUrl]
    const { code, stdout, stderr } = await runHuying(['simulate', '--scenario', 'ci', '--for', '4', ...to], { env })
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; acknowledged?: number })
    const stopped = lines.findLast(({ acknowledged }) => acknowledged !== undefined)
    expect(stopped?.acknowledged).toBeGreaterThan(30)
    const devices = await service.call<{ items: object[] }>('GET', '/api/v1/devices')
    expect(devices.items.length).toBeGreaterThan(30)
    const counted = () => service.call<{ count: number }>('GET', '/api/v1/readings?count=true')
    await eventually(counted, ({ count }) => count > 30)
    const refusals = await service.call<{ items: { device: string }[] }>('GET', '/api/v1/refusals')
    expect(refusals.items.filter(({ device }) => device !== 'rain-1')).toEqual([])
  }, 60_000)
})
