import type { RuleChange, RuleInFile, RuleSource, RuleSpec, RuleVersion } from './rule-change.ts'
import type { RuleFault } from './rule-fault.ts'

/** What somebody wants of the rules over the API. */
export interface Proposal {
  by: string
  source: RuleSource
  /** Rules to put in, as the text of a rule file; its path names it in faults. */
  file?: { path: string; text: string }
  /** The text must hold one rule, with this id if one is named. */
  only?: { id?: string }
  /** None of the rules may be there yet. */
  fresh?: boolean
  /** Rules made over the API to take away again. */
  remove?: string[]
  /** For a rollback: the version that it goes back to. */
  restored?: number
  /** Act only if the rule still has this version, 0 for one that never was. */
  expected?: { id: string; version: number }
  /** Check everything and say what would change, without changing it. */
  dryRun?: boolean
}

/** What a proposal changed, or would. */
export interface RuleOutcome {
  changes: RuleChange[]
  /** Rules that were put in as they were before. */
  unchanged: string[]
}

/** One rule as it stands. */
export interface ListedRule {
  spec: RuleSpec
  /** `faulty`: made over the API and put aside, since it can no longer be used. */
  state: 'active' | 'off' | 'faulty'
  /** True: made over the API, else it is what the file says. */
  isOwn: boolean
  file: RuleInFile | null
  faults: RuleFault[]
  /** Oldest first, the newest hundred. */
  versions: RuleVersion[]
}

/** Where two rules differ: JSON pointer, and what stood and stands there. */
export interface RuleDifference {
  path: string
  before?: unknown
  after?: unknown
}

/** A kind of rule, for those who write editors. */
export interface KindView {
  kind: string
  about?: { zh: string; en: string }
  /** JSON schema; the leaves' descriptions say what is expected. */
  schema: object
}

/** A rule with blanks, as people choose it. */
export interface TemplateView {
  id: string
  /** Types of device that it is for. */
  types: string[]
  title: { zh: string; en: string }
  parameters: {
    name: string
    title: { zh: string; en: string }
    kind: 'number' | 'duration' | 'severity'
    unit?: string
    default: number | string
    min?: number | string
    max?: number | string
  }[]
  /** The rule that it gives, with `$name` where a parameter goes. */
  rule: object
}

/** How the blanks of a template are filled. */
export interface TemplateFilling {
  /** Id of the new rule. */
  id: string
  /** Those that are absent have their default. */
  parameters?: Record<string, unknown>
  /** Which devices it is about, besides their type: `device`, `place`, and whatever else a `where` may say. */
  where?: Record<string, unknown>
  /** One of the template's types; all of them when absent. */
  type?: string
  title?: { zh: string; en: string }
  enabled?: boolean
}

/** The rules of a running service: what they are, how they came to be so, and changing them. */
export interface RuleDesk {
  /** Hash of the rules that judge. */
  version(): string
  /** Every rule that is written somewhere, by id. */
  list(): ListedRule[]
  get(id: string): ListedRule | undefined
  /** Versions of a rule, also of one that was removed; oldest first. */
  versions(id: string): RuleVersion[]
  /** What is wrong with files (the set before stays in force) and with rules that were put aside. */
  faults(): RuleFault[]
  /**
   * Resolves once the change is durable and in force. Throws `rules_invalid` with all faults in its details, `conflict`
   * for another version, a rule that is there already, and one that only a file can change; `not_found`, `bad_request`.
   */
  propose(proposal: Proposal): Promise<RuleOutcome>
  /** Where two rules differ; null: there is none. */
  diff(before: RuleSpec | null, after: RuleSpec | null): RuleDifference[]
  /** As the text of a rule file. */
  print(specs: RuleSpec[]): string
  kinds(): KindView[]
  templates(): TemplateView[]
  /** The rule that a template gives, not checked yet. Throws `not_found`, `bad_request` with all that is wrong. */
  fill(template: string, filling: TemplateFilling): RuleSpec
}
