import type { Alert } from '../../../core/alert.ts'
import type { AlertQuery } from '../../../core/history.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import type { Page } from '../../../core/page.ts'
import { timestamptz } from '../binary-array.ts'
import type { Queryable } from '../engine.ts'
import { parseCursor, toCursor } from './cursor.ts'
import { createWhere } from './where.ts'

/** The end of an alert, ms; of one that has not ended, never. */
const STANDING_UNTIL = `coalesce((alert ->> 'clearedAtMs')::float8, 'infinity'::float8) >=`

/** Newest first, by the moment they were raised. */
export async function selectAlerts(db: Queryable, query: AlertQuery): Promise<Page<Alert>> {
  const where = createWhere()
  where.add('state =', 'text', query.state)
  where.add('rule =', 'text', query.rule)
  where.add('device_id =', 'text', query.device)
  where.add(`alert -> 'subject' ->> 'building' =`, 'text', query.building)
  if (query.beforeMs !== undefined) where.add('raised_at <', 'timestamptz', timestamptz(query.beforeMs))
  if (query.standingFromMs !== undefined) where.add(STANDING_UNTIL, 'float8', query.standingFromMs)
  where.add(`(alert -> 'test' is not null)::text =`, 'text', String(query.test ?? false))
  const { quiet } = query
  if (quiet === 'true' || quiet === 'false') where.add(`(alert -> 'quiet' is not null)::text =`, 'text', quiet)
  else where.add(`alert -> 'quiet' ->> 'gate' =`, 'text', quiet)
  if (query.cursor !== undefined) {
    const [raisedAtMs, id] = parseCursor(query.cursor, ['integer', 'string'])
    where.addKey('(raised_at, alert_id) <', [
      { type: 'timestamptz', value: timestamptz(raisedAtMs as number) },
      { type: 'text', value: id as string },
    ])
  }
  const limit = where.param('int', query.limit + 1)
  const rows = await db.query<{ alert: Alert }>(
    `select alert from alert ${where.text()} order by raised_at desc, alert_id desc limit ${limit}`,
    where.params,
  )
  const items = rows.slice(0, query.limit).map((row) => row.alert)
  const last = items.at(-1)
  if (rows.length <= query.limit || last === undefined) return { items }
  return { items, nextCursor: toCursor([last.raisedAtMs, last.id]) }
}

const EVENTS = `select event from alert_event where alert_id = $1::text order by version, at, seq`

/** Oldest first. */
export async function selectAlertEvents(db: Queryable, alertId: string): Promise<AlertEvent[]> {
  const rows = await db.query<{ event: AlertEvent }>(EVENTS, [alertId])
  return rows.map((row) => row.event)
}
