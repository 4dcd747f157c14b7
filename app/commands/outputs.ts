import type { Command } from 'commander'
import { clientOf, type Reaching, reaching } from './reach-service.ts'

interface Page<T> {
  items: T[]
}
interface Listed {
  name: string
  kind: string
  lag: number
  delivered: number
  deadLetters: number
  failing?: { since: string; code: string; reason: string }
}
interface Letter {
  id: string
  type: string
  alert: string
  at: string
  attempts: number
  code: string
  reason: string
}

/** `huying outputs`: how the ways out are doing, and what they were given up on for. */
export function addOutputsCommand(program: Command): void {
  const outputs = program.command('outputs').description('the ways out besides dispatch, of a running service')
  const client = (options: Reaching) => clientOf(program, options)

  outputs
    .command('check [file]')
    .description('read a file of outputs (default: the configured one) and name all that is wrong with it')
    .action(async (file?: string) => {
      const { loadOutputs } = await import('../output-files.ts')
      const { configOf } = await import('./service.ts')
      const plan = await loadOutputs(file ?? configOf(program).outputs.file)
      console.log(`ok: ${Object.keys(plan.outputs).length} outputs`)
    })

  reaching(outputs.command('list', { isDefault: true }))
    .option('--json', 'one JSON array')
    .description('list the outputs and how they are doing')
    .action(async ({ json, ...options }: Reaching & { json?: boolean }) => {
      const { items } = await client(options).call<Page<Listed>>('GET', '/api/v1/outputs')
      if (json) console.log(JSON.stringify(items))
      else for (const output of items) console.log(toLine(output))
    })

  reaching(outputs.command('dead-letters <name>'))
    .option('--json', 'one JSON array')
    .description('list the events that an output was given up on for, newest first')
    .action(async (name: string, { json, ...options }: Reaching & { json?: boolean }) => {
      const { items } = await client(options).call<Page<Letter>>('GET', `${pathOf(name)}/dead-letters`)
      if (json) return console.log(JSON.stringify(items))
      for (const { id, type, alert, at, attempts, code, reason } of items)
        console.log(`${at}  ${id}  ${type}  alert ${alert}  ${attempts} attempts  ${code}: ${reason}`)
    })

  reaching(outputs.command('replay <name> [ids...]'))
    .description('try dead letters once more: those with these ids, or all')
    .action(async (name: string, ids: string[], options: Reaching) => {
      const body = ids.length > 0 ? { ids } : {}
      const path = `${pathOf(name)}/dead-letters/replay`
      const { replaying } = await client(options).call<{ replaying: number }>('POST', path, body)
      console.log(`${replaying} on their way again`)
    })

  reaching(outputs.command('test <name>'))
    .description('deliver a made-up test alert now and tell what came of it')
    .action(async (name: string, options: Reaching) => {
      await client(options).call('POST', `${pathOf(name)}/test`)
      console.log('delivered')
    })
}

function pathOf(name: string): string {
  return `/api/v1/outputs/${encodeURIComponent(name)}`
}

function toLine({ name, kind, lag, delivered, deadLetters, failing }: Listed): string {
  const state = failing ? `FAILING since ${failing.since}: ${failing.reason}` : 'ok'
  return `${name}  ${kind}  lag ${lag}  delivered ${delivered}  dead letters ${deadLetters}  ${state}`
}
