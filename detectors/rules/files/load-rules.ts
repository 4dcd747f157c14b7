import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RuleFault } from '../rule-fault.ts'
import { parseRules, type RuleFile, type RulesResult } from './parse-rules.ts'

/** Reads and checks all `*.yaml` and `*.yml` files of the given folders (not below them) and all files given by name. */
export async function loadRules(paths: string[]): Promise<RulesResult> {
  return parseRead(await readRuleFiles(paths))
}

/** Checks what was read; files that could not be read make the whole set faulty. */
export function parseRead(read: ReadRules): RulesResult {
  const result = parseRules(read.files)
  if (read.faults.length === 0) return result
  return { faults: 'faults' in result ? [...read.faults, ...result.faults] : read.faults }
}

/** The texts of all rule files, and a fault for each folder or file that cannot be read. */
export interface ReadRules {
  files: RuleFile[]
  faults: RuleFault[]
}

/** Reads only; never throws. */
export async function readRuleFiles(paths: string[]): Promise<ReadRules> {
  const files: RuleFile[] = []
  const faults: RuleFault[] = []
  for (const path of paths) {
    try {
      for (const file of await listYamlFiles(path)) files.push({ path: file, text: await readFile(file, 'utf8') })
    } catch (err) {
      const code = (err as NodeJS.ErrnoException).code ?? 'unknown'
      faults.push({ file: path, line: 1, column: 1, message: `cannot be read (${code})` })
    }
  }
  return { files, faults }
}

/** The file itself, or all `*.yaml` and `*.yml` files of the folder, not below it. Throws what the file system throws. */
export async function listYamlFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(path, name))
}
