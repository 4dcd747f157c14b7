import type { Command } from 'commander'
import { asyncApiText } from '../asyncapi.ts'
import { exampleYaml, settingsTable } from '../print-config.ts'
import { configOf } from './service.ts'

export function addConfigCommand(program: Command): void {
  const command = program.command('config').description('the configuration and what it may say')
  command
    .command('example')
    .description('print huying.example.yaml: every setting, its default, unit and environment variable')
    .action(() => {
      process.stdout.write(exampleYaml())
    })
  command
    .command('table')
    .description('the same as a Markdown table')
    .action(() => {
      process.stdout.write(settingsTable())
    })
  command
    .command('asyncapi')
    .description('print docs/asyncapi.yaml: dispatch and MQTT as an AsyncAPI 3 document')
    .action(() => {
      process.stdout.write(asyncApiText())
    })
  command
    .command('check')
    .description('check the file and the environment; exit code 78 when something is wrong')
    .action(() => {
      configOf(program)
      console.log('configuration: fine')
    })
}
