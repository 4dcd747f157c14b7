import type { AlertFinding } from '../../../core/finding.ts'
import type { Position } from '../../../core/place.ts'
import type { Severity } from '../../../core/severity.ts'
import type { Reason, Signal, SignalOrder, Subject } from '../../../core/signal.ts'
import type { AlertSuspicion } from '../../../core/suspicion.ts'

interface SignalParts {
  rule: {
    id: string
    title: { zh: string; en: string }
    category: string
    hash?: string
    lifeSafety?: boolean
    test?: true
  }
  subject: Subject
  seenBy?: string
  state: Signal['state']
  severity: Severity
  order: SignalOrder
  atMs: number
  reason: Reason
  position?: Position | null | undefined
  frameId?: string
  finding?: AlertFinding
  suspicion?: AlertSuspicion
  evidence?: string[]
  historical?: boolean | undefined
}

/** Puts a signal together, leaving out what is not known. */
export function toSignal({ rule, position, frameId, evidence, historical, ...rest }: SignalParts): Signal {
  return {
    rule: rule.id,
    ruleTitle: rule.title,
    category: rule.category,
    ...rest,
    ...(position && { position }),
    ...(frameId !== undefined && { frameId }),
    ...(evidence !== undefined && { evidence }),
    ...(rule.hash !== undefined && { ruleVersion: rule.hash }),
    ...(rule.lifeSafety && { lifeSafety: true }),
    ...(rule.test && { test: true }),
    ...(historical && { historical }),
  }
}
