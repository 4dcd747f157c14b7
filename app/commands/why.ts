import type { Command } from 'commander'
import type { WhyView } from '../../dashboards/contract.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'

interface Options extends Reaching {
  rule: string
  subject: string
  at?: string
  lookback?: string
  json?: boolean
}

export function addWhyCommand(program: Command): void {
  reaching(program.command('why'))
    .requiredOption('--rule <id>', 'the rule')
    .requiredOption(
      '--subject <subject>',
      'device/metric, device, or parts such as place=东园路45号 or label=debris,cell=139138,458080',
    )
    .option('--at <time>', 'ISO 8601; now when left out')
    .option('--lookback <seconds>', 'how much of the past is gone through; a day when left out')
    .option('--json', 'the answer as JSON')
    .description('tell why a rule fired or did not, for one subject at one moment')
    .action(async (options: Options) => {
      const query = new URLSearchParams({ rule: options.rule, ...toParts(options.subject) })
      if (options.at !== undefined) query.set('at', options.at)
      if (options.lookback !== undefined) query.set('lookbackS', options.lookback)
      const answer = await clientOf(program, options).call<WhyView>('GET', `/api/v1/why?${query}`)
      console.log(options.json ? JSON.stringify(answer) : toText(answer))
    })
}

const PARTS = ['device', 'metric', 'place', 'label', 'cell']

/** `smoke-1/smoke_dbm`, `smoke-1`, or `key=value` parts; a cell has a comma of its own. */
export function toParts(subject: string): Record<string, string> {
  if (!subject.includes('=')) {
    const [device = '', metric] = subject.split('/')
    return metric === undefined ? { device } : { device, metric }
  }
  const marks = [...subject.matchAll(/(?:^|,)(\w+)=/g)].filter(([, key = '']) => PARTS.includes(key))
  return Object.fromEntries(
    marks.map((mark, index) => [mark[1], subject.slice(mark.index + mark[0].length, marks[index + 1]?.index)]),
  )
}

const UNJUDGED = {
  unknown_device: 'no such device is registered',
  not_meant: 'the rule is not about this device',
  no_data: 'nothing was heard of it in that time',
}

/** For people: the verdict first, then what led to it. */
export function toText(answer: WhyView): string {
  const { rule, at, predicates, gates, readings, recomputed, alert } = answer
  const version = rule.number === undefined ? rule.version : `version ${rule.number}, ${rule.version}`
  return [
    `${rule.id} (${rule.kind}, ${version})  ${Object.values(answer.subject).join(' ')}  ${at}`,
    verdictOf(answer),
    ...section(
      'readings',
      readings.slice(-5).map((row) => `${row.at}  ${row.metric} ${row.value}`),
    ),
    ...section('predicates', predicates.map(predicateText)),
    ...section('gates', gates.map(gateText)),
    ...(alert ? [`alert ${alert.id}: ${alert.state}, ${alert.severity}, raised ${alert.raisedAt}`] : []),
    ...(recomputed
      ? [
          `recomputed from ${recomputed.from}, ${recomputed.observations} observations${recomputed.complete ? '' : ', not all of them: too many'}`,
        ]
      : []),
  ].join('\n')
}

function verdictOf({ state, severity, stoppedBy, unjudged }: WhyView): string {
  if (unjudged !== undefined) return `NOT JUDGED: ${UNJUDGED[unjudged]}`
  if (state === 'active') return stoppedBy === undefined ? `FIRING: ${severity}` : `FIRING, KEPT QUIET by ${stoppedBy}`
  return `NOT FIRING: stopped by ${stoppedBy ?? 'nothing known'}`
}

function section(name: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines.map((line) => `  ${line}`)]
}

function predicateText({ severity, holds, byHysteresis, reason }: WhyView['predicates'][number]): string {
  const { code, value, limit, unit = '', clause } = reason
  const compared = `${value ?? ''} ${code} ${limit ?? ''} ${unit}`.trim()
  const verdict = holds ? (byHysteresis ? 'holds, by hysteresis only' : 'holds') : 'does not hold'
  return `${severity.padEnd(8)} ${compared}: ${verdict}${clause === undefined ? '' : ` (${clause})`}`
}

function gateText({ gate, passed, facts, since, until }: WhyView['gates'][number]): string {
  const known = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  const times = [...(since ? [`since ${since}`] : []), ...(until ? [`until ${until}`] : [])]
  return `${passed ? '✓' : '✗'} ${gate.padEnd(14)} ${[...known, ...times].join(', ')}`.trimEnd()
}
