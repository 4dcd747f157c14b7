import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { ToldBy } from '../../core/arrival-history.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant } from '../../dashboards/api/parse-instant.ts'
import { toReportView } from '../../dashboards/api/to-backtest-view.ts'
import type { BacktestReportView, BacktestView } from '../../dashboards/contract.ts'
import { DURATION, parseDuration } from '../../detectors/rules/parts/duration.ts'
import { type ApiClient, createApiClient, findToken } from '../api-client.ts'
import type { Config } from '../config-schema.ts'
import { backtestText } from './backtest-text.ts'
import { createProgress } from './progress.ts'
import { configOf } from './service.ts'

const PATH = '/api/v1/rules/backtest'
const ASK_EVERY_MS = 300

interface Options {
  rules: string
  from?: string
  to?: string
  data?: string
  by: ToldBy
  warmUp: number
  whole?: boolean
  compare: boolean
  json?: boolean
  url?: string
  token?: string
}

/**
 * `huying rules backtest`: has the running service judge its history by other rules, or judges files of readings without
 * one, and prints what came of it.
 */
export function addRulesBacktestCommand(rules: Command, program: Command): void {
  rules
    .command('backtest')
    .requiredOption('--rules <file>', 'rules to try; they stand over those in force of the same id')
    .option('--from <time>', 'ISO 8601, or how long ago, such as 30d (with --data: default the first reading)')
    .option('--to <time>', 'ISO 8601, or how long ago (default: now; with --data: after the last reading)')
    .option('--whole', 'the file holds all the rules: others in force are left out')
    .option('--no-compare', 'do not judge by the rules in force too')
    .option('--by <time>', 'told as measured (as if all had come at once) or by arrival (as it came)', told, 'measured')
    .option('--warm-up <duration>', 'judged before, so that delays and windows are under way', seconds, 86_400)
    .option('--data <folder>', 'judge its *.csv and *.ndjson files, by its devices.json, instead of asking a service')
    .option('--json', 'the report as JSON')
    .option('--url <url>', 'where the service is')
    .option('--token <token>', 'admin token')
    .description('judge stored history by other rules: alerts per day and place, floods, and the difference')
    .action(async (options: Options, command: Command) => {
      if (options.from === undefined && options.data === undefined) command.error('error: --from or --data is needed')
      const config = configOf(program)
      const startedMs = performance.now()
      const report = await (options.data === undefined ? askService(options, config) : judgeFolder(options, config))
      if (options.json) {
        console.log(JSON.stringify(report, null, 2))
        return
      }
      const took = (performance.now() - startedMs) / 1000
      console.log(backtestText(report))
      console.log(
        `\n${took.toFixed(1)} s, ${Math.round(report.readings / took).toLocaleString('en')} readings a second`,
      )
    })
}

async function askService(options: Options, config: Config): Promise<BacktestReportView> {
  const url = options.url ?? `http://127.0.0.1:${config.http.port}`
  const client = createApiClient(url, findToken(config, options.token))
  const started = await client.call<BacktestView>('POST', PATH, {
    rules: await readFile(options.rules, 'utf8'),
    from: timeOf(options.from ?? '0s'),
    to: timeOf(options.to ?? '0s'),
    against: options.compare ? 'in-force' : 'none',
    whole: options.whole === true,
    by: options.by,
    warmUpS: options.warmUp,
  })
  const { state, report, error } = await follow(client, started)
  if (state !== 'done' || report === undefined)
    throw new AppError(error?.code ?? 'internal', error?.message ?? `the back-test is ${state}`)
  return report
}

/** The rules in force are then those of the files that the service would read. */
async function judgeFolder({ data = '', from, to, ...options }: Options, config: Config): Promise<BacktestReportView> {
  const { backtestFolder } = await import('../backtest/backtest-folder.ts')
  const progress = createProgress(process.stderr)
  try {
    const report = await backtestFolder({
      ...{ dir: data, rulesText: await readFile(options.rules, 'utf8'), config },
      ...{ by: options.by, whole: options.whole === true, compare: options.compare, warmUpMs: options.warmUp * 1000 },
      ...(from !== undefined && { fromMs: parseInstant(timeOf(from), '--from') }),
      ...(to !== undefined && { toMs: parseInstant(timeOf(to), '--to') }),
      onProgress: ({ done, readings }) => progress.show(done, `${readings.toLocaleString('en')} readings`),
    })
    return toReportView(report)
  } finally {
    progress.end()
  }
}

/** Asks until it is over; an interrupt ends the back-test too. */
async function follow(client: ApiClient, started: BacktestView): Promise<BacktestView> {
  const path = `${PATH}/${started.id}`
  const progress = createProgress(process.stderr)
  const interrupt = () => {
    progress.end()
    void client.call('DELETE', path).finally(() => process.exit(130))
  }
  process.once('SIGINT', interrupt)
  try {
    for (let job = started; ; job = await client.call<BacktestView>('GET', path)) {
      if (job.state !== 'running') return job
      progress.show(job.done, `${job.readings.toLocaleString('en')} readings`)
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  } finally {
    progress.end()
    process.off('SIGINT', interrupt)
  }
}

function timeOf(text: string): string {
  return DURATION.test(text) ? new Date(Date.now() - parseDuration(text)).toISOString() : text
}

function told(text: string): ToldBy {
  if (text !== 'measured' && text !== 'arrival') throw new InvalidArgumentError('expected measured or arrival')
  return text
}

function seconds(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError('expected a duration such as 12h or 7d')
  return Math.round(parseDuration(text) / 1000)
}
