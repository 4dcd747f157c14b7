import { expect, it } from 'vitest'
import type { FiledRecord } from '../../../core/filed-record.ts'
import { createRecordShelf } from '../../../detectors/houses/record-shelf.ts'

function aRecord(seq: number, changes: Partial<FiledRecord> = {}): FiledRecord {
  const filed = {
    seq,
    source: 's',
    recordId: `r${seq}`,
    recordType: 'works.filed',
    atMs: seq,
    arrivalMs: seq,
    facts: {},
  }
  return { ...filed, building: null, match: { how: 'unmatched', candidates: [] }, ...changes }
}
const settled = { building: 'b1', match: { how: 'named' } } as const

it('makes room by forgetting the oldest that is settled, and counts it; what waits for a person goes last', () => {
  const shelf = createRecordShelf([], { maxRecords: 3 })
  shelf.put(aRecord(1))
  shelf.put(aRecord(2, settled))
  shelf.put(aRecord(3, settled))
  shelf.put(aRecord(4, settled))
  expect(shelf.all().map(({ seq }) => seq)).toEqual([1, 3, 4])
  for (const seq of [5, 6, 7]) shelf.put(aRecord(seq))
  expect(shelf.all().map(({ seq }) => seq)).toEqual([5, 6, 7])
  expect([shelf.forgotten, shelf.waiting, shelf.ofBuilding('b1')]).toEqual([4, 3, []])
})

it('finds what waits and could be meant by an address: a number in common, and something of the road, or another name of it', () => {
  const shelf = createRecordShelf()
  const texts = ['平橋街十二号', '平乔街12号3楼', '学宫巷12号', '平桥街13号', '护城街12号', '德裕堂']
  for (const [i, address] of texts.entries()) shelf.put(aRecord(i + 1, { address }))
  const like = (address: string, otherRoads?: string[]) =>
    shelf.unmatchedLike(address, otherRoads).map(({ address: text }) => text)
  expect(like('平桥街12号')).toEqual(['平橋街十二号', '平乔街12号3楼'])
  expect(like('平桥街12号', ['护城街'])).toEqual(['平橋街十二号', '平乔街12号3楼', '护城街12号'])
  expect(like('德裕堂')).toEqual(['德裕堂'])
})
