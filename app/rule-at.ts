import type { RuleSpec, RuleVersion } from '../core/rule-change.ts'
import { isSameSpec } from '../detectors/rules/book/diff-specs.ts'
import { joinRules } from '../detectors/rules/files/join-rules.ts'
import { withMembers } from '../detectors/rules/files/link-rules.ts'
import type { RuleSet } from '../detectors/rules/rule.ts'
import type { RulesInForce } from './rules-in-force.ts'
import type { RuleThen } from './why.ts'

/**
 * Finds a rule as it was at some moment: the version then in force, as far as versions go back, among the other rules
 * as they are now.
 */
export function createRuleAt(rules: Pick<RulesInForce, 'book' | 'texts' | 'joined'>) {
  return (id: string, atMs: number): RuleThen | undefined => {
    const versions = rules.book.get(id)?.versions ?? []
    const version = versions.findLast((one) => one.atMs <= atMs) ?? versions[0]
    if (version?.spec === null) return undefined
    const { rules: now } = rules.joined()
    const set = version === undefined || isNewest(versions, version) ? now : rulesWith(rules, version.spec)
    const rule = set?.rules.find((one) => one.id === id)
    if (set === undefined || rule === undefined) return undefined
    return {
      rule,
      rules: { ...set, rules: withMembers(set.rules, id) },
      ...(version !== undefined && { number: version.version }),
    }
  }
}

function isNewest(versions: RuleVersion[], { spec }: RuleVersion): boolean {
  return isSameSpec(versions.at(-1)?.spec ?? null, spec)
}

/** Undefined when the old version does not fit what else is in force now. */
function rulesWith({ texts }: Pick<RulesInForce, 'texts'>, spec: RuleSpec): RuleSet | undefined {
  const { files, own } = texts()
  const joined = joinRules(files, [...own.filter(({ id }) => id !== spec.id), spec], (id) => id !== spec.id)
  return 'faults' in joined ? undefined : joined.rules
}
