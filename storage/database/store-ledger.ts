import { type Alert, deviceOf } from '../../core/alert.ts'
import type { Device } from '../../core/device.ts'
import type { JournalEntry } from '../../core/journal.ts'
import {
  type AlertEvent,
  type DeviceEvent,
  isAlertEvent,
  isDeviceEvent,
  type LedgerEntry,
} from '../../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../../core/ledger-record.ts'
import { float8Array, int4Array, textArray, timestamptzArray } from './binary-array.ts'
import type { BadEntry } from './collect-intake.ts'
import { encoded } from './encoded.ts'
import type { Queryable } from './engine.ts'
import { type RecordRow, toRecordRow } from './store-records.ts'

/** Ledger entries sorted by where they go. */
export interface LedgerBatch {
  alertEvents: { seq: number; event: AlertEvent }[]
  deviceEvents: DeviceEvent[]
  records: RecordRow[]
  bad: BadEntry[]
}

const INSERT_EVENTS = `
insert into alert_event (journal_id, seq, alert_id, version, at, event)
select $1::text, seq::bigint, alert_id, version, at, event::jsonb
from unnest($2::float8[], $3::text[], $4::int4[], $5::timestamptz[], $6::text[]) as e (seq, alert_id, version, at, event)
on conflict do nothing`

const UPSERT_ALERTS = `
insert into alert (alert_id, rule, state, device_id, raised_at, version, alert)
select alert_id, rule, state, device_id, raised_at, version, alert::jsonb
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int4[], $7::text[])
  as a (alert_id, rule, state, device_id, raised_at, version, alert)
on conflict (alert_id) do update set rule = excluded.rule, state = excluded.state, device_id = excluded.device_id,
  raised_at = excluded.raised_at, version = excluded.version, alert = excluded.alert
where excluded.version > alert.version`

const UPSERT_DEVICES = `
insert into device (device_id, device_type, changed_at, device)
select device_id, device_type, changed_at, device::jsonb
from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as d (device_id, device_type, changed_at, device)
on conflict (device_id) do update
set device_type = excluded.device_type, changed_at = excluded.changed_at, device = excluded.device
where excluded.changed_at >= device.changed_at`

export function collectLedger(entries: readonly JournalEntry[]): LedgerBatch {
  const batch: LedgerBatch = { alertEvents: [], deviceEvents: [], records: [], bad: [] }
  for (const entry of entries) {
    batch.records.push(toRecordRow(entry))
    try {
      addEntry(batch, entry.seq, decodeLedgerRecord(entry.bytes).entry)
    } catch (err) {
      batch.bad.push({ entry, reason: `not decodable: ${err instanceof Error ? err.message : 'unknown'}` })
    }
  }
  return batch
}

function addEntry(batch: LedgerBatch, seq: number, event: LedgerEntry): void {
  if (isAlertEvent(event)) {
    if (typeof event.alert.id !== 'string') throw new TypeError('an alert without an id')
    batch.alertEvents.push({ seq, event })
    return
  }
  // What else is decided (changes of rules, floods) is kept by who decides it.
  if (!isDeviceEvent(event)) return
  if (typeof event.device.id !== 'string') throw new TypeError('a device without an id')
  batch.deviceEvents.push(event)
}

/** Stores what follows from a batch inside the caller's transaction. Storing it again changes nothing. */
export async function storeLedger(tx: Queryable, journalId: string, batch: LedgerBatch): Promise<void> {
  const statements = []
  if (batch.alertEvents.length > 0)
    statements.push(storeEvents(tx, journalId, batch.alertEvents), storeAlerts(tx, batch.alertEvents))
  if (batch.deviceEvents.length > 0) statements.push(storeDevices(tx, batch.deviceEvents))
  await Promise.all(statements)
}

async function storeEvents(tx: Queryable, journalId: string, events: LedgerBatch['alertEvents']): Promise<void> {
  await tx.query(
    INSERT_EVENTS,
    encoded(() => [
      journalId,
      float8Array(events.map(({ seq }) => seq)),
      textArray(events.map(({ event }) => event.alert.id)),
      int4Array(events.map(({ event }) => event.alert.version)),
      timestamptzArray(events.map(({ event }) => event.atMs)),
      textArray(events.map(({ event }) => JSON.stringify(event))),
    ]),
  )
}

async function storeAlerts(tx: Queryable, events: LedgerBatch['alertEvents']): Promise<void> {
  const latest = new Map<string, Alert>()
  for (const { event } of events) {
    const known = latest.get(event.alert.id)
    if (known === undefined || known.version <= event.alert.version) latest.set(event.alert.id, event.alert)
  }
  const alerts = [...latest.values()]
  await tx.query(
    UPSERT_ALERTS,
    encoded(() => [
      textArray(alerts.map((alert) => alert.id)),
      textArray(alerts.map((alert) => alert.rule)),
      textArray(alerts.map((alert) => alert.state)),
      textArray(alerts.map((alert) => deviceOf(alert) ?? null)),
      timestamptzArray(alerts.map((alert) => alert.raisedAtMs)),
      int4Array(alerts.map((alert) => alert.version)),
      textArray(alerts.map((alert) => JSON.stringify(alert))),
    ]),
  )
}

async function storeDevices(tx: Queryable, events: DeviceEvent[]): Promise<void> {
  const latest = [...new Map(events.map((event) => [event.device.id, event])).values()]
  await tx.query(
    UPSERT_DEVICES,
    encoded(() => [
      textArray(latest.map(({ device }) => device.id)),
      textArray(latest.map(({ device }) => device.type)),
      timestamptzArray(latest.map(({ atMs }) => atMs)),
      textArray(latest.map(({ device }) => JSON.stringify(withoutToken(device)))),
    ]),
  )
}

function withoutToken({ tokenHash: _, ...device }: Device): Omit<Device, 'tokenHash'> {
  return device
}
