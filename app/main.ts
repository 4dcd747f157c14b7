import { CommanderError } from 'commander'
import { createCommandLine } from './command-line.ts'
import { exitCodeOf, explain } from './exit-codes.ts'

try {
  await createCommandLine().parseAsync(process.argv)
} catch (error) {
  // Commander has already printed what is wrong with the command line, or the help that was asked for.
  if (!(error instanceof CommanderError)) console.error(`huying: ${explain(error)}`)
  process.exitCode = exitCodeOf(error)
}
