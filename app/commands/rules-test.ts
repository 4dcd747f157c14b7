import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { formatFaults } from '../../detectors/rules/rule-fault.ts'
import { loadRuleTests } from '../../detectors/rules/testing/load-rule-tests.ts'
import { runRuleTest } from '../../detectors/rules/testing/run-rule-test.ts'
import { type FileOutcome, showVerdicts, toJUnit, toPlain } from '../../detectors/rules/testing/show-verdicts.ts'

/** `huying rules test`: 0 when every test passes, 1 when one fails or cannot be run. */
export function addRulesTestCommand(rules: Command): void {
  rules
    .command('test')
    .argument('<paths...>', 'files of rule tests, or folders of them')
    .option('--json', 'verdicts as JSON')
    .option('--junit <file>', 'write them as JUnit XML too')
    .description('run tests of rules: series in short and the alerts expected at given times')
    .action(async (paths: string[], { json, junit }: { json?: boolean; junit?: string }) => {
      const outcomes: FileOutcome[] = []
      for (const loaded of await loadRuleTests(paths)) {
        const outcome: FileOutcome =
          'faults' in loaded
            ? { path: loaded.path, faults: loaded.faults, verdicts: [] }
            : {
                path: loaded.tests.path,
                faults: [],
                verdicts: loaded.tests.tests.map((test) => runRuleTest(test, loaded.rules)),
              }
        outcomes.push(outcome)
        if (json) continue
        if (outcome.faults.length > 0) console.error(formatFaults(outcome.faults))
        else console.log(showVerdicts(outcome.verdicts))
      }
      const verdicts = outcomes.flatMap((outcome) => outcome.verdicts)
      const failed = verdicts.filter(({ passed }) => !passed).length
      const broken = outcomes.filter(({ faults }) => faults.length > 0).length
      if (json) console.log(JSON.stringify(outcomes.map(toPlain), null, 2))
      else console.log(summary(verdicts.length, failed, broken))
      if (junit !== undefined) await writeFile(junit, toJUnit(outcomes))
      // A folder without a single test is most often a wrong path.
      if (failed > 0 || broken > 0 || verdicts.length === 0) process.exitCode = 1
    })
}

function summary(tests: number, failed: number, broken: number): string {
  const trouble = [failed > 0 ? `${failed} failed` : '', broken > 0 ? `${broken} files could not be run` : '']
  const said = trouble.filter((text) => text !== '').join(', ')
  if (tests === 0) return said === '' ? 'no tests found' : said
  return `${tests} tests, ${said === '' ? 'all passed' : said}`
}
