import { AppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Signal } from '../core/signal.ts'
import { assetPath } from '../core/source-path.ts'
import { loadRules } from '../detectors/rules/load-rules.ts'
import { createRuleEngine, type RuleEngine } from '../detectors/rules/rule-engine.ts'
import { formatFaults, type RuleFault } from '../detectors/rules/rule-fault.ts'
import { watchRules } from '../detectors/rules/watch-rules.ts'
import type { Registry } from '../ingest/registry.ts'
import type { Config } from './config-schema.ts'

/** The rule engine with the rule files behind it. */
export interface RulesInForce {
  engine: RuleEngine
  /** What is wrong with the files now; the set before stays in force. */
  faults(): RuleFault[]
  /** Begins to follow the files; what a change of rules clears is handed to `signal`. */
  watch(signal: (signals: Signal[]) => void): Promise<void>
  stop(): void
}

/** Folders of rule files that the configuration names. */
export function ruleFolders(config: Config): string[] {
  const shipped = config.rules.shipped ? [assetPath('detectors/rules/shipped')] : []
  return config.rules.dir ? [...shipped, config.rules.dir] : shipped
}

/** Throws `rules_invalid` with all faults when the files are wrong at start: there is no older set to stay with. */
export async function openRules(options: {
  config: Config
  registry: Registry
  snapshot: unknown
  log: Log
}): Promise<RulesInForce> {
  const { config, registry, snapshot, log } = options
  const folders = ruleFolders(config)
  const loaded = await loadRules(folders)
  if ('faults' in loaded) throw new AppError('rules_invalid', formatFaults(loaded.faults), { faults: loaded.faults })
  const engine = createRuleEngine({
    rules: loaded.rules,
    device: registry.get,
    devices: registry.all,
    ...(snapshot !== undefined && { snapshot }),
  })
  let faults: RuleFault[] = []
  let stop = () => {}

  return {
    engine,
    faults: () => faults,
    async watch(signal) {
      const watcher = watchRules(folders, (result) => {
        faults = 'faults' in result ? result.faults : []
        if ('faults' in result) {
          log.warn({ faults }, 'rule files are wrong, the old set stays in force')
          return
        }
        signal(engine.replaceRules(result.rules))
        log.info({ rules: result.rules.rules.length, version: result.rules.version }, 'rules reloaded')
      })
      stop = watcher.stop
      await watcher.start()
    },
    stop: () => stop(),
  }
}
