import { describe, expect, it, onTestFinished } from 'vitest'
import type { JournalEntry } from '../../../core/journal.ts'
import type { LedgerEntry } from '../../../core/ledger-entry.ts'
import { recordHash } from '../../../core/ledger-record.ts'
import { silentLog } from '../../../core/log.ts'
import { type Drain, openDrain } from '../../../storage/database/drain.ts'
import type { Engine } from '../../../storage/database/engine.ts'
import { migrate } from '../../../storage/database/migrate.ts'
import { openPostgresEngine } from '../../../storage/database/postgres-engine.ts'
import type { EngineSettings } from '../../../storage/database/worker-messages.ts'
import type { JournalReader } from '../../../storage/journal/read-journal.ts'
import { chained } from '../../dashboards/memory-ledger.ts'
import { openEngine, type TestEngine, testEngines } from './engines.ts'
import { ARRIVAL_MS, alertAt, alertEvent } from './journaled-history.ts'

const LEDGER = 'one'

async function open(settings: EngineSettings): Promise<Engine> {
  const engine = await openEngine(settings)
  onTestFinished(() => engine.close())
  return engine
}

function readerOf(entries: JournalEntry[]): JournalReader {
  return {
    read: async (afterSeq, upToSeq, limit) =>
      entries.filter(({ seq }) => seq > afterSeq && seq <= upToSeq).slice(0, limit),
    close() {},
  }
}

function ledgerOf(entries: LedgerEntry[]): JournalEntry[] {
  return chained(entries).map((bytes, index) => ({ seq: index + 1, bytes }))
}

async function drain(engine: Engine, flavour: TestEngine['flavour'], entries: JournalEntry[]): Promise<Drain> {
  const parts = { engine, flavour, name: 'ledger' as const, journalId: LEDGER, log: silentLog }
  const draining = await openDrain({ ...parts, reader: readerOf(entries) })
  while (await draining.step(entries.at(-1)?.seq ?? 0));
  return draining
}

function all<Row>(engine: Engine, sql: string): Promise<Row[]> {
  return engine.read((db) => db.query<Row>(sql))
}

const RECORDS = `select seq::float8 as seq, type, by_whom as by, encode(record, 'base64') as record,
  encode(leaf_hash, 'hex') as hash from ledger_record order by seq`
interface Stored {
  seq: number
  type: string
  by: string | null
  record: string
  hash: string
}

const raised = alertEvent('alert.raised', alertAt('a-1', 1))
const acknowledged: LedgerEntry = { ...alertEvent('alert.acknowledged', alertAt('a-1', 2)), by: 'li' }

describe.each(testEngines())('the ledger in $name', (test) => {
  it('is there record by record, byte for byte, each under its hash', async () => {
    const engine = await open(await test.fresh())
    const entries = ledgerOf([raised, acknowledged, { type: 'rules.changed', atMs: ARRIVAL_MS, by: 'wu', changes: [] }])

    await drain(engine, test.flavour, entries)

    expect(await all<Stored>(engine, RECORDS)).toEqual(
      entries.map(({ seq, bytes }, index) => ({
        seq,
        type: ['alert.raised', 'alert.acknowledged', 'rules.changed'][index],
        by: [null, 'li', 'wu'][index],
        record: bytes.toString('base64').replaceAll(/.{76}/g, '$&\n'),
        hash: recordHash(bytes).toString('hex'),
      })),
    )
    expect(await all(engine, 'select subject, seq::float8 as seq from ledger_subject order by subject, seq')).toEqual([
      { subject: 'alert:a-1', seq: 1 },
      { subject: 'alert:a-1', seq: 2 },
      { subject: 'device:smoke-1', seq: 1 },
      { subject: 'device:smoke-1', seq: 2 },
    ])
  })

  it('has records too that cannot be read, and those that no other table takes', async () => {
    const engine = await open(await test.fresh())
    const odd = [
      'not json',
      JSON.stringify({ ...raised, alert: { ...raised.alert, version: 1.5 } }),
      JSON.stringify({ ...raised, by: 'a\0b', comment: 'a\0b' }),
      JSON.stringify({ ...acknowledged, atMs: 1e300 }),
      'null',
    ]
    const entries = odd.map((text, index) => ({ seq: index + 1, bytes: Buffer.from(text) }))

    const drained = await drain(engine, test.flavour, entries)

    const stored = await all<Stored>(engine, RECORDS)
    expect(stored.map(({ seq, type, by }) => [seq, type, by])).toEqual([
      [1, '', null],
      [2, 'alert.raised', null],
      [3, 'alert.raised', 'ab'],
      [4, 'alert.acknowledged', 'li'],
      [5, '', null],
    ])
    expect(stored.map(({ hash }) => hash)).toEqual(entries.map(({ bytes }) => recordHash(bytes).toString('hex')))
    expect(drained.quarantined).toBeGreaterThan(0)
  })

  it('gets what was stored before there was a table for it', async () => {
    const settings = await test.fresh()
    const before = await openEngine(settings)
    const entries = ledgerOf([raised, acknowledged])
    await drain(before, test.flavour, entries)
    await before.write((tx) =>
      tx.script(`drop table ledger_record, ledger_subject; drop function refuse_to_bend_the_ledger;
        delete from migration where name = '0007-ledger'`),
    )
    await before.close()

    const engine = await open(settings)
    await drain(engine, test.flavour, entries)

    expect((await all<Stored>(engine, RECORDS)).map(({ seq }) => seq)).toEqual([1, 2])
    expect(await all(engine, 'select count(*)::int as count from alert_event')).toEqual([{ count: 2 }])
    expect(await all(engine, 'select version from alert')).toEqual([{ version: 2 }])
  })

  it('tells when another record stands in the place of one', async () => {
    const engine = await open(await test.fresh())
    await engine.write((tx) =>
      tx.query(`insert into ledger_record (ledger_id, seq, type, record, leaf_hash)
        values ('${LEDGER}', 2, 'alert.cleared', 'forged', sha256('\\x00'::bytea || 'forged'))`),
    )

    const drained = await drain(engine, test.flavour, ledgerOf([raised, acknowledged, raised]))

    expect(drained.quarantined).toBe(1)
    expect(await all(engine, 'select seq::float8 as seq, reason from quarantine')).toEqual([
      { seq: 2, reason: 'the database holds another record in its place' },
    ])
    expect(await all(engine, 'select version from alert')).toEqual([{ version: 2 }])
  })
})

const BENT = {
  'an update': `update ledger_record set type = 'alert.cleared'`,
  'an update of nothing': `update ledger_record set type = 'x' where false`,
  'a deletion': 'delete from ledger_record where seq = 2',
  'an emptied table': 'truncate ledger_record',
  'an insert that replaces': `insert into ledger_record select ledger_id, seq, 'x', at, by_whom, record, leaf_hash
    from ledger_record on conflict (ledger_id, seq) do update set type = excluded.type`,
  'a merge': `merge into ledger_record as r using (select 1 as seq) as s on r.seq = s.seq
    when matched then delete`,
  'an update of what it is about': `update ledger_subject set subject = 'alert:other'`,
  'a deletion of what it is about': 'delete from ledger_subject',
  'an emptied table of what it is about': 'truncate ledger_subject',
}
const ways = Object.entries(BENT)

async function filled(engine: Engine, test: TestEngine): Promise<() => Promise<unknown>> {
  await drain(engine, test.flavour, ledgerOf([raised, acknowledged]))
  const seen = async () => [
    await all(engine, RECORDS),
    await all(engine, 'select subject, seq::float8 as seq from ledger_subject order by subject, seq'),
  ]
  const before = await seen()
  return async () => expect(await seen()).toEqual(before)
}

describe.each(testEngines())('the ledger in $name, for a superuser', (test) => {
  it('refuses by its trigger every way to bend it', async () => {
    const engine = await open(await test.fresh())
    const expectUnbent = await filled(engine, test)

    for (const [way, sql] of ways) {
      await expect(
        engine.write((tx) => tx.query(sql)),
        way,
      ).rejects.toThrow(/ of ledger_(record|subject) is refused: the ledger can only be added to/)
    }

    await expectUnbent()
  })

  it('refuses them of a session that calls itself a replica', async () => {
    const engine = await open(await test.fresh())
    const expectUnbent = await filled(engine, test)

    for (const [way, sql] of ways)
      await expect(
        engine.write(async (tx) => {
          await tx.query('set local session_replication_role = replica')
          await tx.query(sql)
        }),
        way,
      ).rejects.toThrow(/the ledger can only be added to/)

    await expectUnbent()
  })

  it('refuses a record that its hash does not fit, and one at a place that is taken', async () => {
    const engine = await open(await test.fresh())
    const expectUnbent = await filled(engine, test)
    const insert = (seq: number, hash: string) => `insert into ledger_record (ledger_id, seq, type, record, leaf_hash)
      values ('${LEDGER}', ${seq}, 'x', 'x', ${hash})`

    await expect(engine.write((tx) => tx.query(insert(3, `sha256('x')`)))).rejects.toThrow(/leaf_hash_of_record/)
    await expect(engine.write((tx) => tx.query(insert(2, `sha256('\\x0078')`)))).rejects.toThrow(/duplicate key/)

    await expectUnbent()
  })
})

describe.each(testEngines().filter(({ name }) => name === 'postgres'))('the ledger in $name, for its owner', (test) => {
  async function asOwner() {
    const settings = await test.fresh()
    const url = new URL(settings.kind === 'postgres' ? settings.url : '')
    const database = url.pathname.slice(1)
    const admin = openPostgresEngine(url.href, () => {})
    await admin.write((tx) => tx.script(`create role owner_of_${database} login`))
    await admin.write((tx) => tx.script(`alter database ${database} owner to owner_of_${database}`))
    await admin.close()
    url.username = `owner_of_${database}`
    const engine = openPostgresEngine(url.href, () => {})
    onTestFinished(() => engine.close())
    await migrate(engine, silentLog)
    return engine
  }

  it('is written by a role that may do nothing but add and read', async () => {
    const engine = await asOwner()
    const expectUnbent = await filled(engine, test)

    for (const [way, sql] of ways)
      await expect(
        engine.write((tx) => tx.query(sql)),
        way,
      ).rejects.toThrow(/permission denied for table ledger_/)

    await expectUnbent()
  })

  it('refuses by its trigger when the owner takes the permission back', async () => {
    const engine = await asOwner()
    const expectUnbent = await filled(engine, test)
    await engine.write((tx) => tx.script('grant all on ledger_record, ledger_subject to current_user, public'))

    for (const [way, sql] of ways)
      await expect(
        engine.write((tx) => tx.query(sql)),
        way,
      ).rejects.toThrow(/the ledger can only be added to/)

    await expectUnbent()
  })
})
