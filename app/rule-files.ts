import { basename } from 'node:path'
import type { RuleInFile } from '../core/rule-change.ts'
import type { JoinedRules } from '../detectors/rules/files/join-rules.ts'
import { PATH_TEST_RULES } from '../detectors/rules/files/own-rules.ts'
import { SHIPPED_RULES } from '../detectors/rules/files/shipped-rules.ts'
import type { Config } from './config-schema.ts'

/** Folders of rule files that the configuration names. */
export function ruleFolders(config: Config): string[] {
  const own = config.pathTest.everyS > 0 ? [PATH_TEST_RULES] : []
  const shipped = config.rules.shipped ? [SHIPPED_RULES, ...own] : own
  return config.rules.dir ? [...shipped, config.rules.dir] : shipped
}

/** What the files say among all that is written. Those that come with huying are named without their folder. */
export function rulesInFiles({ written }: Pick<JoinedRules, 'written'>): RuleInFile[] {
  return written
    .filter(({ overrides }) => !overrides)
    .map(({ spec, place: { file } }) => {
      const shipped = file.startsWith(SHIPPED_RULES) || file === PATH_TEST_RULES
      return { spec, path: shipped ? `shipped/${basename(file)}` : file, shipped }
    })
}
