import { AppError } from '../core/errors.ts'
import { type RuleSpec, specAfter } from '../core/rule-change.ts'
import type { Proposal, RuleOutcome } from '../core/rule-desk.ts'
import { isSameSpec } from '../detectors/rules/book/diff-specs.ts'
import {
  type BookedRule,
  lastVersion,
  type RuleBook,
  toOwnChanges,
  type Wish,
} from '../detectors/rules/book/rule-book.ts'
import { type JoinedRules, joinRules } from '../detectors/rules/files/join-rules.ts'
import type { RuleFile, WrittenRule } from '../detectors/rules/files/parse-rules.ts'
import { readRuleDocument } from '../detectors/rules/files/rule-document.ts'
import { formatFaults, type RuleFault } from '../detectors/rules/rule-fault.ts'

/** The rules as they are when a proposal is decided. */
interface Present {
  book: RuleBook
  /** The rule files in force. */
  files: RuleFile[]
  /** Rules made over the API that may be put aside, since they are already. */
  mayFail(id: string): boolean
}

/** Rules made over the API, switched off or not. */
const MAX_OWN_RULES = 1_000
/** Paths of the API, which no rule made over it may hide behind. */
const RESERVED_IDS = new Set(['kinds', 'templates', 'export', 'import', 'check', 'from-template', 'backtest'])

/**
 * What a proposal would change, and the set that would then be in force. Changes nothing. Throws `rules_invalid` with
 * all faults, `conflict`, `bad_request`, `not_found`.
 */
export function decideProposal(present: Present, proposal: Proposal): RuleOutcome & { next: JoinedRules } {
  const { book, files, mayFail } = present
  const { file, remove = [], expected } = proposal
  if (expected !== undefined) checkVersion(book.get(expected.id), expected.version)
  for (const id of remove) checkRemovable(book.get(id), id)
  const texts = file === undefined ? [] : [{ ...file, overrides: true }]
  const replaced = new Set([...remove, ...texts.flatMap(idsIn)])
  const kept = ownRules(book).filter(({ id }) => !replaced.has(id))
  const next = joinRules([...files, ...texts], kept, mayFail)
  const faults = [...texts.flatMap(foreignKeys), ...('faults' in next ? next.faults : [])]
  if ('faults' in next || faults.length > 0) throw invalid(faults)
  const given = next.written.filter(({ place, overrides }) => overrides && place.file === file?.path)
  checkReserved(given)
  const specs = given.map(({ spec }) => spec)
  checkGiven(book, specs, proposal)
  const wishes = specs.filter((spec) => !isInForce(book, spec)).map((own) => ({ id: own.id, own }))
  if (kept.length + wishes.length > MAX_OWN_RULES)
    throw new AppError('conflict', 'too many rules are made over the API', { most: MAX_OWN_RULES })
  return {
    next,
    changes: toOwnChanges(
      book,
      [...wishes, ...remove.map((id) => ({ id, own: null }))].map((wish) => ({ ...wish, ...origin(proposal) })),
    ),
    unchanged: specs.filter((spec) => isInForce(book, spec)).map(({ id }) => id),
  }
}

/** All rules that were made over the API. */
export function ownRules(book: RuleBook): RuleSpec[] {
  return book.all().flatMap(({ own }) => (own === null ? [] : [own]))
}

/** The ids that a text speaks of, as far as it can be read. */
function idsIn(file: RuleFile): string[] {
  const rules = readRuleDocument(file).content?.rules
  return Array.isArray(rules) ? rules.map((rule: { id?: unknown } | null) => String(rule?.id)) : []
}

/** What stands beside rules in a file would hold until the next start and then be gone. */
function foreignKeys(file: RuleFile): RuleFault[] {
  const { content, placeOf } = readRuleDocument(file)
  return Object.keys(content ?? {})
    .filter((key) => key !== 'rules')
    .map((key) => ({
      ...placeOf([key], 'key'),
      message: `only rules can be put in here; ${key} belongs in a rule file`,
    }))
}

function origin({ source, restored }: Proposal): Pick<Wish, 'source' | 'restored'> {
  return { source, ...(restored !== undefined && { restored }) }
}

/** A rule that says what already holds needs nothing of its own. */
function isInForce(book: RuleBook, spec: RuleSpec): boolean {
  const booked = book.get(spec.id)
  return booked !== undefined && isSameSpec(specAfter(booked), spec)
}

function checkReserved(given: WrittenRule[]): void {
  const reserved = given.filter(({ spec }) => RESERVED_IDS.has(spec.id))
  if (reserved.length === 0) return
  throw invalid(reserved.map(({ place, spec }) => ({ ...place, message: `id ${spec.id} is a path of the API` })))
}

function checkGiven(book: RuleBook, given: RuleSpec[], { only, fresh }: Proposal): void {
  const [first] = given
  if (only !== undefined && (given.length !== 1 || first?.id !== (only.id ?? first?.id)))
    throw new AppError('bad_request', `the text must hold one rule${only.id === undefined ? '' : `, ${only.id}`}`, {
      given: given.map(({ id }) => id),
    })
  const there = given.find(({ id }) => {
    const booked = book.get(id)
    return booked !== undefined && specAfter(booked) !== null
  })
  if (fresh && there) throw new AppError('conflict', 'this rule id is taken', { rule: there.id })
}

function checkVersion(booked: BookedRule | undefined, expected: number): void {
  const version = lastVersion(booked)
  if (version !== expected) throw new AppError('conflict', 'the rule has changed since', { version, expected })
}

function checkRemovable(booked: BookedRule | undefined, id: string): void {
  if (booked?.own) return
  if (!booked?.file) throw new AppError('not_found', 'no such rule', { rule: id })
  const { path } = booked.file
  throw new AppError('conflict', 'the rule is in a file: change that, or switch it off', { rule: id, path })
}

function invalid(faults: RuleFault[]): AppError {
  return new AppError('rules_invalid', formatFaults(faults), { faults })
}
