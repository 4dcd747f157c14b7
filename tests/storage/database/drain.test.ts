import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeArrival } from '../../../core/intake-entry.ts'
import type { JournalEntry } from '../../../core/journal.ts'
import { silentLog } from '../../../core/log.ts'
import type { Sample } from '../../../core/observation.ts'
import { type Drain, openDrain } from '../../../storage/database/drain.ts'
import type { Engine } from '../../../storage/database/engine.ts'
import { createRollUp } from '../../../storage/database/roll-up.ts'
import type { JournalReader } from '../../../storage/journal/read-journal.ts'
import { openEngine, type TestEngine, testEngines } from './engines.ts'
import { ARRIVAL_MS, readings } from './journaled-history.ts'

const HOUR_MS = 3_600_000

async function open(test: TestEngine): Promise<Engine> {
  const engine = await openEngine(await test.fresh())
  onTestFinished(() => engine.close())
  return engine
}

function entryOf(seq: number, device: string, samples: Sample[], arrivalMs = ARRIVAL_MS): JournalEntry {
  return { seq, bytes: Buffer.from(encodeArrival(readings(device, samples), arrivalMs)) }
}

/** A journal that holds these entries. */
function readerOf(entries: JournalEntry[]): JournalReader {
  return {
    read: async (afterSeq, upToSeq, limit) =>
      entries.filter(({ seq }) => seq > afterSeq && seq <= upToSeq).slice(0, limit),
    close() {},
  }
}

function drainOf(test: TestEngine, engine: Engine, entries: JournalEntry[], journalId = 'one'): Promise<Drain> {
  const { flavour } = test
  return openDrain({ engine, flavour, name: 'intake', journalId, reader: readerOf(entries), log: silentLog })
}

async function drainAll(drain: Drain, toSeq: number): Promise<void> {
  while (await drain.step(toSeq));
}

function all<Row>(engine: Engine, sql: string): Promise<Row[]> {
  return engine.read((db) => db.query<Row>(sql))
}

/** An engine that is killed between the work of the nth transaction and its commit. */
function killedInTransaction(engine: Engine, nth: number): Engine {
  let begun = 0
  return {
    ...engine,
    write: (work) =>
      engine.write(async (tx) => {
        const result = await work(tx)
        if (++begun === nth) throw new Error('killed')
        return result
      }),
  }
}

const COUNT = 'select count(*)::int as rows, coalesce(sum(value), 0) as sum from reading'

const engines = testEngines()

describe.each(engines)('a drain into $name', (test) => {
  it('stores each entry once when it is killed in any transaction and begins again', async () => {
    const engine = await open(test)
    const entries = Array.from({ length: 30 }, (_, i) =>
      entryOf(i + 1, `d${i % 3}`, [{ metric: 'x', atMs: ARRIVAL_MS - (i % 5) * 40 * 86_400_000 - i, value: i }]),
    )
    let kills = 0
    for (let round = 1; round <= 8; round++) {
      const victim = await drainOf(test, killedInTransaction(engine, 1 + (round % 3)), entries)
      const oneByOne = async () => {
        for (let seq = victim.seq + 1; seq <= round * 3; seq++) await victim.step(seq)
      }
      await oneByOne().catch(() => kills++)
    }
    await drainAll(await drainOf(test, engine, entries), 30)

    expect(kills).toBeGreaterThan(3)
    expect(await all(engine, COUNT)).toEqual([{ rows: 30, sum: 435 }])
    expect(await all(engine, 'select seq::int as seq from drain_position')).toEqual([{ seq: 30 }])
  })

  it('changes nothing when the same range is drained again', async () => {
    const engine = await open(test)
    const entries = [1, 2, 3].map((seq) => entryOf(seq, 'a', [{ metric: 'x', atMs: ARRIVAL_MS + seq, value: seq }]))
    await drainAll(await drainOf(test, engine, entries), 3)
    const before = await all(engine, 'select * from reading order by at')
    await engine.write((tx) => tx.query('update drain_position set seq = 0'))

    const again = await drainOf(test, engine, entries)
    await drainAll(again, 3)

    expect(again.seq).toBe(3)
    expect(await all(engine, 'select * from reading order by at')).toEqual(before)
  })

  it('reads no further than what is committed', async () => {
    const engine = await open(test)
    const entries = [1, 2, 3].map((seq) => entryOf(seq, 'a', [{ metric: 'x', atMs: seq, value: seq }]))
    const drain = await drainOf(test, engine, entries)

    await drainAll(drain, 2)

    expect(drain.seq).toBe(2)
    expect(await all(engine, COUNT)).toEqual([{ rows: 2, sum: 3 }])
  })

  it('goes on after entries that the journal has lost, and says so', async () => {
    const engine = await open(test)
    const said: object[] = []
    const log = { ...silentLog, error: (facts: object) => said.push(facts) }
    const reader = readerOf([entryOf(8, 'a', [{ metric: 'x', atMs: ARRIVAL_MS, value: 1 }])])
    const drain = await openDrain({ engine, flavour: test.flavour, name: 'intake', journalId: 'one', reader, log })

    await drainAll(drain, 8)

    expect(drain.seq).toBe(8)
    expect(said).toEqual([{ log: 'intake', afterSeq: 0, firstSeq: 8 }])
  })

  it('stops at an error that is not the fault of an entry, and keeps its place', async () => {
    const engine = await open(test)
    const entries = [entryOf(1, 'a', [{ metric: 'x', atMs: ARRIVAL_MS, value: 1 }])]
    const drain = await drainOf(test, engine, entries)
    await engine.write((tx) => tx.script('alter table drain_position rename to elsewhere'))

    await expect(drain.step(1)).rejects.toMatchObject({ code: '42P01' })
    await engine.write((tx) => tx.script('alter table elsewhere rename to drain_position'))
    await drainAll(drain, 1)

    expect([drain.seq, drain.quarantined]).toEqual([1, 0])
  })

  it('splits a batch that the database refuses until only the bad entries are set aside', async () => {
    const engine = await open(test)
    await engine.write((tx) => tx.script('alter table reading add constraint only_even check (value::int % 2 = 0)'))
    const entries = Array.from({ length: 20 }, (_, i) =>
      entryOf(i + 1, 'a', [{ metric: 'x', atMs: i, value: i === 7 || i === 12 ? i * 2 + 1 : i * 2 }]),
    )

    const drain = await drainOf(test, engine, entries)
    await drainAll(drain, 20)

    expect([drain.seq, drain.quarantined]).toEqual([20, 2])
    expect(await all(engine, 'select seq::int as seq from quarantine order by seq')).toEqual([{ seq: 8 }, { seq: 13 }])
    expect(await all(engine, 'select count(*)::int as rows from reading')).toEqual([{ rows: 18 }])
  })

  it('passes over what is said of flights, which has no table', async () => {
    const engine = await open(test)
    const told = { what: 'began' } as const
    const news = { kind: 'flight', deviceId: 'drone', flightId: 'f1', atMs: ARRIVAL_MS, told } as const
    const drain = await drainOf(test, engine, [{ seq: 1, bytes: Buffer.from(encodeArrival(news, ARRIVAL_MS)) }])
    await drainAll(drain, 1)

    expect([drain.seq, drain.quarantined]).toEqual([1, 0])
  })

  it('bounds a batch by its bytes, so that a query never waits long', async () => {
    const engine = await open(test)
    const wide = Array.from({ length: 1_000 }, (_, i) => ({ metric: `m${i}`, atMs: ARRIVAL_MS, value: i }))
    const entries = Array.from({ length: 24 }, (_, i) => entryOf(i + 1, `d${i}`, wide))
    const drain = await drainOf(test, engine, entries)
    const places: number[] = []

    while (await drain.step(24)) places.push(drain.seq)

    expect(places.length).toBeGreaterThanOrEqual(3)
    expect(places.at(-1)).toBe(24)
    expect(await all(engine, 'select count(*)::int as rows from reading')).toEqual([{ rows: 24_000 }])
  })
})

describe.each(engines.filter(({ flavour }) => flavour === 'plain'))('partitions and roll-ups of $name', (test) => {
  it('gives a month its partition later, when readings of it already lie in the far one', async () => {
    const engine = await open(test)
    const atMs = Date.UTC(2027, 3, 5)
    const early = entryOf(1, 'a', [{ metric: 'x', atMs, value: 1 }], Date.UTC(2026, 0, 1))
    const onTime = entryOf(2, 'a', [{ metric: 'x', atMs: atMs + 1, value: 2 }], atMs)
    const drain = await drainOf(test, engine, [early, onTime])
    await drainAll(drain, 1)
    const tables = 'select tableoid::regclass::text as name, value from reading order by value'
    const before = await all(engine, tables)

    await drainAll(drain, 2)

    expect(before).toEqual([{ name: 'reading_far', value: 1 }])
    expect(await all(engine, tables)).toEqual([
      { name: 'reading_2027_04', value: 1 },
      { name: 'reading_2027_04', value: 2 },
    ])
  })

  it('finds a partition again that was dropped while it ran', async () => {
    const engine = await open(test)
    const entries = [1, 2].map((seq) => entryOf(seq, 'a', [{ metric: 'x', atMs: ARRIVAL_MS + seq, value: seq }]))
    const drain = await drainOf(test, engine, entries)
    await drainAll(drain, 1)
    await engine.write((tx) => tx.script('drop table reading_2026_03'))

    await expect(drain.step(2)).rejects.toMatchObject({ code: '42P01' })
    await drainAll(drain, 2)

    expect(await all(engine, COUNT)).toEqual([{ rows: 1, sum: 2 }])
  })

  it('rolls hours up as a plain computation over all readings would, whatever came late or twice', async () => {
    const engine = await open(test)
    const rollUp = createRollUp(engine)
    let journals = 0
    const sample = fc.record({
      device: fc.constantFrom('a', 'b'),
      metric: fc.constantFrom('x', 'y'),
      halfHour: fc.integer({ min: 0, max: 9 }),
      second: fc.integer({ min: 0, max: 20 }),
      value: fc.integer({ min: -1_000, max: 1_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(sample, { maxLength: 25 }), { maxLength: 4 }), async (rounds) => {
        await engine.write((tx) => tx.script('truncate reading, reading_hour, dirty_hour'))
        const entries: JournalEntry[] = []
        const drain = await drainOf(test, engine, entries, `journal-${++journals}`)
        for (const round of rounds) {
          for (const { device, metric, halfHour, second, value } of round) {
            const atMs = ARRIVAL_MS + halfHour * (HOUR_MS / 2) + second * 1_000
            entries.push(entryOf(entries.length + 1, device, [{ metric, atMs, value }]))
          }
          await drainAll(drain, entries.length)
          while ((await rollUp.step(ARRIVAL_MS + 24 * HOUR_MS)) > 0);
        }

        expect(await all(engine, ROLLED_UP)).toEqual(naiveHours(rounds.flat()))
      }),
      { numRuns: 25 },
    )
  })

  it('rolls up an hour when it is over, and again when something late comes', async () => {
    const engine = await open(test)
    const rollUp = createRollUp(engine)
    const entries = [1, 2].map((seq) => entryOf(seq, 'a', [{ metric: 'x', atMs: ARRIVAL_MS + seq, value: seq }]))
    const drain = await drainOf(test, engine, entries)
    await drainAll(drain, 1)

    const steps = [
      await rollUp.step(ARRIVAL_MS + HOUR_MS),
      await rollUp.step(ARRIVAL_MS + 2 * HOUR_MS),
      await rollUp.step(ARRIVAL_MS + 2 * HOUR_MS),
    ]
    await drainAll(drain, 2)
    const late = await rollUp.step(ARRIVAL_MS + 3 * HOUR_MS)

    expect([...steps, late]).toEqual([0, 1, 0, 1])
    expect(await all(engine, 'select readings, value_max as max from reading_hour')).toEqual([{ readings: 2, max: 2 }])
  })
})

const ROLLED_UP = `
select device_id as device, metric, (extract(epoch from hour) * 1000)::float8 as "hourMs", readings,
  value_min as min, value_max as max, round(value_mean::numeric, 6)::float8 as mean
from reading_hour order by device_id, metric, hour`

/** First come, first stored; then grouped by hand. */
function naiveHours(samples: { device: string; metric: string; halfHour: number; second: number; value: number }[]) {
  const stored = new Set<string>()
  const hours = new Map<string, number[]>()
  for (const { device, metric, halfHour, second, value } of samples) {
    const key = `${device} ${metric} ${halfHour} ${second} ${value}`
    if (stored.has(key)) continue
    stored.add(key)
    const hour = `${device} ${metric} ${halfHour >> 1}`
    hours.set(hour, [...(hours.get(hour) ?? []), value])
  }
  return [...hours]
    .map(([key, values]) => {
      const [device, metric, hour] = key.split(' ')
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return {
        device,
        metric,
        hourMs: ARRIVAL_MS + Number(hour) * HOUR_MS,
        readings: values.length,
        min: Math.min(...values),
        max: Math.max(...values),
        mean: expect.closeTo(mean, 5),
      }
    })
    .sort((a, b) => `${a.device}${a.metric}`.localeCompare(`${b.device}${b.metric}`) || a.hourMs - b.hourMs)
}
