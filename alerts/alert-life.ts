import { type Alert, hasSeenAll, isOpen } from '../core/alert.ts'
import type { AlertCommand } from '../core/alert-command.ts'
import type { Assignee, HandOver } from '../core/alert-hands.ts'
import type { Area } from '../core/area.ts'
import { AppError } from '../core/errors.ts'
import type { AlertEvent, AlertEventType } from '../core/ledger-entry.ts'
import type { Position } from '../core/place.ts'
import type { Shelf } from '../core/quiet.ts'
import { isWorse } from '../core/severity.ts'
import { compareOrder, type Signal } from '../core/signal.ts'
import { alertId } from './alert-id.ts'

/** What the registry knows of a subject, asked once, when an alert is raised. */
export interface Description {
  deviceName?: string
  place?: string
  position?: Position
  labels?: Record<string, string>
  area?: Area
  /** Whose duty its category is. */
  department?: string
}

export interface LifeContext {
  /** Signal clock (`order.clockMs`) of the last event of this alert. */
  toldClockMs: number
  /** ms of signal clock between two `alert.updated` that only count occurrences. */
  updateEveryMs: number
  describe: (
    signal: Pick<Signal, 'subject' | 'seenBy' | 'position' | 'reason' | 'category' | 'finding' | 'suspicion'>,
  ) => Description
}

/** The alert as it stands afterwards; `event` is null where nobody needs to be told (yet). */
export interface Step {
  alert: Alert
  event: AlertEvent | null
}

/** Pictures kept per alert: the first, which shows why it was raised, and the latest 19. */
const MAX_EVIDENCE = 20

/**
 * The life of the condition:
 *
 *     nothing or closed ──active──▶ active ──cleared──▶ cleared ──acknowledge──▶ closed
 *                                   ▲    └─acknowledge─▶ active, acknowledged ──cleared──▶ closed
 *                                   └──active── cleared (not acknowledged): the same alert again
 *
 * Null when the signal changes nothing: there is nothing to clear, or it was judged before `alert.lastOrder`.
 */
export function stepOnSignal(alert: Alert | undefined, signal: Signal, context: LifeContext): Step | null {
  if (alert && compareOrder(signal.order, alert.lastOrder) <= 0) return null
  const open = alert && isOpen(alert) ? alert : undefined
  if (signal.state === 'cleared') return open ? clear(open, signal) : null
  if (!open) return raise(signal, context)
  return open.state === 'cleared' ? raiseAgain(open, signal) : confirm(open, signal, context)
}

/** A new alert. */
export function raise(signal: Signal, context: LifeContext): Step {
  const described = context.describe(signal)
  const place = described.place ?? signal.subject.place
  const position = signal.position ?? described.position
  const alert: Alert = {
    id: alertId(signal),
    rule: signal.rule,
    ruleTitle: signal.ruleTitle,
    category: signal.category,
    severity: signal.severity,
    state: 'active',
    acknowledged: false,
    subject: signal.subject,
    ...(signal.seenBy !== undefined && { seenBy: signal.seenBy }),
    ...(described.deviceName !== undefined && { deviceName: described.deviceName }),
    ...(place !== undefined && { place }),
    ...(position !== undefined && { position }),
    raisedAtMs: signal.atMs,
    lastAtMs: signal.atMs,
    occurrences: 1,
    reason: signal.reason,
    ...(signal.frameId !== undefined && { frameId: signal.frameId }),
    ...(signal.finding && { finding: signal.finding }),
    ...(signal.suspicion && { suspicion: signal.suspicion }),
    evidence: mergeEvidence([], signal.evidence),
    version: 1,
    lastOrder: signal.order,
    ...(signal.lifeSafety && { lifeSafety: true }),
    ...(signal.test && { test: true }),
    ...(signal.ruleVersion !== undefined && { ruleVersion: signal.ruleVersion }),
    ...(described.labels !== undefined && { labels: described.labels }),
    ...(described.area && { area: described.area }),
    ...(described.department !== undefined && { department: described.department }),
  }
  return { alert, event: toEvent('alert.raised', alert, signal) }
}

function raiseAgain(open: Alert, signal: Signal): Step {
  const { clearedAtMs: _, ...rest } = confirmed(open, signal)
  const alert: Alert = { ...rest, state: 'active', version: open.version + 1 }
  return { alert, event: toEvent('alert.raised', alert, signal, open) }
}

/**
 * A rise in severity takes the acknowledgement away, and the mark: what was seen, or was false, was something milder.
 * What is said of a house is said only when it is worth telling, so it is told.
 */
function confirm(open: Alert, signal: Signal, context: LifeContext): Step {
  const alert = isWorse(signal.severity, open.severity)
    ? withoutAcknowledgement(confirmed(open, signal))
    : confirmed(open, signal)
  const isDue = signal.order.clockMs - context.toldClockMs >= context.updateEveryMs
  if (signal.severity === open.severity && !isDue && !isReviewed(open, signal) && !signal.suspicion)
    return { alert, event: null }
  const told: Alert = { ...alert, version: open.version + 1 }
  return { alert: told, event: toEvent('alert.updated', told, signal, open) }
}

/** A person's word on the finding is told at once. */
function isReviewed(open: Alert, { finding }: Signal): boolean {
  return finding !== undefined && finding.review !== open.finding?.review && finding.review !== 'undecided'
}

/** Severity and reason stay those of the condition, so that a cleared alert still says why it was raised. */
function clear(open: Alert, signal: Signal): Step {
  if (open.state === 'cleared') return { alert: { ...open, lastOrder: signal.order }, event: null }
  const alert: Alert = {
    ...open,
    state: 'cleared',
    clearedAtMs: signal.atMs,
    ...(signal.finding && { finding: signal.finding }),
    ...(signal.suspicion && { suspicion: signal.suspicion }),
    evidence: mergeEvidence(open.evidence, signal.evidence),
    version: open.version + 1,
    lastOrder: signal.order,
  }
  return { alert, event: toEvent('alert.cleared', alert, signal) }
}

/** The open alert with one more confirmation in it; version and state are the caller's. */
export function confirmed(open: Alert, signal: Signal): Alert {
  return {
    ...open,
    ruleTitle: signal.ruleTitle,
    category: signal.category,
    severity: signal.severity,
    ...(signal.position !== undefined && { position: signal.position }),
    lastAtMs: Math.max(open.lastAtMs, signal.atMs),
    occurrences: open.occurrences + 1,
    reason: signal.reason,
    ...(signal.frameId !== undefined && { frameId: signal.frameId }),
    ...(signal.finding && { finding: signal.finding }),
    ...(signal.suspicion && { suspicion: signal.suspicion }),
    evidence: mergeEvidence(open.evidence, signal.evidence),
    lastOrder: signal.order,
    ...(signal.ruleVersion !== undefined && { ruleVersion: signal.ruleVersion }),
  }
}

function withoutAcknowledgement(alert: Alert): Alert {
  const { acknowledgedBy: _by, acknowledgedAtMs: _at, falseAlarm: _mark, ...rest } = alert
  return { ...rest, acknowledged: false }
}

function mergeEvidence(known: string[], added: string[] = []): string[] {
  const merged = [...new Set([...known, ...added])]
  return merged.length <= MAX_EVIDENCE ? merged : [...merged.slice(0, 1), ...merged.slice(1 - MAX_EVIDENCE)]
}

function toEvent(type: AlertEventType, alert: Alert, signal: Signal, before: Alert = alert): AlertEvent {
  const severityBefore = before.severity === alert.severity ? undefined : before.severity
  return { type, atMs: signal.order.clockMs, alert, ...(severityBefore !== undefined && { severityBefore }) }
}

export const EVENT_OF_COMMAND = {
  acknowledge: 'alert.acknowledged',
  comment: 'alert.commented',
  shelve: 'alert.shelved',
  unshelve: 'alert.unshelved',
  false_alarm: 'alert.false_alarm',
  assign: 'alert.assigned',
  hand_over: 'alert.handed_over',
  reopen: 'alert.reopened',
} as const

/**
 * A person's command, with the shelf that it asks for. `event` is null when the alert is already as it asks. Throws
 * `conflict` when more was told or said of the alert than `expectedVersion` knows.
 */
export function stepOnCommand(alert: Alert, command: AlertCommand & { by: string }, nowMs: number, put?: Shelf): Step {
  const { type, by, comment, idempotencyKey, expectedVersion } = command
  if (expectedVersion !== undefined && !hasSeenAll(alert, expectedVersion))
    throw new AppError('conflict', `the alert has version ${alert.version}, not ${expectedVersion}`, {
      alertId: alert.id,
      version: alert.version,
    })
  const obeyed = put ? { ...alert, shelf: put } : obey(alert, command, nowMs)
  if (!obeyed) return { alert, event: null }
  const next: Alert = { ...obeyed, version: alert.version + 1 }
  const assignedBefore = type === 'assign' ? alert.assigned?.to : undefined
  const event: AlertEvent = {
    type: EVENT_OF_COMMAND[type],
    atMs: nowMs,
    alert: next,
    by,
    ...(assignedBefore && { assignedBefore }),
    ...(comment !== undefined && { comment }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  }
  return { alert: next, event }
}

/** The alert as the command wants it; null when it is so already. */
function obey(alert: Alert, command: AlertCommand & { by: string }, nowMs: number): Alert | null {
  const { type, by, reason, to, external } = command
  const said = { by, atMs: nowMs }
  const seen = { acknowledged: true, acknowledgedBy: by, acknowledgedAtMs: nowMs }
  switch (type) {
    case 'comment':
    case 'shelve':
      return alert
    case 'acknowledge':
      return alert.acknowledged ? null : { ...alert, ...seen }
    case 'unshelve': {
      const { shelf, ...rest } = alert
      return shelf ? rest : null
    }
    case 'false_alarm':
      if (reason === undefined || alert.falseAlarm?.reason === reason) return null
      return { ...alert, ...(!alert.acknowledged && seen), falseAlarm: { reason, ...said } }
    case 'reopen':
      if (alert.historical)
        throw new AppError('conflict', 'an episode of the past cannot be reopened', { alertId: alert.id })
      return alert.acknowledged ? withoutAcknowledgement(alert) : null
    case 'assign':
      return assign(alert, to ?? null, said)
    case 'hand_over':
      if (!external || isSameCase(alert.handedOver, external)) return null
      return { ...alert, handedOver: { ...external, ...said } }
  }
}

function assign(alert: Alert, to: Assignee | null, said: { by: string; atMs: number }): Alert | null {
  const { assigned, ...rest } = alert
  if (to === null) return assigned ? rest : null
  return assigned && isSameAssignee(assigned.to, to) ? null : { ...alert, assigned: { to, ...said } }
}

function isSameAssignee(a: Assignee, b: Assignee): boolean {
  return a.department === b.department && a.grid === b.grid && a.person === b.person
}

function isSameCase(known: HandOver | undefined, { system, number }: { system: string; number: string }): boolean {
  return known?.system === system && known.number === number
}
