import type { ToldBy } from '../../core/arrival-history.ts'
import type { BacktestReport } from '../../core/backtest-report.ts'
import { AppError } from '../../core/errors.ts'
import { readRuleFiles } from '../../detectors/rules/files/load-rules.ts'
import { formatFaults } from '../../detectors/rules/rule-fault.ts'
import { type Config, mapFileOf } from '../config-schema.ts'
import { ruleFolders } from '../rule-files.ts'
import { loadReadings } from './load-readings.ts'
import { isRulesOnly, proposedTexts, rulesOfTexts } from './rules-of-texts.ts'
import { type BacktestProgress, runBacktest } from './run-backtest.ts'

const TELL_EVERY_MS = 200

interface FolderOptions {
  dir: string
  rulesText: string
  config: Config
  by: ToldBy
  whole: boolean
  compare: boolean
  warmUpMs: number
  fromMs?: number
  toMs?: number
  onProgress(progress: BacktestProgress): void
}

/**
 * Judges readings of files without a service, against the rule files of the configuration. Throws `rules_invalid` with
 * every fault, `bad_request` for readings that cannot be read, or when there is none.
 */
export async function backtestFolder(options: FolderOptions): Promise<BacktestReport> {
  const { dir, config, by, warmUpMs } = options
  const inForce = { files: (await readRuleFiles(ruleFolders(config))).files, own: [] }
  const rules = proposedTexts(options.rulesText, inForce, options.whole)
  const checked = rulesOfTexts(rules)
  if ('faults' in checked) throw new AppError('rules_invalid', formatFaults(checked.faults))
  const loaded = await loadReadings(dir, by)
  if (loaded.readings === 0) throw new AppError('bad_request', `no readings in ${dir}`)
  const { fromMs = loaded.firstMs, toMs = loaded.lastMs + 1 } = options
  if (fromMs >= toMs) throw new AppError('bad_request', '--from must lie before --to')
  const { lateToleranceS, liveWithinS } = config.rules

  const run = runBacktest({
    settings: {
      sameSurroundings: !options.whole && isRulesOnly(options.rulesText),
      ...{ rules, inForce: options.compare ? inForce : null, devices: loaded.devices, by },
      ...{ judgedFromMs: fromMs - warmUpMs, fromMs, toMs, timeZone: config.timeZone, worldFile: mapFileOf(config) },
      times: { lateToleranceMs: lateToleranceS * 1000, liveWithinMs: liveWithinS * 1000 },
    },
    history: loaded.history,
    whenIdle: async () => {},
  })
  const timer = setInterval(() => options.onProgress(run.progress()), TELL_EVERY_MS)
  return run.report.finally(() => clearInterval(timer))
}
