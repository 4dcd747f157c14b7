import { stringify } from 'yaml'
import type { RuleSpec } from '../../../core/rule-change.ts'

/** Rules as the text of a rule file. `parseRules` reads the same rules back. */
export function printRules(specs: RuleSpec[]): string {
  return stringify({ rules: specs }, { lineWidth: 120 })
}
