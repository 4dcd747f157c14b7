import { type Alert, isOpen } from '../core/alert.ts'
import type { AlertCommand } from '../core/alert-command.ts'
import { AppError } from '../core/errors.ts'
import { type AlertEvent, isAlertEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { compareOrder, type Signal, type SignalOrder, subjectKey } from '../core/signal.ts'
import { type LifeContext, type Step, stepOnCommand, stepOnSignal } from './alert-life.ts'
import { checkCommand } from './check-command.ts'
import { createRememberedKeys, type RememberedCommand } from './remembered-keys.ts'

export type { AlertCommand } from '../core/alert-command.ts'

/**
 * All alerts, one open one per rule and subject. State is a fold over the ledger plus the signals that caused no entry:
 * snapshot, then `applyEntry` for the entries after it, then the signals again from where the snapshot was taken, give
 * what there was before the crash, and no event twice.
 */
export interface AlertBook {
  /** The events (at most one) that this signal causes, in order, to be appended to the ledger. */
  applySignal(signal: Signal): AlertEvent[]
  /**
   * `unchanged`: acknowledged before, or the idempotency key was seen before.
   * Throws `bad_request`, `not_found` (no such alert, or closed long ago), `conflict` (version, or a key used for something else).
   */
  applyCommand(command: AlertCommand & { by: string }, nowMs: number): { event: AlertEvent } | { unchanged: Alert }
  /** Folds one ledger entry that is newer than the snapshot. Entries that are in it already change nothing. */
  applyEntry(entry: LedgerEntry): void
  /** Open alerts, first raised first. */
  open(): Alert[]
  /** An open alert, or one of the last closed. */
  get(id: string): Alert | undefined
  /** JSON-safe. May be stored only once everything that `applySignal` and `applyCommand` returned before is durable. */
  snapshot(): AlertBookSnapshot
  /**
   * Forgets subjects whose last alert was dropped (see `keepClosed`), judged at or before `seq`. Only for a position that
   * no replay goes back to.
   */
  forgetDropped(seq: number): void
}

/** One rule and subject. Closed ones stay, with their `lastOrder`, so that a replay does not raise them again. */
interface Entry {
  key: string
  lastOrder: SignalOrder
  toldClockMs: number
  /** The open alert or the last closed one; absent when that was dropped. */
  alert?: Alert
}

export interface AlertBookSnapshot {
  format: 1
  entries: Entry[]
  commands: RememberedCommand[]
}

interface AlertBookOptions {
  snapshot?: AlertBookSnapshot
  /** ms of signal clock between two `alert.updated` that only count occurrences. */
  updateEveryMs?: number
  describe: LifeContext['describe']
  /** Closed alerts that can still be got and commented on. */
  keepClosed?: number
  /** Idempotency keys remembered. */
  keepKeys?: number
}

export function createAlertBook(options: AlertBookOptions): AlertBook {
  const { snapshot, updateEveryMs = 5000, describe, keepClosed = 2000, keepKeys = 10_000 } = options
  if (snapshot && snapshot.format !== 1) throw new AppError('journal_corrupt', 'unknown format of alert snapshot')
  const entries = new Map<string, Entry>()
  /** Alert id → entry key, of every alert that is held. */
  const keyById = new Map<string, string>()
  const openKeys = new Set<string>()
  /** Keys whose entry holds a closed alert, longest closed first. */
  const closedKeys = new Set<string>()
  const keys = createRememberedKeys(keepKeys, snapshot?.commands)
  for (const entry of snapshot?.entries ?? []) put(entry)

  function put(entry: Entry): void {
    const { key, alert } = entry
    const before = entries.get(key)?.alert
    if (before?.id !== alert?.id) {
      if (before) keyById.delete(before.id)
      entries.delete(key)
    }
    entries.set(key, entry)
    if (!alert) return
    keyById.set(alert.id, key)
    if (isOpen(alert)) {
      if (before?.id !== alert.id) openKeys.delete(key)
      openKeys.add(key)
      closedKeys.delete(key)
      return
    }
    openKeys.delete(key)
    closedKeys.add(key)
    if (closedKeys.size > keepClosed) dropOldestClosed()
  }

  function dropOldestClosed(): void {
    const key = closedKeys.values().next().value as string
    closedKeys.delete(key)
    const { alert, ...rest } = entries.get(key) as Entry
    if (alert) keyById.delete(alert.id)
    entries.set(key, rest)
  }

  /** What subscribers were told last is the state in the last event, whatever caused it: the fold knows no more. */
  function keep(key: string, step: Step, toldBefore: number): void {
    const { alert, event } = step
    put({ key, alert, lastOrder: alert.lastOrder, toldClockMs: event ? alert.lastOrder.clockMs : toldBefore })
  }

  function held(alertId: string): { entry: Entry; alert: Alert } {
    const entry = entries.get(keyById.get(alertId) ?? '')
    if (!entry?.alert) throw new AppError('not_found', 'no such alert', { alertId })
    return { entry, alert: entry.alert }
  }

  return {
    applySignal(signal) {
      const key = bookKey(signal)
      const entry = entries.get(key)
      if (entry && compareOrder(signal.order, entry.lastOrder) <= 0) return []
      const toldClockMs = entry?.toldClockMs ?? Number.NEGATIVE_INFINITY
      const step = stepOnSignal(entry?.alert, signal, { toldClockMs, updateEveryMs, describe })
      if (!step) return []
      keep(key, step, toldClockMs)
      return step.event ? [step.event] : []
    },
    applyCommand(command, nowMs) {
      checkCommand(command)
      const { entry, alert } = held(command.alertId)
      const { by, idempotencyKey } = command
      const eventType = command.type === 'acknowledge' ? 'alert.acknowledged' : 'alert.commented'
      const seen = idempotencyKey === undefined ? undefined : keys.get(by, idempotencyKey)
      if (seen && (seen.alertId !== alert.id || seen.type !== eventType))
        throw new AppError('conflict', 'the idempotency key was used for another command', { alertId: alert.id })
      if (seen) return { unchanged: alert }
      const step = stepOnCommand(alert, command, nowMs)
      if (!step.event) return { unchanged: alert }
      keep(entry.key, step, entry.toldClockMs)
      if (idempotencyKey !== undefined) keys.add(by, idempotencyKey, { alertId: alert.id, type: eventType })
      return { event: step.event }
    },
    applyEntry(entry) {
      if (!isAlertEvent(entry)) return
      const { alert, by, idempotencyKey, type } = entry
      if (by !== undefined && idempotencyKey !== undefined) keys.add(by, idempotencyKey, { alertId: alert.id, type })
      const key = bookKey(alert)
      const known = entries.get(key)
      if (known && compareOrder(alert.lastOrder, known.lastOrder) < 0) return
      if (known?.alert?.id === alert.id && alert.version <= known.alert.version) return
      put({ key, alert, lastOrder: alert.lastOrder, toldClockMs: alert.lastOrder.clockMs })
    },
    open: () => [...openKeys].map((key) => entries.get(key)?.alert as Alert),
    get: (id) => entries.get(keyById.get(id) ?? '')?.alert,
    snapshot: () => ({ format: 1, entries: [...entries.values()], commands: keys.all() }),
    forgetDropped(seq) {
      for (const { key, lastOrder, alert } of entries.values()) {
        if (alert === undefined && lastOrder.seq <= seq) entries.delete(key)
      }
    },
  }
}

function bookKey(of: Pick<Alert, 'rule' | 'subject'>): string {
  return `${of.rule}|${subjectKey(of.subject)}`
}
