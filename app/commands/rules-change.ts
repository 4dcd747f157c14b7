import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import type { RuleChangesView, RuleDetailView } from '../../dashboards/contract.ts'
import { isSameSpec } from '../../detectors/rules/book/diff-specs.ts'
import { list } from './device-options.ts'
import { wholeNumber } from './options.ts'
import { clientOf, pathOf, type Reaching, reaching } from './reach-service.ts'
import { toDifferenceLine } from './rules-read.ts'

/** `huying rules export`, `import`, `rollback`, `remove`, `enable`, `disable`: changing the rules of a running service. */
export function addRulesChangeCommands(rules: Command, program: Command): void {
  reaching(rules.command('export'))
    .option('--out <file>', 'write to a file (default: print)')
    .option('--id <id>', 'only this rule; repeatable', list, [])
    .option('--own', 'only rules that were made over the API')
    .description('print rules as one rule file')
    .action(async (options: Reaching & { out?: string; id: string[]; own?: boolean }) => {
      const { out, id: ids, own } = options
      const query = new URLSearchParams({
        ...(own && { source: 'own' }),
        ...(ids.length > 0 && { ids: ids.join(',') }),
      })
      const text = await clientOf(program, options).text(`/api/v1/rules/export?${query}`)
      if (out === undefined) process.stdout.write(text)
      else await writeFile(out, text)
    })

  reaching(rules.command('import <file>'))
    .option('--dry-run', 'only say what would change')
    .description('put all rules of a file in force, or none; says what is new, changed and unchanged')
    .action(async (file: string, options: Reaching & { dryRun?: boolean }) => {
      const path = `/api/v1/rules/import?dryRun=${options.dryRun === true}`
      const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new AppError('bad_request', `${file} cannot be read`, {}, { cause })
      })
      console.log(show(await clientOf(program, options).call<RuleChangesView>('POST', path, text).catch(namedBy(file))))
    })

  reaching(rules.command('rollback <id>'))
    .requiredOption('--to <version>', 'the version that shall hold again', wholeNumber)
    .description('make an earlier version of a rule hold again, as a new version')
    .action(async (id: string, options: Reaching & { to: number }) => {
      const body = { version: options.to }
      console.log(show(await clientOf(program, options).call('POST', pathOf(id, '/rollback'), body)))
    })

  reaching(rules.command('remove <id>'))
    .description('remove a rule that was made over the API; the one that it stood over holds again')
    .action(async (id: string, options: Reaching) => {
      console.log(show(await clientOf(program, options).call('DELETE', pathOf(id))))
    })

  addSwitch(rules, program, 'enable', true)
  addSwitch(rules, program, 'disable', false)
}

function addSwitch(rules: Command, program: Command, name: string, enabled: boolean): void {
  reaching(rules.command(`${name} <id>`))
    .description(enabled ? 'switch a rule on' : 'switch a rule off without losing it')
    .action(async (id: string, options: Reaching) => {
      const client = clientOf(program, options)
      const { spec, fileSpec, overrides, version } = await client.call<RuleDetailView>('GET', pathOf(id))
      const { enabled: _before, ...rest } = spec
      const wanted = enabled ? rest : { ...rest, enabled }
      const path = pathOf(id, `?expectedVersion=${version}`)
      // What stood over the file's rule only to switch it off goes away again.
      if (overrides && isSameSpec(wanted, fileSpec)) await client.call('DELETE', path)
      else await client.call('PUT', path, wanted)
      const now = await client.call<RuleDetailView>('GET', pathOf(id))
      console.log(`${id}: ${now.state}, version ${now.version}`)
    })
}

/** What changed, for people. */
export function show({ applied, changes, unchanged }: RuleChangesView): string {
  const lines = changes.flatMap(({ rule, change, version, differences }) => [
    `${rule}: ${change}, version ${version}`,
    ...(change === 'changed' ? differences.map(toDifferenceLine) : []),
  ])
  const end = applied ? '' : ' (nothing was changed yet)'
  return [...lines, `${changes.length} changed, ${unchanged.length} unchanged${end}`].join('\n')
}

/** Faults of a text that was sent name the file that it came from. */
function namedBy(file: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError && error.code === 'rules_invalid')
      throw new AppError('rules_invalid', error.message.replace(/^body:/gm, `${file}:`))
    throw error
  }
}
