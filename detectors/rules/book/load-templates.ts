import { assetPath } from '../../../core/source-path.ts'
import { readRuleFiles } from '../files/load-rules.ts'
import { parseTemplates, type RuleTemplate } from './rule-template.ts'

/** The templates that come with huying, one file per domain. */
export async function loadTemplates(): Promise<RuleTemplate[]> {
  return parseTemplates((await readRuleFiles([assetPath('detectors/rules/templates')])).files)
}
