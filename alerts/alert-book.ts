import { type Alert, isOpen } from '../core/alert.ts'
import type { AlertCommand } from '../core/alert-command.ts'
import { AppError } from '../core/errors.ts'
import type { ReviewEvent } from '../core/finding-events.ts'
import { type AlertEvent, isAlertEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { compareOrder, type Signal, type SignalOrder, subjectKey } from '../core/signal.ts'
import { EVENT_OF_COMMAND, type LifeContext, type Step, stepOnCommand, stepOnSignal } from './alert-life.ts'
import { checkCommand } from './check-command.ts'
import { stepOnHistory } from './history-life.ts'
import type { NoiseSnapshot } from './noise/gates.ts'
import { createNoise, type NoiseMemory } from './noise/noise.ts'
import { createOrders, type NoiseOrders } from './noise/orders.ts'
import type { NoiseSettings } from './noise/settings.ts'
import { toShelf } from './noise/shelve.ts'
import { createRememberedKeys, isSameCommand, type RememberedCommand } from './remembered-keys.ts'
import { stepOnReview } from './review-life.ts'
import { wordsOfCommand, wordsOfEvent } from './words-of-command.ts'

export type { AlertCommand } from '../core/alert-command.ts'

/**
 * All alerts, one open one per rule and subject. State is a fold over the ledger plus the signals that caused no entry:
 * snapshot, then `applyEntry` for the entries after it, then the signals again from where the snapshot was taken, give
 * what there was before the crash, and no event twice.
 */
export interface AlertBook {
  /**
   * The events that this signal causes, in order, to be appended to the ledger: what time decided before it, at most one
   * of its own, and what that one changes for others.
   */
  applySignal(signal: Signal): AlertEvent[]
  /** What time alone decides until then: ends of shelves, silences and holds, groups, repetitions. */
  advance(nowMs: number): AlertEvent[]
  /** Earliest moment at which `advance` has something to do, null when never. */
  nextDueMs(): number | null
  /** Once, after the replay: asks all gates again, whose settings may be others than before the restart. */
  resumeAt(nowMs: number): AlertEvent[]
  /** People's words on more than one alert. */
  readonly orders: NoiseOrders
  /**
   * `unchanged`: acknowledged before, or the idempotency key was seen before.
   * Throws `bad_request`, `not_found` (no such alert, or closed long ago), `conflict` (version, or a key used for something else).
   */
  applyCommand(command: AlertCommand & { by: string }, nowMs: number): { event: AlertEvent } | { unchanged: Alert }
  /** What a reviewer's word on a finding means for the open alerts about it. The same word again changes nothing. */
  review(event: ReviewEvent): AlertEvent[]
  /** Folds one ledger entry that is newer than the snapshot. Entries that are in it already change nothing. */
  applyEntry(entry: LedgerEntry): void
  /** Open alerts, first raised first, without those that only try the path. */
  open(): Alert[]
  /** Those that only try the path. */
  openTests(): Alert[]
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
  memory?: NoiseMemory
}

export interface AlertBookSnapshot {
  format: 1
  entries: Entry[]
  commands: RememberedCommand[]
  /** Absent in snapshots from before there were gates. */
  noise?: NoiseSnapshot
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
  /** What keeps alerts from being pushed besides people. */
  noise?: NoiseSettings
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
  const noise = createNoise(options.noise ?? {}, activeAlerts, snapshot?.noise)
  for (const entry of snapshot?.entries ?? []) put(entry)
  for (const [key, alert] of activeAlerts()) noise.restore(key, alert, entries.get(key)?.memory)

  function* activeAlerts(): Generator<[string, Alert]> {
    for (const key of openKeys) {
      const alert = entries.get(key)?.alert
      if (alert?.state === 'active' && !alert.test) yield [key, alert]
    }
  }

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

  /**
   * Keeps what a step left, after the gates have been asked about it. What subscribers were told last is the state in the
   * last event, whatever caused it: the fold knows no more.
   */
  function keep(key: string, before: Entry | undefined, step: Step): AlertEvent | null {
    const { alert, event } = step.event ? noteVersion(noise.settle(key, before?.alert, step)) : step
    const { lastOrder } = alert
    const toldClockMs = event ? lastOrder.clockMs : (before?.toldClockMs ?? Number.NEGATIVE_INFINITY)
    const memory = event ? noise.note(key, before?.alert, event, before?.memory) : before?.memory
    put({ key, alert, lastOrder, toldClockMs, ...(memory && { memory }) })
    return event
  }

  function stepOf(entry: Entry | undefined, signal: Signal): Step | null {
    const toldClockMs = entry?.toldClockMs ?? Number.NEGATIVE_INFINITY
    const context = { toldClockMs, updateEveryMs, describe }
    const alert = entry?.alert
    if (signal.historical) return stepOnHistory(alert, signal, context)
    const held = alert && noise.hold(alert, entry?.memory, signal)
    if (held) return held
    const step = stepOnSignal(alert, signal, context)
    return step?.alert.flapping && signal.state === 'active' ? noise.confirmHeld(step, signal) : step
  }

  function advance(nowMs: number): AlertEvent[] {
    let visit = noise.nextVisit(nowMs)
    if (!visit) return NOTHING
    const events: AlertEvent[] = []
    for (; visit; visit = noise.nextVisit(nowMs)) {
      const entry = entries.get(visit.key)
      const step = entry?.alert && noise.visit(visit.key, entry.alert, entry.memory, visit.atMs)
      const event = step ? keep(visit.key, entry, step) : null
      if (event) events.push(event)
    }
    return events
  }

  function openOnes(isTest: boolean): Alert[] {
    const all = [...openKeys].map((key) => entries.get(key)?.alert as Alert)
    return all.filter(({ test = false }) => test === isTest)
  }

  function held(alertId: string): { entry: Entry; alert: Alert } {
    const entry = entries.get(keyById.get(alertId) ?? '')
    if (!entry?.alert) throw new AppError('not_found', 'no such alert', { alertId })
    return { entry, alert: entry.alert }
  }

  return {
    applySignal(signal) {
      const { clockMs } = signal.order
      const before = advance(clockMs)
      const key = bookKey(signal)
      const entry = entries.get(key)
      if (entry && compareOrder(signal.order, entry.lastOrder) <= 0) return before
      const step = stepOf(entry, signal)
      const event = step && keep(key, entry, step)
      if (!event) return before
      const after = advance(clockMs)
      return before.length + after.length === 0 ? [event] : [...before, event, ...after]
    },
    advance,
    nextDueMs: noise.nextDueMs,
    resumeAt(nowMs) {
      const due = advance(nowMs)
      noise.visitAll(nowMs)
      return [...due, ...advance(nowMs)]
    },
    orders: createOrders(noise),
    applyCommand(command, nowMs) {
      checkCommand(command)
      const { entry, alert } = held(command.alertId)
      const { by, idempotencyKey } = command
      const eventType = EVENT_OF_COMMAND[command.type]
      const seen = idempotencyKey === undefined ? undefined : keys.get(by, idempotencyKey)
      const asked = { alertId: alert.id, type: eventType, words: wordsOfCommand(command) }
      if (seen && !isSameCommand(seen, asked))
        throw new AppError('conflict', 'the idempotency key was used for another command', { alertId: alert.id })
      if (seen) return { unchanged: alert }
      const shelf =
        command.type === 'shelve' ? toShelf(alert, command, nowMs, noise.roomForShelf(entry.key)) : undefined
      const step = stepOnCommand(alert, command, nowMs, shelf)
      const event = step.event && keep(entry.key, entry, step)
      if (!event) return { unchanged: alert }
      if (idempotencyKey !== undefined) keys.add(by, idempotencyKey, asked)
      return { event }
    },
    review(event) {
      const meant = [...openKeys].filter((key) => entries.get(key)?.alert?.finding?.id === event.findingId)
      const events = meant.map((key) => {
        const entry = entries.get(key) as Entry
        const step = entry.alert && stepOnReview(entry.alert, event)
        return step ? keep(key, entry, step) : null
      })
      return events.filter((found) => found !== null)
    },
    applyEntry(entry) {
      if ('silence' in entry || 'outOfService' in entry) return noise.noteOrder(entry)
      if (!isAlertEvent(entry)) return
      const { alert, by, idempotencyKey, type } = entry
      if (by !== undefined && idempotencyKey !== undefined)
        keys.add(by, idempotencyKey, { alertId: alert.id, type, words: wordsOfEvent(entry) })
      const key = bookKey(alert)
      const known = entries.get(key)
      if (known && compareOrder(alert.lastOrder, known.lastOrder) < 0) return
      if (known?.alert?.id === alert.id && alert.version <= known.alert.version) return
      const memory = noise.note(key, known?.alert, entry, known?.memory)
      put({ key, alert, lastOrder: alert.lastOrder, toldClockMs: alert.lastOrder.clockMs, ...(memory && { memory }) })
    },
    open: () => openOnes(false),
    openTests: () => openOnes(true),
    get: (id) => entries.get(keyById.get(id) ?? '')?.alert,
    snapshot: () => ({ format: 1, entries: [...entries.values()], commands: keys.all(), noise: noise.snapshot() }),
    forgetDropped(seq) {
      for (const { key, lastOrder, alert } of entries.values()) {
        if (alert === undefined && lastOrder.seq <= seq) entries.delete(key)
      }
    },
  }
}

/** Writes into the alert and its event which versions somebody must have seen to know it. */
function noteVersion({ alert, event }: Step): Step {
  if (!event) return { alert, event }
  const { version } = alert
  const isSaid = event.by !== undefined || event.severityBefore !== undefined || CHANGES_OF_STATE.has(event.type)
  const noted = {
    ...alert,
    ...(event.push !== false && { toldVersion: version }),
    ...(isSaid && { saidVersion: version }),
  }
  return { alert: noted, event: { ...event, alert: noted } }
}

const CHANGES_OF_STATE = new Set<AlertEvent['type']>(['alert.raised', 'alert.cleared', 'alert.recorded'])

/** Nothing to tell: by far the most frequent answer. */
const NOTHING: AlertEvent[] = []

function bookKey(of: Pick<Alert, 'rule' | 'subject' | 'historical'>): string {
  const key = `${of.rule}|${subjectKey(of.subject)}`
  return of.historical ? `|past|${key}` : key
}
