import type { Assignment, FalseAlarm, HandOver } from './alert-hands.ts'
import type { Area } from './area.ts'
import type { AlertFinding } from './finding.ts'
import type { Position } from './place.ts'
import type { AlertGroup, Flapping, Quiet, Shelf } from './quiet.ts'
import type { Severity } from './severity.ts'
import type { Reason, SignalOrder, Subject } from './signal.ts'
import type { AlertSuspicion } from './suspicion.ts'

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
  /** The finding that it is about, as it stood when the alert last changed. */
  finding?: AlertFinding
  /** What is thought of the house that it is about, as it stood when the alert last changed. */
  suspicion?: AlertSuspicion
  evidence: string[]
  /** Grows by one with each event; commands name the version that they saw. */
  version: number
  /** The last signal that counted; older ones (a replay after a crash) are ignored. */
  lastOrder: SignalOrder
  /** Lives depend on it: only a person's word on this alert or its device keeps it quiet. */
  lifeSafety?: true
  /** Hash of the rule's content as it judged. */
  ruleVersion?: string
  /** What gates ask of the device, as it was when the alert was raised: its `type`, its `gateway`. */
  labels?: Record<string, string>
  /** Why it is not pushed; on a cleared alert, why its end was not. */
  quiet?: Quiet
  /** Nobody has been told of it since it was opened. */
  announced?: false
  shelf?: Shelf
  flapping?: Flapping
  group?: AlertGroup
  /** An episode of the past, found in data that came late. It was never live. */
  historical?: true
  /** Where it lies by the sub-district's own division. */
  area?: Area
  /** Whose duty it is by its category. */
  department?: string
  assigned?: Assignment
  falseAlarm?: FalseAlarm
  handedOver?: HandOver
  /** Raised by huying itself to try the whole path: it asks nothing of anybody. */
  test?: true
  /** Version of the last event that was pushed. */
  toldVersion?: number
  /** Version of the last event that said something new: raised or cleared, another severity, a person's word. */
  saidVersion?: number
}

/** The device that an alert comes from, whether or not it is about that device. */
export function deviceOf(alert: Alert): string | undefined {
  return alert.subject.device ?? alert.seenBy
}

/** Open alerts are the ones a dispatcher still has to do with. What nobody was told of ends without anybody's word. */
export function isOpen(alert: Pick<Alert, 'state' | 'acknowledged' | 'announced' | 'historical' | 'test'>): boolean {
  if (alert.historical) return false
  if (alert.test) return alert.state === 'active'
  return alert.state === 'active' || (!alert.acknowledged && alert.announced !== false)
}

/**
 * Whether who saw this version knows all that a command should be given in knowledge of. A subscriber has it from the last
 * event that was pushed; a list also shows versions that were not, after which nothing new may have been said. What only
 * counts, or keeps the alert quiet, is nothing new.
 */
export function hasSeenAll({ version, toldVersion, saidVersion = version }: Alert, seenVersion: number): boolean {
  if (seenVersion === toldVersion) return true
  return seenVersion <= version && seenVersion >= Math.max(saidVersion, toldVersion ?? 0)
}
