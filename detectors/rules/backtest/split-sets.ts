import type { RuleSet } from '../rule.ts'

/** What two sets of rules have in common, so that it needs to be judged once only. */
export interface SplitSets {
  /** True for a rule that both sets have, with the same content. */
  isShared(rule: string): boolean
  /** The rules that only the second set has, or has otherwise. */
  rest: RuleSet
}

/**
 * Finds what two sets share when that may be judged apart: null when one of the differing rules could matter to others,
 * as a member of a composite, or as one that watches for silence, where gateways and their devices hang together.
 */
export function splitSets(rules: RuleSet, inForce: RuleSet): SplitSets | null {
  const fresh = new Map(rules.rules.map(({ id, hash }) => [id, hash]))
  const old = new Map(inForce.rules.map(({ id, hash }) => [id, hash]))
  const rest = inForce.rules.filter(({ id, hash }) => fresh.get(id) !== hash)
  const differing = [...rest, ...rules.rules.filter(({ id, hash }) => old.get(id) !== hash)]
  const ids = new Set(differing.map(({ id }) => id))
  if (differing.some(({ judge }) => judge.input !== 'samples')) return null
  const isMember = [...rules.rules, ...inForce.rules].some(
    ({ judge }) => judge.input === 'signals' && judge.references.some(({ rule }) => ids.has(rule)),
  )
  if (isMember) return null
  return { isShared: (rule) => !ids.has(rule) && old.has(rule), rest: { ...inForce, rules: rest } }
}
