import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLedgerWriter, openLedgerWriter } from '../../app/ledger.ts'
import { AppError } from '../../core/errors.ts'
import type { Journal } from '../../core/journal.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { decodeLedgerRecord, NO_PREVIOUS, recordHash } from '../../core/ledger-record.ts'
import { silentLog } from '../../core/log.ts'
import { createMemoryJournal, type MemoryJournal } from '../fakes/memory-journal.ts'

const viewed = (reason: string): LedgerEntry => ({
  ...{ type: 'original.viewed', atMs: 1, by: 'li', frameId: 'f', sha256: '' },
  reason,
})
const reasonOf = (entry: LedgerEntry) => (entry.type === 'original.viewed' ? entry.reason : entry.type)

async function recordsOf(ledger: Journal) {
  return (await ledger.read(0, 1_000_000)).map(({ bytes, seq }) => ({ at: seq, bytes, ...decodeLedgerRecord(bytes) }))
}

/** Every record says its position and the hash of the one before. */
async function expectChain(ledger: Journal): Promise<void> {
  let prev = NO_PREVIOUS
  for (const record of await recordsOf(ledger)) {
    expect([record.seq, record.prev]).toEqual([record.at, prev])
    prev = recordHash(record.bytes).toString('hex')
  }
}

/** The memory journal that turns entries away as a real one does: told later, and nothing is taken until it is told. */
function refusing(ledger: MemoryJournal) {
  let untold = 0
  let refusals = 0
  const journal: Journal = {
    ...ledger,
    append(entry, onCommitted) {
      if (refusals === 0 && untold === 0) return ledger.append(entry, onCommitted)
      if (refusals > 0) refusals--
      untold++
      queueMicrotask(() => {
        untold--
        onCommitted(new AppError('overloaded', 'too much is waiting'))
      })
      return 0
    },
  }
  return {
    journal,
    refuseNext(count: number) {
      refusals = count
    },
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the ledger’s writer', () => {
  it('chains each record to the one before, also over a restart and behind records of earlier versions', async () => {
    const ledger = createMemoryJournal({ entries: [Buffer.from(JSON.stringify(viewed('old')))] })
    const first = await openLedgerWriter({ ledger, log: silentLog })
    first.write(viewed('a'))
    await first.settled()
    const second = await openLedgerWriter({ ledger, log: silentLog })
    second.write(viewed('b'))
    await second.settled()

    const [old, a, b] = await recordsOf(ledger)
    expect([old?.seq, a?.seq, b?.seq]).toEqual([undefined, 2, 3])
    expect(a?.prev).toBe(recordHash(old!.bytes).toString('hex'))
    expect(b?.prev).toBe(recordHash(a!.bytes).toString('hex'))
  })

  it('keeps the order and the chain when the journal gives up what it had taken', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const writer = createLedgerWriter({ ledger, log: silentLog })
    for (const reason of ['a', 'b']) writer.write(viewed(reason))
    ledger.fail(new AppError('journal_failed', 'no'))
    writer.write(viewed('c'))
    await vi.advanceTimersByTimeAsync(1000)
    ledger.commit()

    expect((await recordsOf(ledger)).map(({ entry }) => reasonOf(entry))).toEqual(['a', 'b', 'c'])
    await expectChain(ledger)
  })

  it('keeps the order when an entry was turned away before those on their way are given up', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const { journal, refuseNext } = refusing(ledger)
    const writer = createLedgerWriter({ ledger: journal, log: silentLog })
    writer.write(viewed('a'))
    refuseNext(1)
    writer.write(viewed('b'))
    await Promise.resolve()
    ledger.fail(new AppError('journal_failed', 'no'))
    await vi.advanceTimersByTimeAsync(1000)
    ledger.commit()

    expect((await recordsOf(ledger)).map(({ entry }) => reasonOf(entry))).toEqual(['a', 'b'])
    await expectChain(ledger)
  })

  it('tells who writes once of the error at once, and lets nothing overtake what waits', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const { journal, refuseNext } = refusing(ledger)
    const writer = createLedgerWriter({ ledger: journal, log: silentLog })
    const told: (string | null)[] = []
    const once = () => writer.append(viewed('once'), (error) => told.push(error?.code ?? null))
    refuseNext(1)
    once()
    await Promise.resolve()
    refuseNext(1)
    writer.write(viewed('a'))
    await Promise.resolve()
    once()
    await vi.advanceTimersByTimeAsync(1000)
    once()
    ledger.commit()

    expect(told).toEqual(['overloaded', 'overloaded', null])
    expect((await recordsOf(ledger)).map(({ entry }) => reasonOf(entry))).toEqual(['a', 'once'])
    await expectChain(ledger)
  })

  it('is settled when all that was written before is durable, however many came and went since', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const writer = createLedgerWriter({ ledger, log: silentLog })
    writer.write(viewed('a'))
    writer.write(viewed('b'))
    let settledAt = 0
    void writer.settled().then((seq) => {
      settledAt = seq
    })
    writer.append(viewed('once'), () => {})
    ledger.commit(1)
    await Promise.resolve()
    expect([settledAt, writer.backlog]).toEqual([0, 1])
    ledger.commit(1)
    await Promise.resolve()
    expect([settledAt, writer.backlog]).toEqual([2, 0])
  })

  it('writes a text that canonical JSON cannot say, mended, and tells it as it stands in the ledger', async () => {
    const ledger = createMemoryJournal()
    const writer = createLedgerWriter({ ledger, log: silentLog })
    const entry = { ...viewed('half \ud83d of a pair'), atMs: Number.NaN } as LedgerEntry
    const written = await new Promise<LedgerEntry>((resolve) => writer.write(entry, (_seq, as) => resolve(as)))
    writer.write(viewed('after'))
    await writer.settled()

    const [record] = await recordsOf(ledger)
    expect(written).toEqual({ ...viewed('half \ufffd of a pair'), atMs: null })
    expect(record?.entry).toEqual(written)
    await expectChain(ledger)
  })

  it('leaves out what is larger than the journal takes, and goes on', async () => {
    const ledger = createMemoryJournal()
    const journal: Journal = {
      ...ledger,
      append(entry, onCommitted) {
        if (entry.length < 10_000) return ledger.append(entry, onCommitted)
        queueMicrotask(() => onCommitted(new AppError('too_large', 'too large')))
        return 0
      },
    }
    const writer = createLedgerWriter({ ledger: journal, log: silentLog })
    writer.write(viewed('x'.repeat(20_000)))
    writer.write(viewed('a'))

    expect(await writer.settled()).toBe(1)
    await expectChain(ledger)
  })

  it('keeps order, chain and every entry through refusals, failures and restarts', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('write' as const) },
      { weight: 2, arbitrary: fc.constant('once' as const) },
      { weight: 2, arbitrary: fc.constant('commit one' as const) },
      fc.constantFrom('commit', 'refuse', 'fail', 'wait', 'turn', 'crash'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        let ledger = createMemoryJournal({ commit: 'by hand' })
        let { journal, refuseNext } = refusing(ledger)
        const seen: [number, string][] = []
        const open = () =>
          openLedgerWriter({
            ...{ ledger: journal, log: silentLog },
            onRecord: (seq, hash) => seen.push([seq, hash.toString('hex')]),
          })
        let writer = await open()
        const told: string[] = []
        let wanted: string[] = []
        let count = 0
        for (const step of steps) {
          const reason = String(count++)
          if (step === 'write') {
            wanted.push(reason)
            writer.write(viewed(reason), () => told.push(reason))
          } else if (step === 'once') writer.append(viewed(reason), (error) => error || told.push(reason))
          else if (step === 'commit') ledger.commit()
          else if (step === 'commit one') ledger.commit(1)
          else if (step === 'refuse') refuseNext(2)
          else if (step === 'fail') ledger.fail(new AppError('journal_failed', 'no'))
          else if (step === 'wait') await vi.advanceTimersByTimeAsync(600)
          else if (step === 'turn') await Promise.resolve()
          else {
            ledger = ledger.crash()
            ;({ journal, refuseNext } = refusing(ledger))
            vi.clearAllTimers()
            writer = await open()
            wanted = wanted.filter((one) => told.includes(one))
          }
        }
        refuseNext(0)
        const settled = writer.settled()
        await vi.advanceTimersByTimeAsync(3000)
        ledger.commit()
        await settled

        const records = await recordsOf(ledger)
        const stored = records.map(({ entry }) => reasonOf(entry))
        expect(stored).toEqual(told)
        expect(stored.filter((reason) => wanted.includes(reason))).toEqual(wanted)
        expect(seen).toEqual(records.map(({ at, bytes }) => [at, recordHash(bytes).toString('hex')]))
        await expectChain(ledger)
      }),
    )
  })
})
