import { detection } from './kinds/detection.ts'
import { noData } from './kinds/no-data.ts'
import { rate } from './kinds/rate.ts'
import { threshold } from './kinds/threshold.ts'
import type { RuleKind } from './rule-kind.ts'

/** Every kind of rule by the name it bears in rule files. */
export const RULE_KINDS: Record<string, RuleKind> = {
  threshold,
  rate,
  'no-data': noData,
  detection,
}
