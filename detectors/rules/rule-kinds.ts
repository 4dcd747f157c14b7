import { clock } from './kinds/clock.ts'
import { composite } from './kinds/composite.ts'
import { detection } from './kinds/detection.ts'
import { deviation } from './kinds/deviation.ts'
import { difference } from './kinds/difference.ts'
import { drift } from './kinds/drift.ts'
import { expression } from './kinds/expression.ts'
import { finding } from './kinds/finding.ts'
import { impossible } from './kinds/impossible.ts'
import { mould } from './kinds/mould.ts'
import { noData } from './kinds/no-data.ts'
import { rate } from './kinds/rate.ts'
import { record } from './kinds/record.ts'
import { sequenceGap } from './kinds/sequence-gap.ts'
import { shortLets } from './kinds/short-lets.ts'
import { standard } from './kinds/standard.ts'
import { stuck } from './kinds/stuck.ts'
import { suspicion } from './kinds/suspicion.ts'
import { threshold } from './kinds/threshold.ts'
import { trend } from './kinds/trend.ts'
import { window } from './kinds/window.ts'
import type { RuleKind } from './rule-kind.ts'

/** Every kind of rule by the name it bears in rule files. */
export const RULE_KINDS: Record<string, RuleKind> = {
  threshold,
  rate,
  difference,
  window,
  stuck,
  impossible,
  'no-data': noData,
  'sequence-gap': sequenceGap,
  clock,
  detection,
  finding,
  standard,
  deviation,
  drift,
  trend,
  mould,
  'short-lets': shortLets,
  expression,
  record,
  suspicion,
  composite,
}
