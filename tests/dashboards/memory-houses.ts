import { createHash } from 'node:crypto'
import { createHouseDesk, type HouseDeskPorts } from '../../app/house-desk.ts'
import { createHousePictureDesk, type HousePicturePorts } from '../../app/house-picture-desk.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Observation } from '../../core/observation.ts'
import { createFusionBook } from '../../detectors/fusion/fusion-book.ts'
import { loadEvidenceTable } from '../../detectors/fusion/load-evidence-table.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'

function createMemoryEvidence(): HousePicturePorts['evidence'] {
  const files = new Map<string, Buffer>()
  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      files.set(sha256, bytes)
      return sha256
    },
    get: async (sha256) => files.get(sha256) ?? null,
  }
}

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
    pictures: createHousePictureDesk({ houses: book, judging: { say }, evidence: createMemoryEvidence() }),
    file(record: Omit<Extract<Observation, { kind: 'record' }>, 'seq' | 'arrivalMs'>) {
      const observation = { ...record, seq: ++seq, arrivalMs: nowMs() }
      book.observe(observation)
      works.observe(observation)
    },
  }
}
