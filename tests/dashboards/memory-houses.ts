import { createHouseDesk, type HouseDeskPorts } from '../../app/house-desk.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Observation } from '../../core/observation.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'

/** A register of houses in memory: the real book and desk, whose words are durable at once. */
export function createMemoryHouses(nowMs: () => number, ports: Omit<HouseDeskPorts, 'houses' | 'judging'>) {
  const book = createHouseBook()
  const words: LedgerEntry[] = []
  let seq = 0
  const say: HouseDeskPorts['judging']['say'] = async (make) => {
    const word = make({ nowMs: nowMs(), afterSeq: seq })
    words.push(word)
    book.applyEntry(word)
    book.settle()
    return word
  }
  return {
    ...{ book, words },
    desk: createHouseDesk({ ...ports, houses: book, judging: { say } }),
    file(record: Omit<Extract<Observation, { kind: 'record' }>, 'seq' | 'arrivalMs'>) {
      book.observe({ ...record, seq: ++seq, arrivalMs: nowMs() })
    },
  }
}
