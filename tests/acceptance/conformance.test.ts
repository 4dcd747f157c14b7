import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import type { Verdict } from '../../simulators/conformance/judge-device.ts'
import { isWellFormed } from '../alerts/outputs/valid-xml.ts'

const EXAMPLES = assetPath('docs/examples/devices')
const PROFILE = assetPath('tests/fixtures/patient-smoke-detector.yaml')
const PYTHON = '/usr/bin/python3'
const hasPaho = existsSync('/usr/lib/python3/dist-packages/paho')
const hasMosquitto = existsSync('/usr/include/mosquitto.h') && existsSync('/usr/bin/gcc')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Outcome {
  code: number | null
  verdict: Verdict
  said: string
}

/** The kit as a maker runs it, with temporary files in a folder of its own. */
async function kit(name: string, device: string[], more: string[] = []): Promise<Outcome> {
  const report = join(folder, `${name}.json`)
  const temp = join(folder, `tmp-${name}`)
  spawnSync('mkdir', ['-p', temp])
  const options = ['--every', '0.5', '--json', report, '--junit', join(folder, `${name}.xml`), ...more]
  const main = assetPath('dist/app/main.js')
  const child = spawn(process.execPath, [main, 'conformance', '--profile', PROFILE, ...options, '--', ...device], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temp },
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text))
  child.stderr.on('data', (text: Buffer) => (said += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  expect(await readdir(temp), said).toEqual([])
  return { code, said, verdict: JSON.parse(await readFile(report, 'utf8')) as Verdict }
}

/** The example as a maker would compile it. */
function compiled(): string[] {
  const tsc = assetPath('node_modules/typescript/bin/tsc')
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
    [tsc, join(EXAMPLES, 'smoke_detector.ts'), '--skipLibCheck', ...options],
    { cwd: assetPath('.') },
  )
  expect(status, String(stdout)).toBe(0)
  spawnSync('ln', ['-sfn', assetPath('node_modules'), join(folder, 'node_modules')])
  return [process.execPath, join(folder, 'smoke_detector.js')]
}

describe.concurrent('the conformance kit', () => {
  it('finds nothing to say against the example in TypeScript', async () => {
    const { code, verdict, said } = await kit('ts', compiled())
    expect(
      verdict.clauses.filter(({ outcome }) => outcome !== 'pass'),
      said,
    ).toEqual([])
    expect(code).toBe(0)
    const xml = await readFile(join(folder, 'ts.xml'), 'utf8')
    expect(await isWellFormed(xml)).toBe(true)
    expect(xml.match(/<testcase /g)).toHaveLength(verdict.clauses.length)
  }, 400_000)

  it.skipIf(!hasPaho)(
    'finds nothing to say against the example in Python',
    async () => {
      const { code, verdict, said } = await kit('py', [PYTHON, join(EXAMPLES, 'smoke_detector.py')])
      expect(
        verdict.clauses.filter(({ outcome }) => outcome !== 'pass'),
        said,
      ).toEqual([])
      expect(code).toBe(0)
    },
    400_000,
  )

  it.skipIf(!hasMosquitto)(
    'finds nothing to say against the example in C',
    async () => {
      const binary = join(folder, 'smoke_detector')
      const built = spawnSync('gcc', [
        '-Wall',
        '-Werror',
        join(EXAMPLES, 'smoke_detector.c'),
        '-o',
        binary,
        '-lmosquitto',
      ])
      expect(built.status, String(built.stderr)).toBe(0)
      const { code, verdict, said } = await kit('c', [binary])
      expect(
        verdict.clauses.filter(({ outcome }) => outcome !== 'pass'),
        said,
      ).toEqual([])
      expect(code).toBe(0)
    },
    400_000,
  )

  it('names what a careless device does wrong', async () => {
    const { code, verdict } = await kit('careless', [process.execPath, assetPath('tests/fixtures/careless-device.mjs')])
    expect(code).toBe(1)
    const failed = verdict.clauses.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)
    expect(failed).toEqual(
      expect.arrayContaining([
        'login.will',
        'login.birth',
        'time.said',
        'order.qos',
        'trouble.back-off',
        'payload.valid',
      ]),
    )
  }, 400_000)

  it('says so when the device’s program ends at once, and leaves nothing behind', async () => {
    const main = assetPath('dist/app/main.js')
    const { status, stderr } = spawnSync(
      process.execPath,
      [main, 'conformance', '--', process.execPath, '-e', 'process.exit(3)'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    expect(stderr).toMatch(/the device's program ended: exit code 3/)
    expect(status).toBe(1)
  }, 400_000)
})
