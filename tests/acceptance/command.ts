import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { assetPath } from '../../core/source-path.ts'

/** How a command of huying ended. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the compiled `huying` to its end. Settings of the caller's own environment do not reach it; `env` adds some. */
export function runHuying(
  args: string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Outcome> {
  const { env = {}, cwd = tmpdir() } = options
  const child = spawn(process.execPath, [assetPath('dist/app/main.js'), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const outcome: Outcome = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (text: Buffer) => {
    outcome.stdout += text.toString()
  })
  child.stderr.on('data', (text: Buffer) => {
    outcome.stderr += text.toString()
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...outcome, code })))
}
