import type { Alert } from '../core/alert.ts'
import { isOpen } from '../core/alert.ts'
import type { Cause, Flood, FloodAlert, FloodLimits, FloodRecord, FloodStart, FloodState } from '../core/flood.ts'
import { type AlertEvent, type FloodEvent, isAlertEvent, isFloodEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { isWorse } from '../core/severity.ts'
import { toGroups, toSources } from './flood-groups.ts'
import { isNew } from './is-new.ts'

/**
 * ISA-18.2 as engineers quote it (from memory, unverified): a flood is more than 10 new alarms in 10 minutes, and is over
 * when fewer than 5 came in 10 minutes.
 */
export const FLOOD_LIMITS: FloodLimits = { windowS: 600, enterAbove: 10, leaveBelow: 5 }

/** Alerts of one flood that are kept one by one; those beyond are only counted. */
const ALERTS_KEPT = 2_000
/** Floods last some ten minutes at least, so these reach back a day and more. */
const RECORDS_KEPT = 200
const TOP_SOURCES = 10

/**
 * Knows when alerts come faster than a person can follow. A fold over the ledger and time: a flood ends at the moment
 * when too few are new, whenever time is asked, and also if nobody asked for days.
 */
export interface FloodWatch {
  /** Folds one durable ledger entry and returns what it decided, to be written into the ledger. */
  observe(entry: LedgerEntry): FloodEvent[]
  /** Lets time pass to `nowMs`; likewise. */
  advance(nowMs: number): FloodEvent[]
  /** What was decided and not seen in the ledger: after a restart, once the ledger is folded, write it. */
  unwritten(): FloodEvent[]
  state(nowMs: number): FloodState
  /** JSON-safe. */
  snapshot(): FloodSnapshot
}

interface Running extends FloodStart {
  raised: number
  alerts: number
  order: FloodAlert[]
}

export interface FloodSnapshot {
  format: 1
  clockMs: number
  /** Second and how many alerts were raised in it, oldest first, none older than the window. */
  recent: [second: number, count: number][]
  /** What was raised within the window while there is no flood: what the next one begins with. */
  before: FloodAlert[]
  running: Running | null
  over: FloodRecord[]
  unwritten: FloodEvent[]
}

export interface FloodOptions {
  limits?: FloodLimits
  causeOf(alert: Alert): Cause
  snapshot?: FloodSnapshot | undefined
}

export function createFloodWatch({ limits = FLOOD_LIMITS, causeOf, snapshot: given }: FloodOptions): FloodWatch {
  const { windowS, enterAbove, leaveBelow } = limits
  const snapshot = structuredClone(given)
  let clockMs = snapshot?.clockMs ?? 0
  let recent = [...(snapshot?.recent ?? [])]
  let before = [...(snapshot?.before ?? [])]
  let running = snapshot?.running ?? null
  const over = [...(snapshot?.over ?? [])]
  const unwritten = [...(snapshot?.unwritten ?? [])]
  /** The alerts of `before`, or of the flood, by id. */
  let known = new Map((running?.order ?? before).map((one) => [one.alertId, one]))

  const windowStart = (atMs: number) => Math.floor(atMs / 1000) - windowS
  const newAt = (atMs: number) =>
    recent.reduce((sum, [second, count]) => (second > windowStart(atMs) ? sum + count : sum), 0)

  /** When too few will be new, if no more come. */
  function overAtMs(): number {
    let newer = 0
    for (const [second, count] of recent.toReversed()) {
      newer += count
      if (newer >= leaveBelow) return (second + windowS) * 1000
    }
    return clockMs
  }

  function pass(untilMs: number): FloodEvent[] {
    const dueMs = running === null ? Number.POSITIVE_INFINITY : overAtMs()
    const ended = dueMs <= untilMs && running !== null ? [end(running, dueMs)] : []
    clockMs = Math.max(clockMs, untilMs)
    const start = windowStart(clockMs)
    if (recent[0] !== undefined && recent[0][0] <= start) recent = recent.filter(([second]) => second > start)
    if (running === null) forgetBefore(start)
    return ended
  }

  function forgetBefore(start: number): void {
    const kept = before.filter(({ newestAtMs }) => Math.floor(newestAtMs / 1000) > start)
    if (kept.length === before.length) return
    before = kept
    known = new Map(before.map((one) => [one.alertId, one]))
  }

  function begin(atMs: number): FloodEvent {
    for (const [index, one] of before.entries()) one.ordinal = index + 1
    const first = before[0] as FloodAlert
    const start = { id: `flood-${Math.floor(atMs)}`, firstAtMs: first.raisedAtMs, beganAtMs: atMs, first: { ...first } }
    running = { ...start, ...countsOf(before), order: before }
    before = []
    return decided({ type: 'flood.began', atMs, flood: start })
  }

  function end(flood: Running, atMs: number): FloodEvent {
    const { id, firstAtMs, beganAtMs, first, raised, alerts, order } = flood
    const topSources = toSources(order, raised).slice(0, TOP_SOURCES)
    const record = { id, firstAtMs, beganAtMs, endedAtMs: atMs, first, raised, alerts, topSources }
    close(record)
    return decided({ type: 'flood.ended', atMs, flood: record })
  }

  /** The last of one flood may be the first-out of the next. */
  function close(record: FloodRecord): void {
    before = (running?.order ?? []).map((one) => ({ ...one, raisedAtMs: one.newestAtMs, raised: 1 }))
    known = new Map(before.map((one) => [one.alertId, one]))
    running = null
    forgetBefore(windowStart(record.endedAtMs))
    over.unshift(record)
    over.splice(RECORDS_KEPT)
  }

  function decided(event: FloodEvent): FloodEvent {
    unwritten.push(event)
    return event
  }

  function count({ alert, atMs }: AlertEvent): FloodEvent[] {
    const second = Math.floor(atMs / 1000)
    if (second <= windowStart(clockMs)) return []
    addTo(recent, second)
    if (running !== null) running.raised++
    const one = known.get(alert.id)
    if (one === undefined) meet(alert, atMs)
    else Object.assign(one, { ...worse(one, alert), isOpen: true, newestAtMs: atMs, raised: one.raised + 1 })
    return running === null && newAt(clockMs) > enterAbove ? [begin(atMs)] : []
  }

  function meet(alert: Alert, atMs: number): void {
    if (running !== null) running.alerts++
    const list = running?.order ?? before
    if (list.length >= ALERTS_KEPT) return
    const one = toFloodAlert(alert, atMs, { ordinal: running?.alerts ?? list.length + 1, cause: causeOf(alert) })
    list.push(one)
    known.set(alert.id, one)
  }

  function observeAlert(event: AlertEvent): FloodEvent[] {
    const ended = pass(Math.max(clockMs, event.atMs))
    if (isNew(event)) return [...ended, ...count(event)]
    const one = known.get(event.alert.id)
    if (one !== undefined) Object.assign(one, worse(one, event.alert), { isOpen: isOpen(event.alert) })
    return ended
  }

  /** What the ledger says is so, also where a restart saw the moments in another order. */
  function observeFlood(entry: FloodEvent): void {
    const index = unwritten.findIndex(({ type }) => type === entry.type)
    if (index >= 0) unwritten.splice(index, 1)
    if (entry.type === 'flood.began') {
      if (running !== null) Object.assign(running, entry.flood)
      else if (index < 0) running = { ...entry.flood, ...countsOf(before), order: before }
    } else if (index >= 0) over[0] = entry.flood
    else if (running !== null) close(entry.flood)
  }

  return {
    observe(entry) {
      if (isAlertEvent(entry)) return observeAlert(entry)
      if (isFloodEvent(entry)) observeFlood(entry)
      return []
    },
    advance: (nowMs) => pass(Math.max(clockMs, nowMs)),
    unwritten: () => [...unwritten],
    state: (nowMs) => ({
      limits,
      newInWindow: newAt(nowMs),
      flood: running && toFlood(running),
      over: [...over],
    }),
    snapshot: () => structuredClone<FloodSnapshot>({ format: 1, clockMs, recent, before, running, over, unwritten }),
  }
}

function countsOf(order: readonly FloodAlert[]): { raised: number; alerts: number } {
  return { raised: order.reduce((sum, one) => sum + one.raised, 0), alerts: order.length }
}

/** Seconds come in order but for a little. */
function addTo(recent: [number, number][], second: number): void {
  const index = recent.findLastIndex(([at]) => at <= second)
  const bucket = recent[index]
  if (bucket?.[0] === second) bucket[1]++
  else recent.splice(index + 1, 0, [second, 1])
}

function toFloodAlert(alert: Alert, atMs: number, part: Pick<FloodAlert, 'ordinal' | 'cause'>): FloodAlert {
  const { id, rule, ruleTitle, category, severity, subject, deviceName, place } = alert
  return {
    alertId: id,
    rule,
    ruleTitle,
    category,
    severity,
    subject,
    ...(deviceName !== undefined && { deviceName }),
    ...(place !== undefined && { place }),
    ...part,
    isApart: isApart(alert),
    isOpen: true,
    raisedAtMs: atMs,
    newestAtMs: atMs,
    raised: 1,
  }
}

/** Level 1 and what lives depend on is never hidden in a group. */
function isApart({ severity, lifeSafety }: Alert): boolean {
  return severity === 'critical' || lifeSafety === true
}

/** An alert keeps the worst that it was. */
function worse(one: FloodAlert, alert: Alert): Pick<FloodAlert, 'severity' | 'isApart'> {
  const severity = isWorse(alert.severity, one.severity) ? alert.severity : one.severity
  return { severity, isApart: one.isApart || isApart(alert) }
}

function toFlood(running: Running): Flood {
  const order = running.order.map((one) => ({ ...one }))
  return { ...running, order, groups: toGroups(order), apart: order.filter((one) => one.isApart) }
}
