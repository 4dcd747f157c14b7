import { expect, it } from 'vitest'
import type { RecordChange } from '../../../core/filed-record.ts'
import type { HouseWord } from '../../../core/house-events.ts'
import { createHouseBook, type HouseBook } from '../../../detectors/houses/house-book.ts'

const at = { atMs: 1, by: 'li' }
const house = (id: string, address: string, afterSeq: number): HouseWord => ({
  ...{ ...at, type: 'building.changed', afterSeq },
  building: { id, address, protection: 'traditional' },
})
const toLine = ({ record, before }: RecordChange) =>
  `${record.recordId}: ${before === null ? 'new' : before.building} → ${record.building}${record.withdrawnBy ? ` withdrawn by ${record.withdrawnBy}` : ''}`

function open(book: HouseBook = createHouseBook()) {
  let seq = 0
  return {
    book,
    say(word: HouseWord) {
      book.applyEntry(word)
      return book.settle().map(toLine)
    },
    file(recordId: string, said: { address?: string; body?: Record<string, unknown> }) {
      seq++
      const record = { kind: 'record' as const, deviceId: 's', recordType: 'lease.signed', atMs: 1, body: {}, ...said }
      return book.observe({ ...record, recordId, seq, arrivalMs: seq }).map(toLine)
    },
  }
}

it('tells of a record when it comes, with the house that it found, and of the same record once', () => {
  const { say, file } = open()
  say(house('b1', '平桥街12号', 0))
  expect(file('r1', { address: '平桥街十二号' })).toEqual(['r1: new → b1'])
  expect(file('r1', { address: '平桥街十二号' })).toEqual([])
  expect(file('r2', { address: '月亮路9号' })).toEqual(['r2: new → null'])
})

it('tells of a record that waited when a person or the register knows its house, and of those that it takes along', () => {
  const { say, file } = open()
  file('r1', { address: '平桥街12号' })
  file('r2', { body: { corrects: 'r1' } })
  file('r3', { address: '德裕堂' })
  expect(say(house('b1', '平桥街12号', 3))).toEqual(['r1: null → b1', 'r2: null → b1'])
  const told: HouseWord = {
    ...at,
    type: 'record.matched',
    source: 's',
    recordId: 'r3',
    building: 'b1',
    afterSeq: 3,
  }
  expect(say(told)).toEqual(['r3: null → b1'])
  expect(say(told)).toEqual([])
})

it('tells that a record lost its house with the house, and that it was taken back', () => {
  const { say, file } = open()
  say(house('b1', '平桥街12号', 0))
  file('r1', { address: '平桥街12号' })
  expect(file('r2', { body: { withdraws: 'r1' } })).toEqual(['r1: b1 → b1 withdrawn by r2', 'r2: new → b1'])
  expect(say({ ...at, type: 'building.removed', buildingId: 'b1', afterSeq: 2 })).toEqual([
    'r1: b1 → null withdrawn by r2',
    'r2: b1 → null',
  ])
})

it('offers a house that is gone for no record, also where they had only the road in common', () => {
  const { book, say, file } = open()
  const offered = () => book.unmatched({ limit: 9 }).items.map(({ match }) => match)
  say(house('b1', '平桥街2号', 0))
  file('r1', { address: '平桥街1号' })
  expect(offered()).toMatchObject([{ candidates: [{ building: 'b1' }] }])
  say({ ...at, type: 'building.removed', buildingId: 'b1', afterSeq: 1 })
  expect(offered()).toEqual([{ how: 'unmatched', candidates: [] }])
})

it('tells of words whose place came before an observation together with it, in order', () => {
  const { book, file } = open()
  file('r1', { address: '平桥街12号' })
  file('r2', { address: '平桥街14号' })
  const again = createHouseBook(JSON.parse(JSON.stringify(createHouseBook().snapshot())))
  again.applyEntry(house('b1', '平桥街12号', 1))
  expect(again.settle()).toEqual([])
  const { file: fileAgain } = open(again)
  expect(fileAgain('r1', { address: '平桥街12号' })).toEqual(['r1: new → null'])
  expect(fileAgain('r2', { address: '平桥街14号' })).toEqual(['r1: null → b1', 'r2: new → null'])
  expect(book.record('s', 'r1')?.building).toBeNull()
})
