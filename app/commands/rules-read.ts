import type { Command } from 'commander'
import type { RuleDetailView, RuleDifferenceView, RuleVersionView, RuleView } from '../../dashboards/contract.ts'
import { wholeNumber } from './options.ts'
import { clientOf, pathOf, type Reaching, reaching } from './reach-service.ts'

/** `huying rules list`, `show`, `history`, `diff`: the rules of a running service and how they came to be so. */
export function addRulesReadCommands(rules: Command, program: Command): void {
  reaching(rules.command('list'))
    .option('--json', 'one JSON array')
    .description('list the rules of a running service: id, kind, state, where from, version')
    .action(async (options: Reaching & { json?: boolean }) => {
      const { items } = await clientOf(program, options).call<{ items: RuleView[] }>('GET', '/api/v1/rules')
      if (options.json) console.log(JSON.stringify(items))
      else
        for (const rule of items)
          console.log([rule.id, rule.kind, rule.state, sourceOf(rule), `v${rule.version}`].join('\t'))
    })

  reaching(rules.command('show <id>'))
    .option('--json', 'with all that is known of it')
    .description('print one rule as the text of a rule file')
    .action(async (id: string, options: Reaching & { json?: boolean }) => {
      const rule = await clientOf(program, options).call<RuleDetailView>('GET', pathOf(id))
      if (options.json) console.log(JSON.stringify(rule, null, 2))
      else process.stdout.write(`# ${headOf(rule)}\n${rule.yaml}`)
    })

  reaching(rules.command('history <id>'))
    .option('--json', 'one JSON array, with the rule as it stood')
    .description('print who changed a rule, when and how, newest first')
    .action(async (id: string, options: Reaching & { json?: boolean }) => {
      const path = pathOf(id, '/versions')
      const { items } = await clientOf(program, options).call<{ items: RuleVersionView[] }>('GET', path)
      if (options.json) console.log(JSON.stringify(items))
      else for (const version of items) console.log(toLine(version))
    })

  reaching(rules.command('diff <id>'))
    .option('--from <version>', 'default: the version before', wholeNumber)
    .option('--to <version>', 'default: the newest', wholeNumber)
    .option('--json', 'as JSON')
    .description('print where two versions of a rule differ')
    .action(async (id: string, options: Reaching & { from?: number; to?: number; json?: boolean }) => {
      const { from, to, json } = options
      const query = new URLSearchParams({ ...(from && { from: `${from}` }), ...(to && { to: `${to}` }) })
      const path = pathOf(id, `/diff?${query}`)
      const found = await clientOf(program, options).call<Difference>('GET', path)
      if (json) console.log(JSON.stringify(found))
      else console.log([`version ${found.from} → ${found.to}`, ...found.differences.map(toDifferenceLine)].join('\n'))
    })
}

interface Difference {
  from: number
  to: number
  differences: RuleDifferenceView[]
}

/** One difference for people. */
export function toDifferenceLine({ path, before, after }: RuleDifferenceView): string {
  const name = path === '' ? 'rule' : path.slice(1).replaceAll('/', '.')
  if (before === undefined) return `  + ${name}: ${JSON.stringify(after)}`
  if (after === undefined) return `  - ${name}: ${JSON.stringify(before)}`
  return `    ${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`
}

function sourceOf({ source, path, overrides }: RuleView): string {
  if (source !== 'own') return path ?? source
  return overrides ? `own, over ${path}` : 'own'
}

function headOf(rule: RuleDetailView): string {
  const changed = rule.changedAt === undefined ? '' : `, changed ${rule.changedAt} by ${rule.changedBy}`
  return `${rule.state}, version ${rule.version}, ${sourceOf(rule)}${changed}`
}

function toLine({ version, at, by, source, restored, path, spec }: RuleVersionView): string {
  const how = [source, restored !== undefined && `to ${restored}`, path, spec === undefined && 'no rule']
  return [`v${version}`, at, by, how.filter(Boolean).join(', ')].join('\t')
}
