import type { Static, TObject } from 'typebox'
import type { Objection } from './objection.ts'
import type { RuleJudge } from './rule.ts'

/** One kind of rule: how it is written, which combinations make no sense, and how it judges. */
export interface RuleKind {
  schema: TObject
  objections(spec: unknown): Objection[]
  toJudge(spec: unknown): RuleJudge
  /** What decides beside the rule's own words, a table of limits for example: the rule is another when it changes. */
  beside?(spec: unknown): unknown
}

/** Declares a kind with its spec typed by its schema; `parseRules` calls the functions only with what the schema accepts. */
export function defineKind<S extends TObject>(kind: {
  schema: S
  objections(spec: Static<S>): Objection[]
  toJudge(spec: Static<S>): RuleJudge
  beside?(spec: Static<S>): unknown
}): RuleKind {
  const { beside } = kind
  return {
    schema: kind.schema,
    objections: (spec) => kind.objections(spec as Static<S>),
    toJudge: (spec) => kind.toJudge(spec as Static<S>),
    ...(beside && { beside: (spec: unknown) => beside(spec as Static<S>) }),
  }
}
