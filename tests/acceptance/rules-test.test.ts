import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { runHuying } from './command.ts'
import { makeDataDir, removeDataDir } from './service.ts'

const MINE = `rules:
  - { id: too-loud, title: { zh: 太吵, en: Too loud }, category: other, kind: threshold, where: { metric: leq_db }, above: 70, severity: minor }
`
const TEST = (at: string) => `rules: ../rules/mine.yaml
devices: [{ id: ear-1, type: microphone }]
tests:
  - name: noise is told at once
    series: [{ device: ear-1, metric: leq_db, values: 50x3 80 }]
    events: [{ at: ${at}, raised: too-loud }]
`

let folder: string
let file: (name: string) => string

beforeAll(async () => {
  folder = await makeDataDir()
  file = (name) => join(folder, 'tests', name)
  await mkdir(join(folder, 'rules'))
  await mkdir(join(folder, 'tests'))
  await writeFile(join(folder, 'rules/mine.yaml'), MINE)
  await writeFile(file('good.yaml'), TEST('3m'))
})
afterAll(() => removeDataDir(folder))

describe('huying rules test', () => {
  it('ends with 0 when all tests pass, and finds rule files from where the test lies', async () => {
    const { code, stdout, stderr } = await runHuying(['rules', 'test', file('good.yaml')])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`pass  ${file('good.yaml')}:4  noise is told at once\n1 tests, all passed\n`)
    expect((await runHuying(['rules', 'test', assetPath('detectors/rules/shipped/tests')])).code).toBe(0)
  })

  it('ends with 1 when one fails, with the difference as text, JSON and JUnit', async () => {
    await writeFile(file('late.yaml'), TEST('2m'))
    const text = await runHuying(['rules', 'test', file('late.yaml')])
    expect([text.code, text.stderr]).toEqual([1, ''])
    expect(text.stdout).toMatch(/- 2m raised too-loud\n +\+ 3m raised too-loud ear-1 leq_db minor code=above value=80/)

    const junit = join(folder, 'junit.xml')
    const { code, stdout } = await runHuying(['rules', 'test', join(folder, 'tests'), '--json', '--junit', junit])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject([
      { file: file('good.yaml'), tests: [{ name: 'noise is told at once', passed: true }] },
      {
        file: file('late.yaml'),
        tests: [{ passed: false, mismatches: [{ what: 'events', expected: ['2m raised too-loud'] }] }],
      },
    ])
    expect(await readFile(junit, 'utf8')).toContain('tests="1" failures="1" errors="0"')
  })

  it('ends with 1 and every fault, with file, line and column, when tests or rules cannot be read', async () => {
    await writeFile(join(folder, 'bad.yaml'), TEST('3m').replace('50x3 80', '50x3 loud'))
    const slip = await runHuying(['rules', 'test', join(folder, 'bad.yaml')])
    expect([slip.code, slip.stdout]).toEqual([1, '1 files could not be run\n'])
    expect(slip.stderr).toMatch(/bad\.yaml:5:60 loud is neither a value/)
    const absent = await runHuying(['rules', 'test', join(folder, 'absent.yaml')])
    expect([absent.code, absent.stderr]).toEqual([1, `${join(folder, 'absent.yaml')}:1:1 cannot be read (ENOENT)\n`])
  })

  it('ends with 1 where there is no test at all, and with 2 without a path', async () => {
    await mkdir(join(folder, 'empty'))
    const empty = await runHuying(['rules', 'test', join(folder, 'empty')])
    expect([empty.code, empty.stdout]).toEqual([1, 'no tests found\n'])
    expect((await runHuying(['rules', 'test'])).code).toBe(2)
  })

  it('runs the example of the documentation', async () => {
    const readme = await readFile(assetPath('detectors/rules/testing/README.md'), 'utf8')
    const [, example = ''] = /```yaml\n(rules: \[shipped[\s\S]*?)```/.exec(readme) ?? []
    await writeFile(file('example.yaml'), example.replace('my-rules', 'rules/mine'))
    const { code, stdout, stderr } = await runHuying(['rules', 'test', file('example.yaml')])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('1 tests, all passed')
  })
})
