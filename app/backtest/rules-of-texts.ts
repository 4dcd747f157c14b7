import { joinRules } from '../../detectors/rules/files/join-rules.ts'
import { type RuleDocument, readRuleDocument } from '../../detectors/rules/files/rule-document.ts'
import type { RuleSet } from '../../detectors/rules/rule.ts'
import type { RuleFault } from '../../detectors/rules/rule-fault.ts'
import type { RuleTexts } from './backtest-messages.ts'

/** The rules of a set of texts, or all that is wrong with its files; rules of the API that are unusable are left out. */
export function rulesOfTexts({ files, own }: RuleTexts): { rules: RuleSet } | { faults: RuleFault[] } {
  return joinRules(files, own, () => true)
}

/** How faults name the rules that are to be tried. */
const PROPOSAL = 'rules'

/**
 * The texts of the rules to be tried. They stand over rules of the same id that are in force, and leave all others as
 * they are; `whole`: they are all there is.
 */
export function proposedTexts(text: string, inForce: RuleTexts, whole: boolean): RuleTexts {
  const proposal = { path: PROPOSAL, text, overrides: true }
  if (whole) return { files: [proposal], own: [] }
  const given = new Set(idsIn(readRuleDocument(proposal)))
  return { files: [...inForce.files, proposal], own: inForce.own.filter(({ id }) => !given.has(id)) }
}

/** True when the text holds rules and nothing else that rules could look at, such as places. */
export function isRulesOnly(text: string): boolean {
  const { content } = readRuleDocument({ path: PROPOSAL, text })
  return content !== null && Object.keys(content).every((key) => key === 'rules')
}

function idsIn({ content }: RuleDocument): unknown[] {
  const rules: unknown = content?.rules
  return Array.isArray(rules) ? rules.map((rule: { id?: unknown } | null) => rule?.id) : []
}
