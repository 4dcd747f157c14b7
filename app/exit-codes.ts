import { CommanderError } from 'commander'
import { AppError } from '../core/errors.ts'

/** 0 fine · 1 it failed · 2 the command line is wrong · 78 the configuration is wrong (sysexits). */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof AppError && error.code === 'config_invalid') return 78
  return 1
}

/** One line for people: message, facts, and what lay behind it. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const facts = error instanceof AppError ? factsOf(error) : ''
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${facts}${cause}`
}

/** Without the faults, which are in the message. */
function factsOf({ details }: AppError): string {
  const { faults: _shown, ...rest } = details
  return Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : ''
}
