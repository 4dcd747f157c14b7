import { createHouseDesk, type HouseDeskPorts } from '../../app/house-desk.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Observation } from '../../core/observation.ts'
import { loadEvidenceTable } from '../../detectors/fusion/evidence-table.ts'
import { createFusionBook } from '../../detectors/fusion/fusion-book.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'

/** A register of houses in memory: the real book and desk, whose words are durable at once. */
export function createMemoryHouses(nowMs: () => number, ports: Omit<HouseDeskPorts, 'houses' | 'works' | 'judging'>) {
  const book = createHouseBook()
  const works = createFusionBook({ table: loadEvidenceTable(), timeZone: 'Asia/Shanghai', houses: book })
  const words: LedgerEntry[] = []
  let seq = 0
  const say: HouseDeskPorts['judging']['say'] = async (make) => {
    const word = make({ nowMs: nowMs(), afterSeq: seq })
    words.push(word)
    works.advance(nowMs())
    book.applyEntry(word)
    book.settle()
    works.takeWords()
    return word
  }
  return {
    ...{ book, words },
    desk: createHouseDesk({ ...ports, houses: book, works, judging: { say } }),
    file(record: Omit<Extract<Observation, { kind: 'record' }>, 'seq' | 'arrivalMs'>) {
      const observation = { ...record, seq: ++seq, arrivalMs: nowMs() }
      book.observe(observation)
      works.observe(observation)
    },
  }
}
