import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RuleDetailView, RuleVersionView, RuleView } from '../../dashboards/contract.ts'
import { printRules } from '../../detectors/rules/files/print-rules.ts'
import { aRuleSpec } from '../detectors/rules/a-rule-spec.ts'
import { runHuying } from './command.ts'
import { connectDevice, type Device } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  makeDataDir,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const HOT = aRuleSpec('oven-hot', { where: { type: 'oven', metric: 'temp_c' }, above: 200 })

let dataDir: string
let service: Service
let token: string
let device: Device | undefined

async function start(): Promise<void> {
  service = await startService({ dataDir, env: { HUYING_RULES_DIR: join(dataDir, 'rules') } })
}
async function killAndStart(): Promise<void> {
  await device?.close()
  device = undefined
  await service.kill()
  await start()
}
const env = () => ({
  HUYING_HTTP_PORT: new URL(service.httpUrl).port,
  HUYING_ADMIN_TOKEN: ADMIN_TOKEN,
  HUYING_DATA_DIR: join(dataDir, 'data'),
})
async function huying(...args: string[]) {
  const { code, stdout, stderr } = await runHuying(['rules', ...args], { env: env() })
  return { code, stdout, stderr }
}
async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${service.httpUrl}/api/v1/rules${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}
const ruleOf = async (id: string) => (await ask('GET', `/${id}`)).body as RuleDetailView
const activeAlerts = async () =>
  (await service.call<{ items: { rule: string; state: string }[] }>('GET', '/api/v1/alerts?open=true')).items
    .filter(({ state }) => state === 'active')
    .map(({ rule }) => rule)

let seq = 0
/** A reading, and what fires after it. */
async function oven(tempC: number): Promise<string[]> {
  device ??= await connectDevice(service, 'oven-1', token)
  await device.send({ temp_c: tempC }, { seq: ++seq })
  return activeAlerts()
}

beforeAll(async () => {
  dataDir = await makeDataDir()
  await mkdir(join(dataDir, 'rules'))
  await writeFile(
    join(dataDir, 'rules/oven.yaml'),
    printRules([aRuleSpec('in-file', { where: { type: 'oven', metric: 'x' } })]),
  )
  await start()
  token = await addDevice(service, 'oven-1', 'oven')
})
afterAll(async () => {
  await device?.close()
  await service?.kill().catch(() => {})
  await removeDataDir(dataDir)
})

describe('rules made over the API', () => {
  it('judge from the answer on, without a restart, and are gone with what they raised when they are switched off', async () => {
    expect(await oven(250)).toEqual([])

    expect((await ask('POST', '', HOT)).status).toBe(201)
    expect(await oven(251)).toEqual(['oven-hot'])

    expect((await ask('PUT', '/oven-hot', { ...HOT, enabled: false })).status).toBe(200)
    expect(await activeAlerts()).toEqual([])
    expect(await oven(252)).toEqual([])
  })

  it('are there again after a kill right behind the answer, with all their versions', async () => {
    await ask('PUT', '/oven-hot', { ...HOT, above: 300 })
    await killAndStart()

    expect(await ruleOf('oven-hot')).toMatchObject({ state: 'active', version: 3, spec: { above: 300 } })
    const { items } = (await ask('GET', '/oven-hot/versions')).body as { items: RuleVersionView[] }
    expect(items.map(({ version, by, spec }) => [version, by, spec?.above, spec?.enabled])).toEqual([
      [3, 'admin', 300, undefined],
      [2, 'admin', 200, false],
      [1, 'admin', 200, undefined],
    ])
    expect(await oven(250)).toEqual([])
    expect(await oven(301)).toEqual(['oven-hot'])
  })

  it('survive kills in the middle of many changes: every answered one, and none by half', async () => {
    let answered = 0
    let stopped = false
    const writing = (async () => {
      for (let above = 400; !stopped; above++) {
        const { status } = await ask('PUT', '/oven-hot', { ...HOT, above })
        if (status === 200) answered = above
      }
    })().catch(() => {})
    await eventually(
      async () => answered,
      (above) => above > 402,
    )
    await service.kill()
    stopped = true
    await writing
    await device?.close()
    device = undefined
    await start()

    const { spec, version } = await ruleOf('oven-hot')
    const { items } = (await ask('GET', '/oven-hot/versions')).body as { items: RuleVersionView[] }
    expect([answered, answered + 1]).toContain(spec.above)
    expect(version).toBe(Number(spec.above) - 400 + 4)
    expect(items[0]).toMatchObject({ version, spec })
  }, 90_000)

  it('a shipped one can be overridden, and a change of its file is in its history', async () => {
    const { spec } = await ruleOf('in-file')
    await ask('PUT', '/in-file', { ...spec, above: 77 })
    const path = join(dataDir, 'rules/oven.yaml')
    await writeFile(path, (await readFile(path, 'utf8')).replace('above: 30', 'above: 31'))
    await eventually(
      () => ruleOf('in-file'),
      ({ version }) => version === 3,
    )

    await ask('DELETE', '/in-file')

    expect(await ruleOf('in-file')).toMatchObject({ source: 'file', path, spec: { above: 31 }, version: 4 })
    const { items } = (await ask('GET', '/in-file/versions')).body as { items: RuleVersionView[] }
    expect(items.map(({ by, source, spec: held }) => [by, source, held?.above])).toEqual([
      ['admin', 'api', 31],
      ['file', 'file', 77],
      ['admin', 'api', 77],
      ['file', 'file', 30],
    ])
  })
})

describe('the command line', () => {
  it('lists and shows rules', async () => {
    const listed = await huying('list')
    expect(listed.code).toBe(0)
    expect(listed.stdout).toMatch(/^smoke-high\tthreshold\tactive\tshipped\/smoke\.yaml\tv1$/m)
    const shown = await huying('show', 'in-file')
    expect(shown.stdout).toContain((await ruleOf('in-file')).yaml)
    const missing = await huying('show', 'nothing')
    expect([missing.code, missing.stderr]).toEqual([1, 'huying: no such rule {"rule":"nothing"}\n'])
  })

  it('imports a file: first what would change, then all of it; a wrong one not at all, with its lines', async () => {
    const file = join(dataDir, 'import.yaml')
    await writeFile(file, printRules([aRuleSpec('a'), aRuleSpec('b', { above: 12 })]))
    const tried = await huying('import', file, '--dry-run')
    const before = (await ask('GET', '/a')).status
    const done = await huying('import', file)
    await writeFile(file, printRules([aRuleSpec('c'), aRuleSpec('b', { severity: 'huge' })]))
    const wrong = await huying('import', file)

    expect(tried.stdout).toBe(
      'a: new, version 1\nb: new, version 1\n2 changed, 0 unchanged (nothing was changed yet)\n',
    )
    expect([before, done.stdout]).toEqual([404, 'a: new, version 1\nb: new, version 1\n2 changed, 0 unchanged\n'])
    expect(wrong).toEqual({
      code: 1,
      stdout: '',
      stderr: `huying: ${file}:23:15 severity must be one of critical, major, minor, warning, not "huge"\n`,
    })
    expect((await ask('GET', '/c')).status).toBe(404)
  })

  it('exports what can be imported again, tells history and differences, rolls back, switches off and on, removes', async () => {
    const file = join(dataDir, 'export.yaml')
    await huying('export', '--own', '--id', 'a', '--id', 'b', '--out', file)
    expect(await readFile(file, 'utf8')).toBe(printRules([aRuleSpec('a'), aRuleSpec('b', { above: 12 })]))

    await ask('PUT', '/b', aRuleSpec('b', { above: 13 }))
    expect((await huying('diff', 'b')).stdout).toBe('version 1 → 2\n    above: 12 → 13\n')
    expect((await huying('rollback', 'b', '--to', '1')).stdout).toBe(
      'b: changed, version 3\n    above: 13 → 12\n1 changed, 0 unchanged\n',
    )
    expect((await huying('history', 'b')).stdout).toMatch(
      /^v3\t\S+\tadmin\trollback, to 1\nv2\t\S+\tadmin\tapi\nv1\t\S+\tadmin\timport\n$/,
    )
    expect((await huying('disable', 'smoke-high')).stdout).toBe('smoke-high: off, version 2\n')
    expect((await huying('enable', 'smoke-high')).stdout).toBe('smoke-high: active, version 3\n')
    expect(((await ruleOf('smoke-high')) as RuleView).source).toBe('shipped')
    expect((await huying('remove', 'b')).stdout).toBe('b: removed, version 4\n1 changed, 0 unchanged\n')
  }, 60_000)

  it('makes a rule of a template', async () => {
    const listed = await huying('template', 'smoke-detector')
    const made = await huying('template', 'smoke-detector', 'smoke-level', '--id', 'kitchen', '--set', 'limit=0.3')
    const wrong = await huying('template', 'smoke-detector', 'smoke-level', '--id', 'attic', '--set', 'limit=7')

    expect(listed.stdout).toContain('    limit=0.1 dB/m (0.02 to 1)  Limit\n')
    expect(made.stdout).toBe('kitchen: new, version 1\n1 changed, 0 unchanged\n')
    expect(await ruleOf('kitchen')).toMatchObject({ spec: { above: 0.3, where: { type: 'smoke-detector' } } })
    expect([wrong.code, wrong.stderr]).toEqual([1, 'huying: limit must be a number from 0.02 to 1 dB/m, not 7\n'])
  })
})
