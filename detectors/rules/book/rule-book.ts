import type { LedgerEntry } from '../../../core/ledger-entry.ts'
import {
  type RuleChange,
  type RuleInFile,
  type RuleSource,
  type RuleSpec,
  type RuleVersion,
  specAfter,
} from '../../../core/rule-change.ts'
import { isSameSpec } from './diff-specs.ts'

/** All that is remembered of one rule id. */
export interface BookedRule {
  id: string
  /** Made over the API; stands over the file's. */
  own: RuleSpec | null
  file: RuleInFile | null
  /** Oldest first, the newest `MAX_VERSIONS`. */
  versions: RuleVersion[]
}

/** The rules and their history: a fold over the ledger. No I/O, no clock. */
export interface RuleBook {
  get(id: string): BookedRule | undefined
  /** By id. */
  all(): BookedRule[]
  /** Takes over one ledger entry; entries about other things and repeats change nothing. */
  applyEntry(entry: LedgerEntry): void
  /** JSON-safe; given back to `createRuleBook` it saves reading the ledger from its start. */
  snapshot(): BookedRule[]
}

/** Versions kept of one rule. */
export const MAX_VERSIONS = 100
/** Rules that were removed and whose history is still kept. */
export const MAX_REMOVED = 500

export function createRuleBook(snapshot?: unknown): RuleBook {
  const rules = new Map<string, BookedRule>()
  for (const booked of (snapshot as BookedRule[] | undefined) ?? []) rules.set(booked.id, booked)

  function applyChange(change: RuleChange, atMs: number, by: string): void {
    const { rule: id, version, source, restored, own, file } = change
    const known = rules.get(id)
    if (version <= lastVersion(known)) return
    const isOfFile = source === 'shipped' || source === 'file'
    const next: RuleVersion = {
      ...{ version, atMs, by, source, spec: specAfter(change) },
      ...(restored !== undefined && { restored }),
      ...(isOfFile && file !== null && { path: file.path }),
    }
    // Taken out and put in again: those removed longest ago stand first and are forgotten first.
    rules.delete(id)
    rules.set(id, { id, own, file, versions: [...(known?.versions ?? []), next].slice(-MAX_VERSIONS) })
  }

  function forgetRemoved(): void {
    const removed = [...rules.values()].filter((booked) => specAfter(booked) === null)
    for (const { id } of removed.slice(0, Math.max(0, removed.length - MAX_REMOVED))) rules.delete(id)
  }

  return {
    get: (id) => rules.get(id),
    all: () => [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    applyEntry(entry) {
      if (entry.type !== 'rules.changed') return
      for (const change of entry.changes) applyChange(change, entry.atMs, entry.by)
      forgetRemoved()
    },
    snapshot: () => [...rules.values()],
  }
}

/** The newest version, 0 when the rule was never heard of. */
export function lastVersion(booked: BookedRule | undefined): number {
  return booked?.versions.at(-1)?.version ?? 0
}

/** What should become of a rule over the API. */
export interface Wish {
  id: string
  /** Null: take away what was made over the API, so that the file's rule holds again, if there is one. */
  own: RuleSpec | null
  source: RuleSource
  restored?: number
}

/** The changes that fulfil the wishes; none for rules that are already so. */
export function toOwnChanges(book: Pick<RuleBook, 'get'>, wishes: Wish[]): RuleChange[] {
  return wishes.flatMap(({ id, own, source, restored }) => {
    const booked = book.get(id)
    if (isSameSpec(booked?.own, own)) return []
    const { file = null } = booked ?? {}
    const change = { ...changeOf(id, booked, source), own, file }
    return [{ ...change, ...(restored !== undefined && { restored }) }]
  })
}

/** The changes that bring the book to what the rule files say now. */
export function toFileChanges(book: RuleBook, inFiles: RuleInFile[]): RuleChange[] {
  const now = new Map(inFiles.map((file) => [file.spec.id, file]))
  const gone = book.all().filter(({ id, file }) => file !== null && !now.has(id))
  const changed = inFiles.filter(({ spec }) => !isSameSpec(book.get(spec.id)?.file?.spec, spec))
  return [
    ...changed.map((file) => {
      const booked = book.get(file.spec.id)
      return { ...changeOf(file.spec.id, booked, sourceOf(file)), own: booked?.own ?? null, file }
    }),
    ...gone.map((booked) => ({
      ...changeOf(booked.id, booked, booked.file?.shipped ? 'shipped' : 'file'),
      own: booked.own,
      file: null,
    })),
  ]
}

function sourceOf({ shipped }: RuleInFile): RuleSource {
  return shipped ? 'shipped' : 'file'
}

function changeOf(rule: string, booked: BookedRule | undefined, source: RuleSource) {
  return { rule, version: lastVersion(booked) + 1, source, before: booked ? specAfter(booked) : null }
}
