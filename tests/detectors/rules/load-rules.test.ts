import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadRules, parseRead, type ReadRules, readRuleFiles } from '../../../detectors/rules/files/load-rules.ts'
import type { RulesResult } from '../../../detectors/rules/files/parse-rules.ts'
import { watchRules } from '../../../detectors/rules/files/watch-rules.ts'
import type { FileWatch } from '../../../detectors/watch-files.ts'

const rule = (id: string) =>
  `rules: [{ id: ${id}, title: { zh: 一, en: A }, category: other, kind: no-data, after: 1h, severity: minor }]\n`
const idsOf = (result: RulesResult) => ('faults' in result ? result.faults : result.rules.rules.map(({ id }) => id))

let folder: string
const watches: FileWatch[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huying-rules-'))
})
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A watch whose changes are awaited one by one. */
function openWatch(paths: string[], options: { debounceMs: number; pollMs: number; known?: ReadRules }) {
  const results: RulesResult[] = []
  let wake = () => {}
  const watch = watchRules(
    paths,
    (read) => {
      results.push(parseRead(read))
      wake()
    },
    options,
  )
  watches.push(watch)
  const next = async () => {
    while (results.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return idsOf(results.shift()!)
  }
  return { watch, next }
}

it('reads the YAML files of a folder in the order of their names, and single files', async () => {
  await writeFile(join(folder, 'b.yaml'), rule('b'))
  await writeFile(join(folder, 'a.yml'), rule('a'))
  await writeFile(join(folder, 'notes.txt'), 'no rules')

  expect(idsOf(await loadRules([folder]))).toEqual(['a', 'b'])
  expect(idsOf(await loadRules([join(folder, 'b.yaml')]))).toEqual(['b'])
})

it('tells of a folder that cannot be read together with all other faults', async () => {
  await writeFile(join(folder, 'a.yaml'), 'rules: 1\n')
  const missing = join(folder, 'missing')

  expect(idsOf(await loadRules([missing, folder]))).toEqual([
    { file: missing, line: 1, column: 1, message: 'cannot be read (ENOENT)' },
    {
      file: join(folder, 'a.yaml'),
      line: 1,
      column: 8,
      pointer: '/rules',
      message: 'a rule file is a map with the key rules, a list',
    },
  ])
})

it.each([
  { title: 'by the events of the file system', options: { debounceMs: 1, pollMs: 3_600_000 } },
  { title: 'by looking now and then', options: { debounceMs: 3_600_000, pollMs: 5 } },
])('hands over changed rules, and faults, $title', async ({ options }) => {
  await writeFile(join(folder, 'a.yaml'), rule('a'))
  const { watch, next } = openWatch([folder], options)
  await watch.start()

  await writeFile(join(folder, 'new.part'), rule('b'))
  await writeFile(join(folder, 'b.yaml'), rule('b'))
  let ids = await next()
  // A reader may come between the creation of the file and its text.
  while (ids.length !== 2) ids = await next()
  expect(ids).toEqual(['a', 'b'])

  await writeFile(join(folder, 'b.yaml'), rule('a'))
  let faults = await next()
  while (!JSON.stringify(faults).includes('already used')) faults = await next()
  expect(faults).toMatchObject([{ file: join(folder, 'b.yaml'), line: 1 }])
})

it('finds a folder that is made while it watches', async () => {
  const late = join(folder, 'late.yaml')
  const { watch, next } = openWatch([late], { debounceMs: 1, pollMs: 5 })
  await watch.start()

  await writeFile(late, rule('a'))

  let ids = await next()
  while (ids[0] !== 'a') ids = await next()
  expect(ids).toEqual(['a'])
})

it('tells at its start of what changed since it was read', async () => {
  await writeFile(join(folder, 'a.yaml'), rule('a'))
  const known = await readRuleFiles([folder])
  await writeFile(join(folder, 'b.yaml'), rule('b'))
  const { watch, next } = openWatch([folder], { debounceMs: 3_600_000, pollMs: 3_600_000, known })

  await watch.start()

  expect(await next()).toEqual(['a', 'b'])
})

it('may be stopped twice', async () => {
  const { watch } = openWatch([folder], { debounceMs: 1, pollMs: 5 })
  await watch.start()
  watch.stop()
  expect(() => watch.stop()).not.toThrow()
})
