import type { Alert } from '../../core/alert.ts'
import { createDueQueue, type Due } from '../../core/due-queue.ts'
import { AppError } from '../../core/errors.ts'
import type { AlertEvent, ServiceEvent, SilenceEvent } from '../../core/ledger-entry.ts'
import type { Silence } from '../../core/quiet.ts'
import { isWorse } from '../../core/severity.ts'
import type { Signal } from '../../core/signal.ts'
import type { Step } from '../alert-life.ts'
import { confirmWhileHeld, hold, noteChange, stableAtMs } from './flap.ts'
import { createGates, type Gates, type NoiseSnapshot } from './gates.ts'
import { repeatAtMs } from './repeat.ts'
import { review } from './review.ts'
import { DEFAULT_LIMITS, type NoiseLimits, type NoiseSettings } from './settings.ts'
import { settle } from './settle.ts'

/** What is remembered of a rule and subject besides its alert. */
export interface NoiseMemory {
  /** When it came or went, the latest times; kept where flapping is watched. */
  changesMs?: number[]
  /** When it was told aloud last; kept where alerts are told again. */
  loudMs?: number
}

/**
 * All that decides whether an alert is pushed. A fold: `note` and `noteOrder` are called with each ledger entry, when it
 * is made as well as when it is read back, and nothing else changes what will be decided.
 */
export interface Noise {
  readonly limits: NoiseLimits
  readonly gates: Gates
  /** What a signal comes to for an alert that flaps or begins to; null: its life goes on as usual. */
  hold(alert: Alert, memory: NoiseMemory | undefined, signal: Signal): Step | null
  /** The same for a step that confirmed an alert which flaps. */
  confirmHeld(step: Step, signal: Signal): Step
  /** What a step comes to once the gates were asked. `before`: the last alert of the same rule and subject. */
  settle(key: string, before: Alert | undefined, step: Step): Step
  /** Folds an event. Returns the memory of its rule and subject from now on. */
  note(
    key: string,
    before: Alert | undefined,
    event: AlertEvent,
    memory: NoiseMemory | undefined,
  ): NoiseMemory | undefined
  /** The longest shelf, ms. Throws `too_many_requests` when there are too many besides the one under this key. */
  roomForShelf(key: string): number
  /** Folds a person's order. */
  noteOrder(entry: SilenceEvent | ServiceEvent): void
  /** An active alert of a snapshot. */
  restore(key: string, alert: Alert, memory: NoiseMemory | undefined): void
  /** The next alert that time has a word on, by `nowMs`. */
  nextVisit(nowMs: number): { key: string; atMs: number } | undefined
  /** What time decides about that alert, null when nothing. */
  visit(key: string, alert: Alert, memory: NoiseMemory | undefined, atMs: number): Step | null
  /** All active alerts are visited again: settings may be others than before. */
  visitAll(nowMs: number): void
  /** Earliest moment at which time may decide something, null when never. */
  nextDueMs(): number | null
  /** JSON-safe. */
  snapshot(): NoiseSnapshot
}

/** In the queue, silences, devices and shelves stand beside alerts, under keys that no alert has. */
const ORDER = /^\|(silence|device|shelf)\|(.*)$/su
/** An alert whose turn has come and that has nothing to say is not asked again before this. */
const NOT_BEFORE_MS = 1000
const MIN_SWEEP = 1024

export function createNoise(
  settings: NoiseSettings,
  /** Active alerts by key. */
  active: () => Iterable<[string, Alert]>,
  known?: NoiseSnapshot,
): Noise {
  const gates = createGates(settings, known)
  const queue = createDueQueue<Due>()
  const items = new Map<string, Due>()
  let sweepAt = MIN_SWEEP
  let clockMs = known?.clockMs ?? 0

  for (const silence of gates.silences.all()) planSilence(silence)
  for (const { device, untilMs } of gates.devices.all()) mark(`|device|${device}`, untilMs)
  for (const [key, { untilMs }] of gates.shelves) mark(`|shelf|${key}`, untilMs)

  function itemOf(key: string): Due {
    const found = items.get(key)
    if (found) return found
    if (items.size >= sweepAt) sweep()
    const fresh: Due = { key, dueMs: Number.POSITIVE_INFINITY, queuedMs: Number.POSITIVE_INFINITY }
    items.set(key, fresh)
    return fresh
  }

  /** An item stays while the queue holds an entry for it, so that an alert that comes and goes has one, not many. */
  function sweep(): void {
    for (const [key, { dueMs, queuedMs }] of items)
      if (dueMs === Number.POSITIVE_INFINITY && queuedMs === Number.POSITIVE_INFINITY) items.delete(key)
    sweepAt = Math.max(MIN_SWEEP, 2 * items.size)
  }

  function mark(key: string, atMs: number): void {
    if (atMs === Number.POSITIVE_INFINITY) return
    const item = itemOf(key)
    if (atMs >= item.dueMs) return
    item.dueMs = atMs
    queue.schedule(item)
  }

  /** Sets when the alert is visited next, earlier or later than before. */
  function plan(key: string, alert: Alert, memory: NoiseMemory | undefined, afterMs = Number.NEGATIVE_INFINITY): void {
    const dueMs = dueMsOf(gates, key, alert, memory)
    const known = items.get(key)
    if (known) known.dueMs = Number.POSITIVE_INFINITY
    mark(key, dueMs > afterMs ? dueMs : afterMs + NOT_BEFORE_MS)
  }

  function planSilence({ id, fromMs, toMs }: Silence): void {
    const item = items.get(`|silence|${id}`)
    if (item) item.dueMs = Number.POSITIVE_INFINITY
    mark(`|silence|${id}`, fromMs > clockMs ? fromMs : toMs)
  }

  function markAll(isMeant: (alert: Alert) => boolean): void {
    for (const [key, alert] of active()) if (isMeant(alert)) mark(key, clockMs)
  }

  /** A silence begins, or one of the three runs out: alerts that it kept quiet know until when. */
  function visitOrder(kind: string, id: string): void {
    if (kind === 'shelf') {
      const untilMs = gates.shelves.get(id)?.untilMs ?? Number.POSITIVE_INFINITY
      if (untilMs <= clockMs) gates.shelves.delete(id)
      else mark(`|shelf|${id}`, untilMs)
    } else if (kind === 'device') {
      const untilMs = gates.devices.get(id)?.untilMs ?? Number.POSITIVE_INFINITY
      if (untilMs <= clockMs) gates.devices.remove(id)
      else mark(`|device|${id}`, untilMs)
    } else {
      const silence = gates.silences.get(id)
      if (!silence) return
      if (silence.toMs <= clockMs) {
        gates.silences.remove(id)
        return
      }
      markAll((alert) => gates.silences.means(id, alert))
      planSilence(silence)
    }
  }

  function noteShelf(key: string, { type, alert }: AlertEvent): void {
    const { shelf } = alert
    if (type === 'alert.shelved' && shelf) {
      gates.shelves.set(key, shelf)
      mark(`|shelf|${key}`, shelf.untilMs)
    } else if (type === 'alert.unshelved') gates.shelves.delete(key)
    else if (type === 'alert.cleared' && gates.shelves.get(key)?.once) gates.shelves.delete(key)
  }

  function noteService({ type, outOfService }: ServiceEvent): void {
    const { device, untilMs } = outOfService
    if (type === 'service.out') {
      gates.devices.set(outOfService)
      mark(`|device|${device}`, untilMs)
    } else gates.devices.remove(device)
    markAll((alert) => alert.subject.device === device || alert.seenBy === device)
  }

  function noteSilence({ type, silence }: SilenceEvent): void {
    const { id } = silence
    const wasMeant = new Set([...active()].filter(([, alert]) => gates.silences.means(id, alert)).map(([key]) => key))
    if (type === 'silence.set') {
      gates.silences.set(silence)
      planSilence(silence)
    } else gates.silences.remove(id)
    for (const key of wasMeant) mark(key, clockMs)
    markAll((alert) => gates.silences.means(id, alert))
  }

  const limits = { ...DEFAULT_LIMITS, ...settings.limits }
  return {
    limits,
    gates,
    hold: (alert, memory, signal) => (alert.test ? null : hold(alert, memory?.changesMs, signal, settings.flap)),
    confirmHeld: confirmWhileHeld,
    // What tries the path must come out at its end, whatever is quiet, and make nothing else quiet.
    settle: (key, before, step) => (step.alert.test ? step : settle(gates, key, before, step)),
    note(key, before, event, memory) {
      clockMs = Math.max(clockMs, event.atMs)
      const { alert } = event
      if (alert.historical || alert.test) return memory
      noteShelf(key, event)
      if (event.type === 'alert.raised' && event.push !== false) gates.recurrence.note(alert, event.atMs)
      for (const symptom of gates.inhibitions.note(key, alert)) mark(symptom, clockMs)
      const visits = gates.grouping.note(key, alert)
      const next = nextMemory(settings, before, event, memory)
      plan(key, alert, next)
      for (const { key: of, atMs } of visits) mark(of, atMs)
      if (event.type === 'alert.unshelved' || event.type === 'alert.reopened') mark(key, clockMs)
      return next
    },
    roomForShelf(key) {
      if (gates.shelves.size >= limits.shelves && !gates.shelves.has(key))
        throw new AppError('too_many_requests', `more than ${limits.shelves} shelves`)
      return limits.shelfMs
    },
    noteOrder(entry) {
      clockMs = Math.max(clockMs, entry.atMs)
      if ('silence' in entry) noteSilence(entry)
      else noteService(entry)
    },
    restore(key, alert, memory) {
      gates.inhibitions.note(key, alert)
      const visits = gates.grouping.note(key, alert)
      plan(key, alert, memory)
      for (const { key: of, atMs } of visits) mark(of, atMs)
    },
    nextVisit(nowMs) {
      for (;;) {
        const item = queue.dueBy(nowMs)
        if (!item) return undefined
        clockMs = Math.max(clockMs, item.dueMs)
        queue.take()
        item.dueMs = Number.POSITIVE_INFINITY
        const [, kind, id] = item.key.startsWith('|') ? (ORDER.exec(item.key) ?? []) : []
        if (kind === undefined || id === undefined) return { key: item.key, atMs: clockMs }
        visitOrder(kind, id)
      }
    },
    visit(key, alert, memory, atMs) {
      const step = review(gates, key, alert, memory?.loudMs, atMs)
      if (!step) plan(key, alert, memory, atMs)
      return step
    },
    visitAll(nowMs) {
      clockMs = Math.max(clockMs, nowMs)
      markAll(() => true)
    },
    nextDueMs: () => queue.peek()?.dueMs ?? null,
    snapshot: () => ({
      clockMs,
      silences: gates.silences.all(),
      outOfService: gates.devices.all(),
      shelves: [...gates.shelves],
      recurrence: gates.recurrence.snapshot(),
    }),
  }
}

function dueMsOf(gates: Gates, key: string, alert: Alert, memory: NoiseMemory | undefined): number {
  if (alert.state !== 'active') return Number.POSITIVE_INFINITY
  const { quiet } = alert
  const { flap, repeat } = gates.settings
  return Math.min(
    stableAtMs(alert, flap),
    quiet?.gate === 'recurrence' ? gates.recurrence.freeAtMs(alert) : Number.POSITIVE_INFINITY,
    quiet && quiet.gate !== 'group' ? (quiet.untilMs ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
    gates.grouping.visitMs(key, alert),
    repeatAtMs(alert, memory?.loudMs, repeat),
  )
}

function nextMemory(
  { flap, repeat }: NoiseSettings,
  before: Alert | undefined,
  { type, alert, atMs, push, severityBefore }: AlertEvent,
  memory: NoiseMemory | undefined,
): NoiseMemory | undefined {
  const hasChanged = flap !== undefined && before?.state !== alert.state && (before || alert.state === 'active')
  const isRise = severityBefore !== undefined && isWorse(alert.severity, severityBefore)
  const isLoud = push !== false && (type === 'alert.raised' || type === 'alert.repeated' || isRise)
  if (!hasChanged && !(repeat && isLoud)) return memory
  return {
    ...memory,
    ...(hasChanged && { changesMs: noteChange(memory?.changesMs ?? [], atMs, flap) }),
    ...(repeat && isLoud && { loudMs: atMs }),
  }
}
