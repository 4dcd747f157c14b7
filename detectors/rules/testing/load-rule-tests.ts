import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { listYamlFiles, parseRead, readRuleFiles } from '../files/load-rules.ts'
import { SHIPPED_RULES } from '../files/shipped-rules.ts'
import type { RuleSet } from '../rule.ts'
import type { RuleFault } from '../rule-fault.ts'
import { parseRuleTests, unknownRules } from './parse-rule-tests.ts'
import type { RuleTests } from './rule-test.ts'

/** One file of tests with the rules that it tests, or what is wrong with either. */
export type LoadedRuleTests = { tests: RuleTests; rules: RuleSet } | { path: string; faults: RuleFault[] }

/** Reads files of rule tests, and all `*.yaml` and `*.yml` files of folders. Never throws: what cannot be read is a fault. */
export async function loadRuleTests(paths: string[]): Promise<LoadedRuleTests[]> {
  const loaded: LoadedRuleTests[] = []
  for (const path of paths) {
    try {
      for (const file of await listYamlFiles(path)) loaded.push(await loadFile(file))
    } catch (err) {
      loaded.push({ path, faults: [{ file: path, line: 1, column: 1, message: `cannot be read (${codeOf(err)})` }] })
    }
  }
  return loaded
}

async function loadFile(path: string): Promise<LoadedRuleTests> {
  const parsed = parseRuleTests({ path, text: await readFile(path, 'utf8') })
  if ('faults' in parsed) return { path, faults: parsed.faults }
  const { tests } = parsed
  const rules = await loadRulesOf(tests)
  if ('faults' in rules) return { path, faults: rules.faults }
  const faults = unknownRules(tests, new Set(rules.rules.rules.map(({ id }) => id)))
  return faults.length > 0 ? { path, faults } : { tests, rules: rules.rules }
}

/** Rule files named in a test are found from where the test lies; one that cannot be read is a fault of the test. */
async function loadRulesOf({ path, rulePaths, ruleset }: RuleTests) {
  const files = ruleset === null ? [] : [ruleset]
  const faults: RuleFault[] = []
  for (const { path: named, spot } of rulePaths) {
    const found = named === 'shipped' ? SHIPPED_RULES : resolve(dirname(path), named)
    const read = await readRuleFiles([found])
    files.push(...read.files)
    faults.push(...read.faults.map(({ file, message }) => ({ ...spot, message: `${file} ${message}` })))
  }
  return faults.length > 0 ? { faults } : parseRead({ files, faults: [] })
}

function codeOf(err: unknown): string {
  return (err as NodeJS.ErrnoException).code ?? 'unknown'
}
