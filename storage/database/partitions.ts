import { timestamptz } from './binary-array.ts'
import type { Engine, Queryable } from './engine.ts'

/** Readings this far before their arrival still get a partition of their own month: replayed and back-filled series. */
const PAST_MONTHS = 12 * 30
/** Device clocks may run ahead a little. */
const AHEAD_MONTHS = 2
/** Table of everything else. */
export const FAR_TABLE = 'reading_far'

const LOCK = `select pg_advisory_xact_lock(7264019202)`
const EXISTING = `
select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'reading'::regclass`

/** One month of UTC: its table, from inclusive, to exclusive. */
export interface Month {
  table: string
  fromMs: number
  toMs: number
}

export function monthOf(atMs: number): Month {
  const date = new Date(atMs)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  return {
    table: `reading_${String(year).padStart(4, '0')}_${String(month + 1).padStart(2, '0')}`,
    fromMs: Date.UTC(year, month),
    toMs: Date.UTC(year, month + 1),
  }
}

/** True when a reading of this time, arriving then, is worth a partition: one wrong clock must not make thousands. */
export function isNear(atMs: number, arrivalMs: number): boolean {
  const at = new Date(atMs)
  const arrival = new Date(arrivalMs)
  const months = (at.getUTCFullYear() - arrival.getUTCFullYear()) * 12 + at.getUTCMonth() - arrival.getUTCMonth()
  return months >= -PAST_MONTHS && months <= AHEAD_MONTHS
}

/** Which partitions exist, remembered, so that the writer can insert into them directly. */
export interface Partitions {
  /** Makes the partition of a month unless it exists; readings of it that waited in the far table move over. */
  ensure(month: Month): Promise<void>
  /** After a partition turned out to be missing. */
  forget(): void
}

export function createPartitions(engine: Engine): Partitions {
  let known: Set<string> | null = null

  async function load(): Promise<Set<string>> {
    const rows = await engine.read((db) => db.query<{ name: string }>(EXISTING))
    return new Set(rows.map((row) => row.name))
  }

  return {
    async ensure(month) {
      known ??= await load()
      if (known.has(month.table)) return
      await engine.write((tx) => createPartition(tx, month))
      known.add(month.table)
    },
    forget() {
      known = null
    },
  }
}

/** Attaching, unlike `create table … partition of`, does not stop readers of the other partitions. */
async function createPartition(tx: Queryable, { table, fromMs, toMs }: Month): Promise<void> {
  await tx.query(LOCK)
  const existing = await tx.query<{ name: string }>(EXISTING)
  if (existing.some(({ name }) => name === table)) return
  await tx.script(`create table ${table} (like reading including all)`)
  await tx.query(
    `with moved as (delete from ${FAR_TABLE} where at >= $1::timestamptz and at < $2::timestamptz returning *)
     insert into ${table} select * from moved`,
    [timestamptz(fromMs), timestamptz(toMs)],
  )
  const bounds = `from ('${new Date(fromMs).toISOString()}') to ('${new Date(toMs).toISOString()}')`
  await tx.script(`alter table reading attach partition ${table} for values ${bounds}`)
}
