import { Type } from 'typebox'
import { WordsSchema } from '../../../core/alert-schema.ts'
import { type RuleChange, type RuleVersion, specAfter } from '../../../core/rule-change.ts'
import type { ListedRule, RuleDesk, RuleOutcome } from '../../../core/rule-desk.ts'
import type { RuleChangesView, RuleDetailView, RuleVersionView, RuleView } from '../../contract.ts'
import { toIso } from '../to-iso.ts'

/** What the rule routes answer with, as schemas and as functions that make it. */

const Spec = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The rule as a rule file has it; GET /api/v1/rules/kinds has the schema of each kind',
})
export const FaultSchema = Type.Object({
  file: Type.String({ description: 'The rule file, or what else names the text' }),
  line: Type.Integer(),
  column: Type.Integer(),
  pointer: Type.Optional(Type.String({ description: 'JSON pointer of the culprit' })),
  message: Type.String(),
})
export const RuleSchema = Type.Object({
  id: Type.String(),
  title: WordsSchema,
  category: Type.String(),
  kind: Type.String(),
  lifeSafety: Type.Boolean(),
  raises: Type.Boolean(),
  state: Type.Enum(['active', 'off', 'faulty']),
  source: Type.Enum(['shipped', 'file', 'own']),
  path: Type.Optional(Type.String()),
  overrides: Type.Boolean({ description: 'Made over the API, and stands over one in a file' }),
  version: Type.Integer(),
  changedAt: Type.Optional(Type.String()),
  changedBy: Type.Optional(Type.String()),
})
export const RuleDetailSchema = Type.Object({
  ...RuleSchema.properties,
  spec: Spec,
  yaml: Type.String({ description: 'The same as the text of a rule file' }),
  fileSpec: Type.Optional(Spec),
  faults: Type.Array(FaultSchema),
})
export const VersionSchema = Type.Object({
  version: Type.Integer(),
  at: Type.String(),
  by: Type.String(),
  source: Type.String(),
  restored: Type.Optional(Type.Integer()),
  path: Type.Optional(Type.String()),
  spec: Type.Optional(Spec),
})
export const DifferenceSchema = Type.Object({
  path: Type.String({ description: 'JSON pointer; empty for the whole rule' }),
  before: Type.Optional(Type.Unknown()),
  after: Type.Optional(Type.Unknown()),
})
export const ChangesSchema = Type.Object({
  applied: Type.Boolean({ description: 'False: it was only tried' }),
  changes: Type.Array(
    Type.Object({
      rule: Type.String(),
      change: Type.Enum(['new', 'changed', 'removed']),
      version: Type.Integer(),
      differences: Type.Array(DifferenceSchema),
    }),
  ),
  unchanged: Type.Array(Type.String()),
})

export function toRuleView({ spec, state, isOwn, file, versions }: ListedRule): RuleView {
  const { id, title, category, kind, lifeSafety = false, raises = true } = spec
  const newest = versions.at(-1)
  return {
    ...{ id, title, category, kind, lifeSafety, raises, state },
    source: isOwn ? 'own' : file?.shipped ? 'shipped' : 'file',
    ...(file !== null && { path: file.path }),
    overrides: isOwn && file !== null,
    version: newest?.version ?? 0,
    ...(newest !== undefined && { changedAt: toIso(newest.atMs), changedBy: newest.by }),
  }
}

export function toRuleDetail(listed: ListedRule, desk: RuleDesk): RuleDetailView {
  const { spec, file, faults } = listed
  return {
    ...toRuleView(listed),
    spec,
    yaml: desk.print([spec]),
    ...(file !== null && { fileSpec: file.spec }),
    faults,
  }
}

export function toVersionView({ atMs, spec, ...rest }: RuleVersion): RuleVersionView {
  return { ...rest, at: toIso(atMs), ...(spec !== null && { spec }) }
}

export function toChangesView({ changes, unchanged }: RuleOutcome, applied: boolean, desk: RuleDesk): RuleChangesView {
  return {
    applied,
    changes: changes.map((change) => {
      const { rule, version, before } = change
      const after = specAfter(change)
      return { rule, version, change: sortOf(change), differences: desk.diff(before, after) }
    }),
    unchanged,
  }
}

function sortOf(change: RuleChange): 'new' | 'changed' | 'removed' {
  if (change.before === null) return 'new'
  return specAfter(change) === null ? 'removed' : 'changed'
}
