import type { RuleInFile, RuleSpec } from '../../../core/rule-change.ts'

/** A rule as people would write it: a thermometer above `above`. */
export function aRuleSpec(id: string, part: Partial<RuleSpec> = {}): RuleSpec {
  return {
    id,
    title: { zh: '过热', en: 'Too hot' },
    category: 'climate',
    kind: 'threshold',
    where: { type: 'thermometer', metric: 'temp_c' },
    above: 30,
    severity: 'minor',
    ...part,
  }
}

/** The same in a file. */
export function aRuleInFile(id: string, part: Partial<RuleSpec> = {}, shipped = false): RuleInFile {
  return { spec: aRuleSpec(id, part), path: shipped ? 'shipped/hot.yaml' : 'mine.yaml', shipped }
}
