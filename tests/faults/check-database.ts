import pg from 'pg'
import { type AlertEvent, isAlertEvent } from '../../core/ledger-entry.ts'
import type { Testimony } from './testimony.ts'

const EVENTS = 'select seq::int as seq, event from alert_event where journal_id = $1 order by seq'
const RECORDS = 'select seq::int as seq, record from ledger_record where ledger_id = $1 order by seq'
const READINGS = `select device_id as device, count(*)::int as samples from reading group by device_id`

/** In the end the database has every event of every alert, and every value that was acknowledged, once. */
export async function checkDatabase(
  url: string,
  { ledger }: Pick<Testimony, 'ledger'>,
  sent: { device: string; samples: number }[],
): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const events = await client.query<{ seq: number; event: AlertEvent }>(EVENTS, [ledger.id])
    const readings = await client.query<{ device: string; samples: number }>(READINGS)
    const records = await client.query<{ seq: number; record: Buffer }>(RECORDS, [ledger.id])
    return [
      ...compareRecords(records.rows, ledger),
      ...compareEvents(events.rows, ledger),
      ...compareReadings(readings.rows, sent),
    ].map((fault) => `database: ${fault}`)
  } finally {
    await client.end()
  }
}

/** The table of records has what the files have, byte for byte. */
export function compareRecords(rows: { seq: number; record: Buffer }[], { records }: Testimony['ledger']): string[] {
  if (rows.length !== records.length) return [`has ${rows.length} records of ${records.length}`]
  const wrong = records.find(({ seq, bytes }, index) => rows[index]?.seq !== seq || !rows[index].record.equals(bytes))
  return wrong ? [`has another record at position ${wrong.seq}`] : []
}

export function compareEvents(rows: { seq: number; event: AlertEvent }[], { records }: Testimony['ledger']): string[] {
  const written = records.filter(({ entry }) => isAlertEvent(entry))
  if (rows.length !== written.length) return [`has ${rows.length} events of ${written.length}`]
  const wrong = written.find(({ seq, entry }, index) => {
    const row = rows[index]
    return row?.seq !== seq || row.event.type !== entry.type || row.event.alert.id !== (entry as AlertEvent).alert.id
  })
  return wrong ? [`has something else at position ${wrong.seq}`] : []
}

function compareReadings(
  rows: { device: string; samples: number }[],
  sent: { device: string; samples: number }[],
): string[] {
  const stored = new Map(rows.map(({ device, samples }) => [device, samples]))
  return sent
    .filter(({ device, samples }) => stored.get(device) !== samples)
    .map(({ device, samples }) => `has ${stored.get(device) ?? 0} values of ${device}, of ${samples} acknowledged`)
}
