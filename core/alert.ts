import type { Position } from './place.ts'
import type { Severity } from './severity.ts'
import type { Reason, SignalOrder, Subject } from './signal.ts'

/** The condition's life: active or cleared, times acknowledged or not. Open until cleared *and* acknowledged. */
export interface Alert {
  id: string
  rule: string
  ruleTitle: { zh: string; en: string }
  category: string
  severity: Severity
  state: 'active' | 'cleared'
  acknowledged: boolean
  acknowledgedBy?: string
  acknowledgedAtMs?: number
  subject: Subject
  /** Device that saw it first, where the subject itself is not a device. */
  seenBy?: string
  deviceName?: string
  place?: string
  position?: Position
  raisedAtMs: number
  lastAtMs: number
  clearedAtMs?: number
  /** Observations that confirmed the condition since the alert was opened. */
  occurrences: number
  reason: Reason
  frameId?: string
  evidence: string[]
  /** Grows by one with each event; commands name the version that they saw. */
  version: number
  /** The last signal that counted; older ones (a replay after a crash) are ignored. */
  lastOrder: SignalOrder
}

/** The device that an alert comes from, whether or not it is about that device. */
export function deviceOf(alert: Alert): string | undefined {
  return alert.subject.device ?? alert.seenBy
}

/** Open alerts are the ones a dispatcher still has to do with. */
export function isOpen(alert: Alert): boolean {
  return alert.state === 'active' || !alert.acknowledged
}
