import type { Command } from 'commander'
import { configOf, createLog, originsOfConfig, runService } from './service.ts'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the service alone')
    .action(async () => {
      const config = configOf(program)
      await runService(config, createLog(config), originsOfConfig(program))
    })
}
