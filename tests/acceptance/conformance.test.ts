import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import type { Verdict } from '../../simulators/conformance/judge-device.ts'
import { loadProfile, type Profile } from '../../simulators/conformance/profile.ts'
import type { Way } from '../../simulators/conformance/way.ts'
import { isWellFormed } from '../alerts/outputs/valid-xml.ts'

const EXAMPLES = assetPath('docs/examples/devices')
const PATIENT = assetPath('tests/fixtures/patient-smoke-detector.yaml')
const PICTURE = assetPath('tests/fixtures/frames/beach-dji-0020.jpg')
const CARELESS = [process.execPath, assetPath('tests/fixtures/careless-device.mjs')]
const hasPaho = existsSync('/usr/lib/python3/dist-packages/paho')
const hasMosquitto = existsSync('/usr/include/mosquitto.h') && existsSync('/usr/bin/gcc')
const LONGEST_MS = 300_000

const example = (name: string) => ['/usr/bin/python3', join(EXAMPLES, name)]
const vicious = (vice: string) => [process.execPath, assetPath('tests/fixtures/device-with-a-vice.mjs'), vice]

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

interface Case {
  title: string
  command: () => string[]
  way?: Way
  profile?: Profile
  skip?: boolean
  startWithinS?: number
  /** Clauses that it must not pass; all others it must. */
  faults?: string[]
}

const GOOD: Record<string, Case> = {
  'ts-1': { title: 'in TypeScript, over TLS and WebSocket', command: compiled, way: 'wss' },
  'py-1': { title: 'in Python, over TLS', command: () => example('smoke_detector.py'), way: 'tls', skip: !hasPaho },
  'c-1': { title: 'in C', command: built, skip: !hasMosquitto },
  'camera-1': {
    title: 'that sends pictures over HTTP',
    ...{ command: () => [...example('camera_http.py'), PICTURE], profile: patient('camera') },
  },
  DOCK1: {
    title: 'that plays a DJI dock with its drone',
    ...{ command: () => [...example('dji_dock.py'), PICTURE], profile: patient('dji-dock'), skip: !hasPaho },
  },
}

const BAD: Record<string, Case> = {
  'bad-1': {
    title: 'trusts anybody’s certificate',
    ...{ command: () => vicious('trusts-anybody'), way: 'tls', faults: ['link.certificate'] },
  },
  'bad-3': {
    title: 'keeps its own time',
    ...{ command: () => vicious('keeps-its-own-time'), faults: ['trouble.set-clock'] },
  },
  'bad-4': {
    title: 'tells no firmware',
    ...{ command: () => vicious('tells-no-firmware'), way: 'ws', faults: ['login.firmware'] },
  },
}

const OTHERS: Record<string, Case> = {
  'impatient-1': { title: 'impatient', command: () => vicious('hangs-up-when-puback-is-late') },
  'silent-1': { title: 'silent', command: () => vicious('falls-silent-at-bad-commands') },
  'absent-1': {
    title: 'absent',
    command: () => [process.execPath, '-e', 'setInterval(() => {}, 1e6)'],
    startWithinS: 1,
  },
  'stillborn-1': { title: 'stillborn', command: () => [process.execPath, '-e', 'process.exit(3)'] },
}

interface Outcome {
  device: string
  verdict?: Verdict
  error?: string
}

let folder = ''
let met: Promise<Map<string, Outcome>>
let cli: Promise<{ code: number | null; said: string }>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-test-'))
  await mkdir(join(folder, 'tmp'))
  await symlink(assetPath('node_modules'), join(folder, 'node_modules'))
  met = meet({ ...GOOD, ...BAD, ...OTHERS })
  const reports = ['--json', 'report.json', '--junit', 'report.xml', '--badge', 'badge.json', '--trace', 'trace.jsonl']
  const options = ['--profile', PATIENT, '--every', '0.5', '--access', 'device.env', ...reports]
  cli = node([assetPath('dist/app/main.js'), 'conformance', ...options, '--', ...CARELESS], '', join(folder, 'tmp'))
})
afterAll(async () => {
  await Promise.allSettled([met, cli])
  await rm(folder, { recursive: true, force: true })
}, LONGEST_MS)

async function meet(devices: Record<string, Case>): Promise<Map<string, Outcome>> {
  const cases = Object.entries(devices)
    .filter(([, { skip }]) => !skip)
    .map(([device, { command, way = 'tcp', profile = loadProfile(PATIENT), startWithinS = 60 }]) => ({
      ...{ device, way, profile, startWithinS, command: command() },
    }))
  const { said } = await node([assetPath('tests/fixtures/meet-the-kit.mjs')], JSON.stringify(cases))
  const outcomes = said.split('\n').flatMap((line) => (line.startsWith('{') ? (JSON.parse(line) as Outcome) : []))
  return new Map(outcomes.map((outcome) => [outcome.device, outcome]))
}

async function node(args: string[], input: string, temporary = tmpdir()) {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, TMPDIR: temporary } })
  child.stdin.end(input)
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text))
  child.stderr.resume()
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

/** The example as a maker would compile it. */
function compiled(): string[] {
  const compiler = [assetPath('node_modules/typescript/bin/tsc'), '--ignoreConfig', '--skipLibCheck', '--types', 'node']
  const target = ['--outDir', folder, '--module', 'nodenext', '--target', 'es2022']
  const { status, stdout } = spawnSync(
    process.execPath,
    [...compiler, ...target, join(EXAMPLES, 'smoke_detector.ts')],
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

async function faultsOf(device: string): Promise<[string, string][]> {
  const { verdict, error } = (await met).get(device)!
  expect(error).toBeUndefined()
  return verdict!.clauses.flatMap(({ id, outcome, saw }) => (outcome === 'pass' ? [] : [[id, saw.en]]))
}

const titled = (cases: Record<string, Case>) =>
  Object.entries(cases).map(([device, one]): [string, string, Case] => [one.title, device, one])

describe('the conformance kit finds nothing to say against the example', { timeout: LONGEST_MS }, () => {
  for (const [title, device, { skip = false }] of titled(GOOD))
    it.skipIf(skip)(title, async () => {
      expect(await faultsOf(device)).toEqual([])
      expect((await met).get(device)?.verdict?.conforms).toBe(true)
    })
})

describe('the conformance kit names exactly what is wrong with a device that', { timeout: LONGEST_MS }, () => {
  it.each(titled(BAD))('%s', async (_title, device, { faults }) => {
    expect((await faultsOf(device)).map(([id]) => id)).toEqual(faults)
  })

  it('hangs up when PUBACK is late, which may cost it more', async () => {
    expect((await faultsOf('impatient-1')).map(([id]) => id)).toContain('trouble.late-puback')
  })

  it('falls silent at a malformed command, and never comes to the rest', async () => {
    const faults = (await faultsOf('silent-1')).map(([id]) => id)
    expect(faults).toContain('trouble.malformed-command')
    expect(faults).not.toContain('trouble.late-puback')
  })

  it('never comes', async () => {
    expect((await met).get('absent-1')?.error).toBe('no device connected within 1 s')
  })

  it('ends before it has said anything', async () => {
    const { error } = (await met).get('stillborn-1')!
    expect(error).toBe("the device's program ended: exit code 3")
  })
})

it(
  'huying conformance writes reports about a careless device, and leaves nothing behind',
  async () => {
    const { code, said } = await cli
    expect(code).toBe(1)
    expect(said).toMatch(/does not conform to smoke-detector/)
    const read = (name: string) => readFile(join(folder, name), 'utf8')
    const { clauses } = JSON.parse(await read('report.json')) as Verdict
    const failed = clauses.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)
    const known = ['login.will', 'login.birth', 'time.said', 'order.qos', 'trouble.back-off', 'payload.valid']
    expect(failed).toEqual(expect.arrayContaining(known))
    const xml = await read('report.xml')
    expect(await isWellFormed(xml)).toBe(true)
    expect(xml.match(/<testcase /g)).toHaveLength(clauses.length)
    expect(JSON.parse(await read('badge.json'))).toMatchObject({ schemaVersion: 1, color: 'red' })
    expect((await read('trace.jsonl')).split('\n').length).toBeGreaterThan(20)
    expect(existsSync(join(folder, 'device.env'))).toBe(false)
    expect(await readdir(join(folder, 'tmp'))).toEqual([])
  },
  LONGEST_MS,
)
