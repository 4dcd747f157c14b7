import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import type { FindingNews } from '../core/finding.ts'
import type { Log } from '../core/log.ts'
import type { RuleSpec } from '../core/rule-change.ts'
import type { Proposal, RuleOutcome } from '../core/rule-desk.ts'
import type { Signal } from '../core/signal.ts'
import type { SuspicionNews } from '../core/suspicion.ts'
import { type RuleBook, toFileChanges } from '../detectors/rules/book/rule-book.ts'
import { createRuleEngine, type RuleEngine } from '../detectors/rules/engine/rule-engine.ts'
import { type JoinedRules, joinRules } from '../detectors/rules/files/join-rules.ts'
import { type ReadRules, readRuleFiles } from '../detectors/rules/files/load-rules.ts'
import type { RuleFile } from '../detectors/rules/files/parse-rules.ts'
import { watchRules } from '../detectors/rules/files/watch-rules.ts'
import { formatFaults, type RuleFault } from '../detectors/rules/rule-fault.ts'
import type { Registry } from '../ingest/registry.ts'
import { type Config, timesOf } from './config-schema.ts'
import { decideProposal, ownRules } from './decide-proposal.ts'
import type { LedgerWriter } from './ledger.ts'
import { createRuleCommits, type RuleCommits } from './rule-commits.ts'
import { ruleFolders, rulesInFiles } from './rule-files.ts'

export { ruleFolders } from './rule-files.ts'

/** The rule engine with the rules behind it: those of files, and those made over the API, which stand over them. */
export interface RulesInForce {
  engine: RuleEngine
  /** What is wrong with the files now (the set before stays in force), and with rules that are put aside. */
  faults(): RuleFault[]
  /** All rules that are written somewhere, and the set that judges. */
  joined(): JoinedRules
  /** What the rules in force are made of. */
  texts(): { files: RuleFile[]; own: RuleSpec[] }
  book: Pick<RuleBook, 'get' | 'all'>
  bookSnapshot(): unknown
  /**
   * Checks a proposal against all rules and puts it in force once it is durable. Throws `rules_invalid` with all
   * faults, `conflict` for another version, for a rule that is there already and for one that only a file can change,
   * `bad_request`, `not_found`, `too_large`.
   */
  propose(proposal: Proposal): Promise<RuleOutcome>
  /** Writes down what the files changed since the last time, and begins to follow them and to take proposals. */
  start(ports: StartPorts): Promise<void>
  stop(): void
}

interface StartPorts {
  ledger: Pick<LedgerWriter, 'write'>
  clock: Clock
  /** Gets what a change of rules clears. */
  signal(signals: Signal[]): void
  /** Called after each change. */
  onChanged(): void
}

/** File changes of one start or reload are written down this many at a time; each stands for itself. */
const FILE_CHANGES_AT_ONCE = 200

/**
 * Reads the rule files and makes the engine. Throws `rules_invalid` with all faults when the files are wrong: there is
 * no older set to stay with. A rule made over the API that cannot be used any more is put aside instead: it could not
 * be mended without the service.
 */
export async function openRules(options: {
  config: Config
  /** As rules see it. */
  registry: Pick<Registry, 'get' | 'all'>
  book: RuleBook
  snapshot: unknown
  /** Findings that are there, for rules that have not heard of them. */
  presentFindings?(): FindingNews[]
  /** The same for what is thought of houses. */
  presentSuspicions?(): SuspicionNews[]
  log: Log
}): Promise<RulesInForce> {
  const { config, registry, book, snapshot, presentFindings, presentSuspicions, log } = options
  const folders = ruleFolders(config)
  const read = await readRuleFiles(folders)
  let { files } = read
  const first = joinRules(files, ownRules(book), () => true)
  const wrong = [...read.faults, ...('faults' in first ? first.faults : [])]
  if (wrong.length > 0 || 'faults' in first) throw new AppError('rules_invalid', formatFaults(wrong), { faults: wrong })
  for (const [id, faults] of first.unusable) log.error({ rule: id, faults }, 'rule made over the API is put aside')

  let joined: JoinedRules = first
  let fileFaults: RuleFault[] = []
  let stop = () => {}
  let started: (StartPorts & { commits: RuleCommits }) | undefined
  const engine = createRuleEngine({
    rules: joined.rules,
    device: registry.get,
    devices: registry.all,
    times: timesOf(config),
    ...(presentFindings && { presentFindings }),
    ...(presentSuspicions && { presentSuspicions }),
    ...(snapshot !== undefined && { snapshot }),
  })

  function enforce(next: JoinedRules): void {
    joined = next
    started?.signal(engine.replaceRules(next.rules))
    started?.onChanged()
    log.info({ rules: next.rules.rules.length, version: next.rules.version }, 'rules reloaded')
  }

  const mayFail = (id: string) => joined.unusable.has(id)

  async function commitFiles(commits: RuleCommits, next: JoinedRules): Promise<void> {
    const changes = toFileChanges(book, rulesInFiles(next))
    for (let from = 0; from < changes.length; from += FILE_CHANGES_AT_ONCE)
      await commits.commit(changes.slice(from, from + FILE_CHANGES_AT_ONCE), 'file', () => {})
  }

  async function followFiles(commits: RuleCommits, read: ReadRules): Promise<void> {
    const next = joinRules(read.files, ownRules(book), mayFail)
    fileFaults = [...read.faults, ...('faults' in next ? next.faults : [])]
    if ('faults' in next || fileFaults.length > 0) {
      log.warn({ faults: fileFaults }, 'rule files are wrong, the old set stays in force')
      return
    }
    await commitFiles(commits, next)
    files = read.files
    enforce(next)
  }

  return {
    engine,
    faults: () => [...fileFaults, ...[...joined.unusable.values()].flat()],
    joined: () => joined,
    texts: () => ({ files, own: ownRules(book) }),
    book,
    bookSnapshot: () => started?.commits.snapshot() ?? book.snapshot(),
    propose(proposal) {
      if (started === undefined) return Promise.reject(new AppError('stopped', 'the service is starting'))
      const { commits } = started
      return commits.exclusively(async () => {
        const { next, changes, unchanged } = decideProposal({ book, files, mayFail }, proposal)
        if (!proposal.dryRun && changes.length > 0) await commits.commit(changes, proposal.by, () => enforce(next))
        return { changes, unchanged }
      })
    },
    async start(ports) {
      const commits = createRuleCommits({ ...ports, book })
      started = { ...ports, commits }
      // The files are durable by themselves: a disk too full to write their history must not keep the service from starting.
      commits
        .exclusively(() => commitFiles(commits, joined))
        .catch((err: unknown) => log.error({ err }, 'changes of rule files could not be written down'))
      const follow = (now: ReadRules) => {
        commits
          .exclusively(() => followFiles(commits, now))
          .catch((err: unknown) => log.error({ err }, 'changed rule files could not be put in force'))
      }
      const watcher = watchRules(folders, follow, { known: read })
      stop = watcher.stop
      await watcher.start()
    },
    stop: () => stop(),
  }
}
