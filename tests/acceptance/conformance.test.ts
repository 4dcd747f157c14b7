import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedService, startEmbedded } from '../../app/conformance/embedded-service.ts'
import { examineDevice } from '../../app/conformance/run-conformance.ts'
import { assetPath } from '../../core/source-path.ts'
import type { Verdict } from '../../simulators/conformance/judge-device.ts'
import { loadProfile, type Profile } from '../../simulators/conformance/profile.ts'
import type { Way } from '../../simulators/conformance/way.ts'
import { isWellFormed } from '../alerts/outputs/valid-xml.ts'

const EXAMPLES = assetPath('docs/examples/devices')
const PATIENT = assetPath('tests/fixtures/patient-smoke-detector.yaml')
const PICTURE = assetPath('tests/fixtures/frames/beach-dji-0020.jpg')
const PYTHON = '/usr/bin/python3'
const hasPaho = existsSync('/usr/lib/python3/dist-packages/paho')
const hasMosquitto = existsSync('/usr/include/mosquitto.h') && existsSync('/usr/bin/gcc')
const EVERY_S = 0.5
const LONGEST_MS = 300_000

let folder = ''
let service: EmbeddedService
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-test-'))
  await symlink(assetPath('node_modules'), join(folder, 'node_modules'))
  service = await startEmbedded({ host: { listen: '127.0.0.1', found: '127.0.0.1' }, log: pino({ level: 'silent' }) })
})
afterAll(async () => {
  await service.close()
  await rm(folder, { recursive: true, force: true })
})

async function examine(device: string, command: string[], over: Way = 'tcp', profile = loadProfile(PATIENT)) {
  const { verdict } = await examineDevice(
    {
      ...{ profile, device, command, way: over, everyS: EVERY_S, startWithinS: 60 },
      ...{ host: '127.0.0.1', port: 0, httpPort: 0, onReady: () => {}, onStep: () => {} },
    },
    service,
  )
  return verdict
}

/** What is asked is the same; a machine that is busy with other tests is given more time. */
function patient(name: string): Profile {
  const { reports, clock, link, ...rest } = loadProfile(name)
  return {
    ...rest,
    reports: { ...reports, patience: 20 },
    clock: { ...clock, driftS: 60 },
    link: { ...link, birthWithinS: 60, returnWithinS: 120 },
  }
}

/** The example as a maker would compile it. */
function compiled(): string[] {
  const options = [
    '--ignoreConfig',
    '--outDir',
    folder,
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
  ]
  const { status, stdout } = spawnSync(
    process.execPath,
    [assetPath('node_modules/typescript/bin/tsc'), join(EXAMPLES, 'smoke_detector.ts'), '--skipLibCheck', ...options],
    { cwd: assetPath('.') },
  )
  expect(status, String(stdout)).toBe(0)
  return [process.execPath, join(folder, 'smoke_detector.js')]
}

function built(): string[] {
  const binary = join(folder, 'smoke_detector')
  const source = join(EXAMPLES, 'smoke_detector.c')
  const { status, stderr } = spawnSync('gcc', ['-Wall', '-Werror', source, '-o', binary, '-lmosquitto'])
  expect(status, String(stderr)).toBe(0)
  return [binary]
}

const example = (name: string) => [PYTHON, join(EXAMPLES, name)]
const vicious = (vice: string) => [process.execPath, assetPath('tests/fixtures/device-with-a-vice.mjs'), vice]

/** Every device, by what is expected of it: the clauses that it does not pass. */
interface Case {
  device: string
  command: () => string[]
  over?: Way
  profile?: Profile
  skip?: boolean
  faults?: string[]
}

const GOOD: Record<string, Case> = {
  'in TypeScript, over TLS and WebSocket': { device: 'ts-1', command: compiled, over: 'wss' },
  'in Python, over TLS': { device: 'py-1', command: () => example('smoke_detector.py'), over: 'tls', skip: !hasPaho },
  'in C': { device: 'c-1', command: built, skip: !hasMosquitto },
  'that sends pictures over HTTP': {
    ...{ device: 'camera-1', command: () => [...example('camera_http.py'), PICTURE], profile: patient('camera') },
  },
  'that plays a DJI dock with its drone': {
    ...{ device: 'DOCK1', command: () => [...example('dji_dock.py'), PICTURE], profile: patient('dji-dock') },
    skip: !hasPaho,
  },
}

const BAD: Record<string, Case> = {
  'trusts anybody’s certificate': {
    ...{ device: 'bad-1', command: () => vicious('trusts-anybody'), over: 'tls', faults: ['link.certificate'] },
  },
  'hangs up when PUBACK is late': {
    ...{ device: 'bad-2', command: () => vicious('hangs-up-when-puback-is-late'), faults: ['trouble.late-puback'] },
  },
  'keeps its own time': {
    ...{ device: 'bad-3', command: () => vicious('keeps-its-own-time'), faults: ['trouble.set-clock'] },
  },
  'tells no firmware': {
    ...{ device: 'bad-4', command: () => vicious('tells-no-firmware'), over: 'ws', faults: ['login.firmware'] },
  },
}

/** All devices meet the kit at the same time, at one service: together they take as long as one. */
const verdicts = new Map<string, Promise<Verdict>>()
let cli: ReturnType<typeof huying>
beforeAll(() => {
  for (const [name, { device, command, over = 'tcp', profile, skip }] of Object.entries({ ...GOOD, ...BAD }))
    if (!skip) verdicts.set(name, examine(device, command(), over, profile))
  verdicts.set('silent', examine('silent-1', vicious('falls-silent-at-bad-commands')))
  const reports = [
    '--json',
    'report.json',
    '--junit',
    'report.xml',
    '--badge',
    'badge.json',
    '--trace',
    'trace.jsonl',
    '--access',
    'device.env',
  ]
  const careless = ['--', process.execPath, assetPath('tests/fixtures/careless-device.mjs')]
  cli = huying(['--profile', PATIENT, '--every', '0.5', ...reports, ...careless])
  // Who waits for one hears of it; the others must not end the process meanwhile.
  for (const verdict of verdicts.values()) verdict.catch(() => {})
})

async function huying(args: string[]): Promise<{ code: number | null; said: string }> {
  const temporary = join(folder, 'tmp')
  await mkdir(temporary, { recursive: true })
  const child = spawn(process.execPath, [assetPath('dist/app/main.js'), 'conformance', ...args], {
    ...{ cwd: folder, env: { ...process.env, TMPDIR: temporary } },
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text))
  child.stderr.on('data', (text: Buffer) => (said += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

describe('the conformance kit finds nothing to say against the example', { timeout: LONGEST_MS }, () => {
  it.each(Object.entries(GOOD).filter(([, { skip }]) => !skip))('%s', async (name) => {
    const { clauses, conforms } = await verdicts.get(name)!
    expect(clauses.filter(({ outcome }) => outcome !== 'pass').map(({ id, saw }) => `${id}: ${saw.en}`)).toEqual([])
    expect(conforms).toBe(true)
  })
})

describe('the conformance kit names exactly what is wrong with a device that', { timeout: LONGEST_MS }, () => {
  it.each(Object.entries(BAD))('%s', async (name, { faults }) => {
    const { clauses } = await verdicts.get(name)!
    expect(clauses.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id)).toEqual(faults)
  })

  it('falls silent at a malformed command, and never comes to the rest', async () => {
    const { clauses } = await verdicts.get('silent')!
    const outcome = (id: string) => clauses.find((clause) => clause.id === id)?.outcome
    expect(outcome('trouble.malformed-command')).toBe('fail')
    expect(outcome('trouble.late-puback')).toBe('pass')
  })
})

describe('huying conformance', { timeout: LONGEST_MS }, () => {
  it('writes reports for people and machines about a careless device, and leaves nothing behind', async () => {
    const { code, said } = await cli
    expect(code).toBe(1)
    expect(said).toMatch(/does not conform to smoke-detector/)
    const read = (name: string) => readFile(join(folder, name), 'utf8')
    const { clauses } = JSON.parse(await read('report.json')) as Verdict
    expect(clauses.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'login.will',
        'login.birth',
        'time.said',
        'order.qos',
        'trouble.back-off',
        'payload.valid',
      ]),
    )
    const xml = await read('report.xml')
    expect(await isWellFormed(xml)).toBe(true)
    expect(xml.match(/<testcase /g)).toHaveLength(clauses.length)
    expect(JSON.parse(await read('badge.json'))).toMatchObject({ schemaVersion: 1, color: 'red' })
    expect((await read('trace.jsonl')).split('\n').length).toBeGreaterThan(20)
    expect(existsSync(join(folder, 'device.env'))).toBe(false)
    expect(await readdir(join(folder, 'tmp'))).toEqual([])
  })

  it('says so when the device’s program ends at once', async () => {
    const stillborn = [process.execPath, '-e', 'process.exit(3)']
    await expect(examine('stillborn-1', stillborn)).rejects.toThrow("the device's program ended: exit code 3")
  })
})
