import type { Due } from '../../../core/due-queue.ts'
import type { RecordEntry } from '../../../core/observation.ts'
import type { Position } from '../../../core/place.ts'
import { type Reason, type Signal, type SignalOrder, type Subject, subjectKey } from '../../../core/signal.ts'
import { toRecordScope, type Witness } from '../parts/condition.ts'
import type { RecordJudge, Rule, RuleOf, RuleSet } from '../rule.ts'
import { groundCell } from './ground-cell.ts'
import { createRecentMessages, digestRecord, type RecentMessages } from './recent-messages.ts'
import { toSignal } from './to-signal.ts'

/** What one rule knows of one subject. It exists while it holds, or while older records may still come. */
export interface RecordSlot extends Due {
  sort: 'record'
  rule: RuleOf<RecordJudge>
  subject: Subject
  source: string
  position: Position | null
  isActive: boolean
  /** Time of the newest record that began, ms; -Infinity: none. */
  beganMs: number
  /** Time of the newest record that ended, ms; -Infinity: none. */
  endedMs: number
  /** What `count` counts, by what makes them differ: time of the newest of each. */
  counted: Map<string, number>
}

export interface Records {
  rules: RuleOf<RecordJudge>[]
  slots: Map<string, RecordSlot>
  /** Per source, to know a record that comes again. */
  recent: Map<string, RecentMessages>
  /** Records that found no room. */
  unheard: number
}

export const MAX_RECORD_SLOTS = 50_000
/** Per source. Of a longer list that is sent again, records without a time of their own count as new. */
export const REMEMBERED_RECORDS = 1024
/** A source is a registered device or an API client. */
const MAX_SOURCES = 10_000
/** More than any rule may count. */
export const MAX_COUNT = 100
const DISTINCT_CHARS = 80

export function createRecords({ rules }: RuleSet): Records {
  return {
    rules: rules.flatMap((rule) => (isRecordRule(rule) ? [rule] : [])),
    slots: new Map(),
    recent: new Map(),
    unheard: 0,
  }
}

export function isRecordRule(rule: Rule): rule is RuleOf<RecordJudge> {
  return rule.judge.input === 'records'
}

/** Judges one record of a source; gives the slots that changed, to be scheduled. */
export function judgeRecord(
  records: Records,
  record: RecordEntry,
  source: Witness,
  order: SignalOrder,
  out: Signal[],
): RecordSlot[] {
  const { recordType, address } = record
  const meant = records.rules.filter(
    (rule) => rule.where(source.id, source.device) && rule.judge.address(address) && concerns(rule, record, source),
  )
  if (meant.length === 0 || isRepeated(records, record)) return []
  return meant.flatMap((rule) => {
    const atMs = Math.min(record.atMs, order.clockMs)
    if (atMs + rule.judge.holdForMs <= order.clockMs) return []
    const slot = slotOf(records, rule, record)
    if (slot === null) return []
    const said = isBegun(rule, recordType) ? begin(slot, record, atMs, order) : end(slot, record, atMs, order)
    if (said !== null) out.push(said)
    setRecordDue(slot)
    return [slot]
  })
}

/** It ends what the rule holds, or begins it, which is what the condition is about. */
function concerns(rule: RuleOf<RecordJudge>, record: RecordEntry, source: Witness): boolean {
  if (!isBegun(rule, record.recordType)) return isEnded(rule, record.recordType)
  return rule.judge.condition(toRecordScope(record), record.atMs, source)
}

function isBegun({ judge }: RuleOf<RecordJudge>, type: string): boolean {
  return judge.types(type)
}

function isEnded({ judge }: RuleOf<RecordJudge>, type: string): boolean {
  return judge.endedBy?.(type) ?? false
}

function isRepeated({ recent }: Records, record: RecordEntry): boolean {
  let messages = recent.get(record.deviceId)
  if (messages === undefined) {
    if (recent.size >= MAX_SOURCES) return false
    messages = createRecentMessages([], REMEMBERED_RECORDS)
    recent.set(record.deviceId, messages)
  }
  return messages.isRepeated(digestRecord(record))
}

function slotOf(records: Records, rule: RuleOf<RecordJudge>, record: RecordEntry): RecordSlot | null {
  const subject = toSubject(record)
  const key = `${rule.id}|${subjectKey(subject)}`
  const known = records.slots.get(key)
  if (known !== undefined) return known
  if (records.slots.size >= MAX_RECORD_SLOTS) {
    records.unheard++
    return null
  }
  const slot: RecordSlot = {
    sort: 'record',
    key,
    rule,
    subject,
    source: record.deviceId,
    position: null,
    isActive: false,
    beganMs: Number.NEGATIVE_INFINITY,
    endedMs: Number.NEGATIVE_INFINITY,
    counted: new Map(),
    dueMs: Number.POSITIVE_INFINITY,
    queuedMs: Number.POSITIVE_INFINITY,
  }
  records.slots.set(key, slot)
  return slot
}

function toSubject({ address, position, deviceId }: RecordEntry): Subject {
  if (address !== undefined) return { place: address }
  return position === undefined ? { device: deviceId } : { cell: groundCell(position) }
}

/** What was ended after its own time is over already. */
function begin(slot: RecordSlot, record: RecordEntry, atMs: number, order: SignalOrder): Signal | null {
  const { judge } = slot.rule
  if (atMs < slot.endedMs) return null
  slot.beganMs = Math.max(slot.beganMs, atMs)
  slot.source = record.deviceId
  if (record.position !== undefined) slot.position = record.position
  if (judge.count > 1) noteCounted(slot, record, atMs)
  slot.isActive ||= judge.count === 1 || slot.counted.size >= judge.count
  if (!slot.isActive) return null
  const count = Math.max(slot.counted.size, 1)
  const limit = judge.count > 1 ? { value: count, limit: judge.count } : {}
  return toWord(slot, 'active', order, atMs, { code: 'recorded', ...limit, params: paramsOf(record) })
}

/** An end that is older than the newest beginning ends nothing. */
function end(slot: RecordSlot, record: RecordEntry, atMs: number, order: SignalOrder): Signal | null {
  slot.endedMs = Math.max(slot.endedMs, atMs)
  if (slot.endedMs < slot.beganMs) return null
  slot.counted.clear()
  if (!slot.isActive) return null
  slot.isActive = false
  return toWord(slot, 'cleared', order, atMs, { code: 'ended', params: paramsOf(record) })
}

/** Nothing new was filed for as long as one holds, or nothing older can come any more. False when the slot may go. */
export function lapse(slot: RecordSlot, order: SignalOrder, out: Signal[]): boolean {
  const { holdForMs } = slot.rule.judge
  if (slot.isActive && slot.beganMs + holdForMs <= order.clockMs) {
    slot.isActive = false
    slot.counted.clear()
    const reason = { code: 'lapsed', durationS: holdForMs / 1000 }
    out.push(toWord(slot, 'cleared', order, order.clockMs, reason))
  }
  setRecordDue(slot)
  if (slot.dueMs > order.clockMs) return true
  slot.dueMs = Number.POSITIVE_INFINITY
  return false
}

/** When it lapses, or when no record that is still to be judged can be older than what is known. */
export function setRecordDue(slot: RecordSlot): void {
  const { holdForMs } = slot.rule.judge
  slot.dueMs = slot.isActive ? slot.beganMs + holdForMs : Math.max(slot.beganMs, slot.endedMs) + holdForMs
}

/** Counts those within the time before the newest; of each that differs its newest. */
function noteCounted({ rule, counted, beganMs }: RecordSlot, record: RecordEntry, atMs: number): void {
  const key = (rule.judge.distinctOf(record) ?? '').slice(0, DISTINCT_CHARS)
  counted.set(key, Math.max(counted.get(key) ?? atMs, atMs))
  for (const [other, otherMs] of counted) if (otherMs <= beganMs - rule.judge.withinMs) counted.delete(other)
  if (counted.size <= MAX_COUNT) return
  const [oldest] = [...counted].sort(([, a], [, b]) => a - b)[0]!
  counted.delete(oldest)
}

function paramsOf({ recordType, recordId, address }: RecordEntry): Record<string, string> {
  return { type: recordType, recordId, ...(address !== undefined && { address }) }
}

function toWord(slot: RecordSlot, state: Signal['state'], order: SignalOrder, atMs: number, reason: Reason): Signal {
  return toSignal({
    rule: slot.rule,
    subject: slot.subject,
    ...(slot.subject.device === undefined && { seenBy: slot.source }),
    state,
    severity: slot.rule.judge.severity,
    order,
    atMs,
    reason,
    position: slot.position,
  })
}
