import type { Position } from '../../../core/place.ts'
import type { Severity } from '../../../core/severity.ts'
import { type Subject, subjectKey } from '../../../core/signal.ts'
import { createRecentMessages } from './recent-messages.ts'
import { REMEMBERED_RECORDS, type RecordSlot, type Records, setRecordDue } from './records.ts'

/** What one rule knows of one subject's records, as data. */
export interface RememberedRecord {
  rule: string
  subject: Subject
  source: string
  position: Position | null
  severity: Severity
  isActive: boolean
  beganMs: number | null
  endedMs: number | null
  counted: [string, number][]
}

/** Digests of the last records of each source. */
export type RememberedSources = { source: string; recent: number[] }[]

export function rememberRecords({ slots }: Records): RememberedRecord[] {
  return [...slots.values()].map(({ rule, subject, source, position, isActive, beganMs, endedMs, counted }) => ({
    rule: rule.id,
    subject,
    source,
    position,
    severity: rule.judge.severity,
    isActive,
    beganMs: Number.isFinite(beganMs) ? beganMs : null,
    endedMs: Number.isFinite(endedMs) ? endedMs : null,
    counted: [...counted],
  }))
}

export function rememberSources({ recent }: Records): RememberedSources {
  return [...recent].map(([source, messages]) => ({ source, recent: messages.toList() }))
}

/** Takes over what rules of unchanged content knew; gives the slots, to be scheduled. */
export function restoreRecords(
  records: Records,
  remembered: RememberedRecord[],
  sources: RememberedSources,
  unchanged: ReadonlySet<string>,
): RecordSlot[] {
  for (const { source, recent } of sources) records.recent.set(source, createRecentMessages(recent, REMEMBERED_RECORDS))
  const byId = new Map(records.rules.map((rule) => [rule.id, rule]))
  const restored: RecordSlot[] = []
  for (const { rule: id, severity: _severity, beganMs, endedMs, counted, ...rest } of remembered) {
    const rule = byId.get(id)
    if (rule === undefined || !unchanged.has(id)) continue
    const slot: RecordSlot = {
      ...rest,
      sort: 'record',
      key: `${id}|${subjectKey(rest.subject)}`,
      rule,
      beganMs: beganMs ?? Number.NEGATIVE_INFINITY,
      endedMs: endedMs ?? Number.NEGATIVE_INFINITY,
      counted: new Map(counted),
      dueMs: Number.POSITIVE_INFINITY,
      queuedMs: Number.POSITIVE_INFINITY,
    }
    setRecordDue(slot)
    records.slots.set(slot.key, slot)
    restored.push(slot)
  }
  return restored
}
