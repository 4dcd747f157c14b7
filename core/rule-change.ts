import type { Category } from './category.ts'

/** A rule as people write it, checked by `detectors/rules`: what every rule has and may have, and its kind's own keys. */
export interface RuleSpec {
  id: string
  title: { zh: string; en: string }
  category: Category
  kind: string
  lifeSafety?: boolean
  raises?: boolean
  test?: boolean
  enabled?: boolean
  notes?: string
  [key: string]: unknown
}

/** How a change of a rule came about. */
export type RuleSource = 'shipped' | 'file' | 'api' | 'import' | 'template' | 'rollback'

/** What a rule file says. */
export interface RuleInFile {
  spec: RuleSpec
  path: string
  /** It came with huying, else it is the operator's. */
  shipped: boolean
}

/**
 * One rule's part in a change. A rule may be in a file, and it may be made over the API, which then stands over the
 * file's; what holds is `own ?? file.spec`. Both are given as they stand after the change, so that a reader needs no
 * earlier entry.
 */
export interface RuleChange {
  rule: string
  /** Counts the changes of this id from 1, its removal included. */
  version: number
  source: RuleSource
  /** For a rollback: the version that it went back to. */
  restored?: number
  /** What held before; null: nothing did. */
  before: RuleSpec | null
  own: RuleSpec | null
  file: RuleInFile | null
}

/** A change of rules: all of it happened, or nothing. */
export interface RulesEvent {
  type: 'rules.changed'
  atMs: number
  /** The person's name, or `file` for what was found in rule files. */
  by: string
  changes: RuleChange[]
}

/** A rule as it stood after one change. */
export interface RuleVersion {
  version: number
  atMs: number
  by: string
  source: RuleSource
  /** For a rollback: the version that it went back to. */
  restored?: number
  /** File that it came from. */
  path?: string
  /** What held from then on; null: nothing, it had been removed. */
  spec: RuleSpec | null
}

/** What holds after a change. */
export function specAfter({ own, file }: Pick<RuleChange, 'own' | 'file'>): RuleSpec | null {
  return own ?? file?.spec ?? null
}
