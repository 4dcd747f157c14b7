import type { Command } from 'commander'
import { calendarGaps, formatGap } from '../../detectors/rules/files/calendar-gaps.ts'
import { loadRules } from '../../detectors/rules/files/load-rules.ts'
import { formatFaults } from '../../detectors/rules/rule-fault.ts'
import { ruleFolders } from '../rules-in-force.ts'
import { addRulesBacktestCommand } from './rules-backtest.ts'
import { addRulesChangeCommands } from './rules-change.ts'
import { addRulesReadCommands } from './rules-read.ts'
import { addRulesTemplateCommand } from './rules-template.ts'
import { addRulesTestCommand } from './rules-test.ts'
import { configOf } from './service.ts'

export function addRulesCommand(program: Command): void {
  const rules = program.command('rules').description('the rule files, and the rules of a running service')
  addRulesReadCommands(rules, program)
  addRulesChangeCommands(rules, program)
  addRulesTemplateCommand(rules, program)
  addRulesTestCommand(rules)
  addRulesBacktestCommand(rules, program)
  rules
    .command('check')
    .argument('[paths...]', 'files or folders (default: the ones that the service would use)')
    .description('check rule files; prints every fault as file:line:column and exits with 1 if there is one')
    .action(async (paths: string[]) => {
      const result = await loadRules(paths.length > 0 ? paths : ruleFolders(configOf(program)))
      if ('faults' in result) {
        console.error(formatFaults(result.faults))
        process.exitCode = 1
        return
      }
      for (const gap of calendarGaps(result.rules, Date.now())) console.error(`warning: ${formatGap(gap)}`)
      console.log(`${result.rules.rules.length} rules, all fine (version ${result.rules.version.slice(0, 12)})`)
    })
}
