import { openLedgerWriter } from '../../app/ledger.ts'
import { loadConfig } from '../../app/load-config.ts'
import { createRuleDesk } from '../../app/rule-desk.ts'
import { openRules } from '../../app/rules-in-force.ts'
import { silentLog } from '../../core/log.ts'
import type { RuleDesk } from '../../core/rule-desk.ts'
import { loadTemplates } from '../../detectors/rules/book/load-templates.ts'
import { createRuleBook } from '../../detectors/rules/book/rule-book.ts'
import { createRegistry } from '../../ingest/registry.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

/** The rules of a service whose ledger is in memory and whose own rule files lie in `dir`. Stop it in the end. */
export async function openRuleDesk(dir: string, nowMs: () => number): Promise<{ desk: RuleDesk; stop(): void }> {
  const ledger = createMemoryJournal()
  const clock = { nowMs }
  const writer = await openLedgerWriter({ ledger, log: silentLog })
  const rules = await openRules({
    config: loadConfig({ HUYING_RULES_DIR: dir }),
    registry: createRegistry({ ledger: writer, clock }),
    book: createRuleBook(),
    snapshot: undefined,
    log: silentLog,
  })
  await rules.start({ ledger: writer, clock, signal: () => {}, onChanged: () => {} })
  // Behind this stands what the files brought.
  await rules.propose({ by: 'test', source: 'api', dryRun: true })
  return { desk: createRuleDesk(rules, await loadTemplates()), stop: rules.stop }
}
