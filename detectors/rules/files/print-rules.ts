import { stringify } from 'yaml'
import type { RuleSpec } from '../../../core/rule-change.ts'

/** What people look for first; a rule from the ledger comes with its fields in alphabetical order. */
const FIRST = ['id', 'title', 'category', 'kind', 'where']

/** Rules as the text of a rule file. `parseRules` reads the same rules back. */
export function printRules(specs: RuleSpec[]): string {
  return stringify({ rules: specs.map(inReadingOrder) }, { lineWidth: 120 })
}

function inReadingOrder(spec: RuleSpec): Record<string, unknown> {
  const fields = spec as Record<string, unknown>
  const first = FIRST.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]])
  return { ...Object.fromEntries(first), ...fields }
}
