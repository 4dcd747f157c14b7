import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FiledRecord, RecordChange } from '../../core/filed-record.ts'
import type { HouseWord } from '../../core/house-events.ts'
import type { Observation } from '../../core/observation.ts'
import type { Position } from '../../core/place.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'

const ADDRESSES = ['平桥街1号', '平桥街2号', '平桥街2号甲', '平桥街12弄3号', '护城街1号', '学宫巷1号']
const SPELLINGS = [
  ...ADDRESSES,
  '平乔街１號',
  '平桥街12-3号',
  '平桥2号',
  '护城街2号',
  '平桥街2号甲3楼',
  '平桥街1号旁',
  '火星路9号',
]
/** In the outline of the first place, between the two, at the second, and far away. */
const POSITIONS = [
  { lat: 31.30005, lon: 120.60005 },
  { lat: 31.30005, lon: 120.60015 },
  { lat: 31.30005, lon: 120.60025 },
  { lat: 31.31, lon: 120.6 },
]
const OUTLINE: [number, number][] = [
  [120.6, 31.3],
  [120.6001, 31.3],
  [120.6001, 31.3001],
  [120.6, 31.3001],
  [120.6, 31.3],
]
const PLACES = [{}, { footprint: OUTLINE }, { position: POSITIONS[2]! }, { position: POSITIONS[1]! }]
const IDS = ['b1', 'b2', 'b3']
const RECORD_IDS = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']

type Step =
  | { do: 'record'; id: string; address?: string; position?: Position; body: Record<string, unknown> }
  | { do: 'reading' }
  | { do: 'word'; make(afterSeq: number): HouseWord }
  | { do: 'snapshot' | 'kill' }

const at = { atMs: 1, by: 'li' }
const some = <T>(all: readonly T[]) => fc.constantFrom(...all)
const word: fc.Arbitrary<Step> = fc
  .oneof(
    fc
      .record({
        id: some(IDS),
        address: some(ADDRESSES),
        name: fc.option(some(['德裕堂']), { nil: undefined }),
        place: some(PLACES),
      })
      .map(
        ({ id, address, name, place }) =>
          (afterSeq: number): HouseWord => ({
            ...{ ...at, type: 'building.changed', afterSeq },
            building: { id, address, protection: 'traditional', ...place, ...(name !== undefined && { name }) },
          }),
      ),
    some(IDS).map(
      (buildingId) =>
        (afterSeq: number): HouseWord => ({ ...at, type: 'building.removed', buildingId, afterSeq }),
    ),
    fc.option(fc.constant('平桥街'), { nil: null }).map(
      (road) =>
        (afterSeq: number): HouseWord => ({ ...at, type: 'road.aliased', alias: '护城街', road, afterSeq }),
    ),
    fc.tuple(some(RECORD_IDS), fc.option(some(IDS), { nil: null })).map(
      ([recordId, building]) =>
        (afterSeq: number): HouseWord => ({ ...at, type: 'record.matched', source: 's', recordId, building, afterSeq }),
    ),
    fc.tuple(some(['a', 'b']), some(IDS), some(['facade', 'repair'] as const)).map(
      ([sha256, building, kind]) =>
        (afterSeq: number): HouseWord => ({
          ...{ ...at, type: 'building.pictured', afterSeq },
          picture: { sha256, building, kind, widthPx: 1, heightPx: 1, bytes: 1, by: 'li', atMs: 1 },
        }),
    ),
    fc.tuple(some(['a', 'b']), some(IDS)).map(
      ([sha256, buildingId]) =>
        (afterSeq: number): HouseWord => ({ ...at, type: 'building.picture_removed', buildingId, sha256, afterSeq }),
    ),
    fc.tuple(some(['v1', 'v2']), some(IDS)).map(
      ([id, building]) =>
        (afterSeq: number): HouseWord => ({
          ...{ ...at, type: 'building.visited', afterSeq },
          visit: { id, building, atMs: 1, by: 'li', result: 'none' },
        }),
    ),
  )
  .map((make) => ({ do: 'word' as const, make }))
const record: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('record' as const),
  id: some(RECORD_IDS),
  address: some(SPELLINGS),
  body: fc.oneof(
    fc.constant({}),
    some(RECORD_IDS).map((corrects) => ({ corrects })),
    some(IDS).map((building) => ({ building })),
  ),
})
const correction: fc.Arbitrary<Step> = fc
  .tuple(some(RECORD_IDS), some(RECORD_IDS), some(['corrects', 'withdraws']))
  .map(([id, old, what]) => ({ do: 'record', id, body: { [what]: old } }))
const placed: fc.Arbitrary<Step> = fc
  .tuple(some(RECORD_IDS), some(POSITIONS), fc.option(some(SPELLINGS), { nil: undefined }))
  .map(([id, position, address]) => ({
    do: 'record',
    id,
    position,
    body: {},
    ...(address !== undefined && { address }),
  }))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: placed },
  { weight: 4, arbitrary: record },
  { weight: 2, arbitrary: correction },
  { weight: 5, arbitrary: word },
  { weight: 1, arbitrary: fc.constant({ do: 'reading' } as const) },
  { weight: 2, arbitrary: fc.record({ do: some(['snapshot', 'kill'] as const) }) },
)

/** The book between its two journals: a kill loses what is in memory, and it is folded again from the last snapshot. */
function run(steps: Step[], mayDie: boolean, onChange: (change: RecordChange) => void = () => {}) {
  const intake: Observation[] = []
  const ledger: HouseWord[] = []
  let stored = { text: '', intake: 0, ledger: 0 }
  let book = createHouseBook()
  for (const one of steps) {
    if (one.do === 'record') intake.push(toRecord(one, intake.length + 1))
    else if (one.do === 'reading') intake.push(aReading(intake.length + 1))
    else if (one.do === 'word') {
      const entry = one.make(intake.length)
      ledger.push(entry)
      book.applyEntry(entry)
      book.settle().forEach(onChange)
    } else if (one.do === 'snapshot') {
      stored = { text: JSON.stringify(book.snapshot()), intake: intake.length, ledger: ledger.length }
    } else if (mayDie) {
      book = createHouseBook(stored.text === '' ? undefined : JSON.parse(stored.text))
      for (const entry of ledger.slice(stored.ledger)) book.applyEntry(JSON.parse(JSON.stringify(entry)))
      for (const observation of intake.slice(stored.intake)) book.observe(observation)
      book.settle()
    }
    const newest = intake.at(-1)
    if (newest && (one.do === 'record' || one.do === 'reading')) book.observe(newest).forEach(onChange)
  }
  return book
}

function toRecord({ id, address, position, body }: Extract<Step, { do: 'record' }>, seq: number): Observation {
  const entry = { kind: 'record' as const, deviceId: 's', recordId: id, recordType: 'works.filed', atMs: 1, body }
  return { ...entry, seq, arrivalMs: seq, ...(address !== undefined && { address }), ...(position && { position }) }
}

function aReading(seq: number): Observation {
  return { kind: 'readings', deviceId: 'd', messageSeq: null, samples: [], seq, arrivalMs: seq }
}

describe('houses and records', () => {
  it('are the same after kills at any moments', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 50 }), (steps) => {
        expect(JSON.parse(JSON.stringify(run(steps, true).snapshot()))).toEqual(
          JSON.parse(JSON.stringify(run(steps, false).snapshot())),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('lose no record: each stands at a house of the register, is none of ours by somebody’s word, or waits for one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const book = run(steps, false)
        const filed = new Set(steps.flatMap((one) => (one.do === 'record' ? [one.id] : [])))
        const waiting = new Set(book.unmatched({ limit: 1_000 }).items.map(({ recordId }) => recordId))
        for (const id of filed) {
          const known = book.record('s', id)
          expect(known).not.toBeNull()
          const { building, match } = known!
          if (building !== null) {
            expect(book.building(building)).not.toBeNull()
            expect(book.recordsOf(building)).toContainEqual(known)
          }
          expect(waiting.has(id)).toBe(match.how === 'unmatched')
          if (building === null && match.how !== 'unmatched') expect(['told', 'follows']).toContain(match.how)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('tell of each change: who hears them all knows where each record belongs', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const heard = new Map<string, FiledRecord>()
        const whereIs = (record: FiledRecord | null | undefined) =>
          record && [record.building, record.correctedBy, record.withdrawnBy]
        const book = run(steps, false, ({ record, before }) => {
          expect(whereIs(heard.get(record.recordId) ?? null)).toEqual(whereIs(before))
          heard.set(record.recordId, record)
        })
        for (const id of RECORD_IDS) expect(whereIs(heard.get(id) ?? null)).toEqual(whereIs(book.record('s', id)))
      }),
      { numRuns: 500 },
    )
  })

  it('leave nothing waiting that would be sure if it came now', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const book = run(steps, false)
        let { seq } = book.snapshot() as { seq: number }
        for (const { recordId, address, position, facts, match } of book.unmatched({ limit: 1_000 }).items) {
          if (match.how === 'unmatched')
            for (const { building } of match.candidates) expect(book.building(building)).not.toBeNull()
          const said = { id: `${recordId}-again`, body: { ...facts, corrects: undefined, withdraws: undefined } }
          const again = { ...said, ...(address !== undefined && { address }), ...(position && { position }) }
          book.observe(toRecord({ do: 'record', ...again }, ++seq))
          expect(book.record('s', again.id)?.match.how ?? 'unmatched').toBe('unmatched')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('count a record of one source and id once', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (steps) => {
        const once = run(steps, false).snapshot() as { records: unknown }
        const twice = run([...steps, ...steps], false).snapshot() as { records: unknown }
        expect(twice.records).toEqual(once.records)
      }),
    )
  })
})
